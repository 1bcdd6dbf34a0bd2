"""`branchlab push`: data first, then branches, so that nobody fetches a branch whose data is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import require_branch
from branchlab.cli.progress import Counter
from branchlab.cli.project import open_project
from branchlab.errors import EnvironmentProblemError, ExitCode, NotFoundError
from branchlab.git.refs import BRANCHES, list_refs
from branchlab.git.remote import choose_remote, push_branches, remote_branches
from branchlab.naming import compile_rule
from branchlab.running.owed import read_owed, write_owed
from branchlab.running.source import outputs_at
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.project import Project
    from branchlab.cli.terminal import Terminal
    from branchlab.git.refs import Ref

EXAMPLES = (
    ("branchlab push wider", "sends exp/model/wider and its DVC data"),
    ("branchlab push", "sends every experiment that the remote lacks"),
    ("branchlab push wider --remote lab --data-remote bucket", "names the git and the DVC remote"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("names", nargs="*", metavar="EXPERIMENT", help="name or its last part; default: all")
    parser.add_argument("--remote", default="", help="git remote; default: origin, or the only one")
    parser.add_argument("--data-remote", help="DVC remote; default: the one DVC is set to")
    parser.add_argument("--no-data", action="store_true", help="send the branches only")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Sends what the remotes lack."""
    project = open_project(terminal)
    repository = project.workspace.repository
    remote = choose_remote(repository, arguments.remote)
    refs = _chosen(project, arguments.names)
    there = {ref.name: ref.oid for ref in remote_branches(repository, remote)}
    owed = read_owed(repository, "push")
    lacking = [ref for ref in refs if arguments.names or there.get(ref.name) != ref.oid]
    sent = {ref.name for ref in refs if ref in lacking or ref.name in owed}
    if not sent:
        terminal.words(f"{safe_text(remote)} has every experiment already")
        return ExitCode.OK
    complete = not arguments.no_data and _push_data(
        project, [ref for ref in refs if ref.name in sent], arguments, terminal
    )
    names = [ref.name.removeprefix(BRANCHES) for ref in lacking]
    push_branches(repository, remote, names)
    # Until their data is there too, a plain push tries again though the remote has the branches.
    write_owed(repository, "push", owed - sent if complete else owed | sent)
    for name in names:
        terminal.words(f"pushed {safe_text(name)} to {safe_text(remote)}")
    return ExitCode.OK


def _chosen(project: Project, names: list[str]) -> list[Ref]:
    repository = project.workspace.repository
    if names:
        return list(dict.fromkeys(require_branch(repository, name) for name in names))
    rule = compile_rule(project.workspace.settings.naming)
    found = [
        ref
        for ref in list_refs(repository, BRANCHES + rule.prefix)
        if rule.accepts(name := ref.name.removeprefix(BRANCHES)) and not rule.exempt(name)
    ]
    if not found:
        raise NotFoundError("there is no experiment to push", "branchlab run records one")
    return found


def _push_data(project: Project, refs: list[Ref], arguments: argparse.Namespace, terminal: Terminal) -> bool:
    """Sends the data of commits and tells whether all of it is there."""
    workspace, store = project
    outputs = list(dict.fromkeys(item for ref in refs for item in outputs_at(workspace, ref.oid)))
    if not outputs:
        return True
    if store is None:
        terminal.words("branchlab: no data is sent: there is no .dvc here. Switch to a branch with one, then push NAME")
        return False
    from branchlab.data.remote import push_objects

    try:
        with Counter(terminal, "sending data") as progress:
            sent = push_objects(store, outputs, remote=arguments.data_remote, progress=progress)
    except EnvironmentProblemError as error:
        # Each run keeps its log in DVC, so this meets projects without data of their own on their first push.
        error.hint = "; ".join(filter(None, [error.hint, "--no-data sends the branches alone"]))
        raise
    if sent.objects:
        terminal.words(f"sent {sent.objects} data object{'s' * (sent.objects != 1)}")
    return True
