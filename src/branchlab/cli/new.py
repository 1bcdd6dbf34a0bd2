"""`branchlab new`: a well-named branch with its hypothesis."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from branchlab.cli.project import open_project
from branchlab.errors import EnvironmentProblemError, ExitCode
from branchlab.git.config import write_config
from branchlab.git.objects import read_object
from branchlab.git.process import run_git
from branchlab.git.refs import BRANCHES, list_refs
from branchlab.running.names import Name, check_place, complete_name, user_name
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab new wider", "makes exp/model/wider from where you stand and switches to it"),
    ("branchlab new tune/low-lr --why 'a lower rate overfits less'", "keeps the hypothesis for the runs that follow"),
    ("branchlab new wider --issue 123", "the same as 123-wider, where the naming rule has an {issue}"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", help="name of the branch, or its last part")
    parser.add_argument("--why", help="the hypothesis; asked for on a terminal when left out")
    parser.add_argument("--issue", default="", help="number or key of the issue, where the naming rule has one")
    parser.add_argument("--from", dest="start", default="HEAD", help="commit or branch to start from")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Makes the branch and switches to it."""
    workspace, _ = open_project(terminal)
    repository = workspace.repository
    branch = complete_name(workspace.settings.naming, arguments.name, user=user_name(), issue=arguments.issue)
    check_place(Name(branch), {ref.name.removeprefix(BRANCHES) for ref in list_refs(repository, BRANCHES)})
    start = arguments.start
    if start == "HEAD":
        head = read_object(repository, "HEAD")
        if head is None:
            raise EnvironmentProblemError(
                "this repository has no commit yet", "git commit first, so that it can branch off"
            )
        start = head.oid  # git refuses the name where a branch is called HEAD
    why = arguments.why if arguments.why is not None else _ask(terminal)
    # From origin/main the branch would else track main: a later `git pull` merges it into the experiment
    # (branch.autoSetupMerge, https://git-scm.com/docs/git-config).
    run_git(["switch", "--no-track", "-c", branch, "--end-of-options", start], cwd=repository.top)
    # Only now: a branch that git refused must leave no description behind.
    if why:
        write_config(repository, f"branch.{branch}.description", why)
    terminal.words(f"on {safe_text(branch)}; next: change something, then branchlab run --here records on it")
    terminal.data(branch)
    return ExitCode.OK


def _ask(terminal: Terminal) -> str:
    if not (sys.stdin.isatty() and terminal.interactive):
        return ""
    terminal.stderr.write("What do you expect, and why? (empty to skip) ")
    terminal.stderr.flush()
    return sys.stdin.readline().strip()
