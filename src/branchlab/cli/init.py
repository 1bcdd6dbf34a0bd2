"""`branchlab init`: settings, DVC, attributes and hooks; says each thing it did, and is safe to repeat."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.cli.found_settings import find_settings
from branchlab.data.initialise import initialise
from branchlab.data.store import find_store, hidden_dvc, why_no_store
from branchlab.errors import BranchlabError, CheckError, EnvironmentProblemError, ExitCode
from branchlab.git.config import read_config
from branchlab.git.refs import BRANCHES, current_branch, list_refs
from branchlab.git.repository import find_repository
from branchlab.plainfile import refuse_planted, write_plain
from branchlab.project import SETTINGS_FILE
from branchlab.text import safe_text
from branchlab.workspace import open_workspace
from branchlab_hooks.attributes import ATTRIBUTES_FILE, write_attributes

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace
    from branchlab_hooks.setup import Outcome

EXAMPLES = (
    ("branchlab init", "makes the repository around this folder ready"),
    ("branchlab init --here", "makes this folder a project of its own within the repository"),
)

_TEMPLATE = """\
# The settings of branchlab; commit this file. All keys: docs/settings.md

[project]
command = {command}    # what `branchlab run` executes
params = {params}    # what changes between experiments (TOML, YAML or JSON)
artifacts = []               # outputs to track with DVC, such as "model.skops"
collect = {collect}                 # metric files of other tools to read after a run, such as "dvclive"
link = []                    # git-ignored paths that a run needs in its worktree, such as ".venv"
baseline = {baseline}           # the branch that experiments are compared with

[naming]
pattern = "exp/{{type}}/{{slug}}"
types = ["model", "data", "feature", "tune", "fix"]
exempt = {exempt}

# What the team agreed on, one table per metric:
# [metrics.accuracy]
# goal = "maximize"          # or "minimize"
# strategy = "optimize"      # optimize | constraint | store
# threshold = ">= 0.90"
# max_regression = "1%"
# why = "the business reason"
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("--here", action="store_true", help="the project is this folder, not the whole repository")
    parser.add_argument("--no-hooks", action="store_true", help="leave git's hooks as they are")
    parser.add_argument("--no-dvc", action="store_true", help="leave DVC out; data and artifacts are then not kept")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Makes what is missing."""
    repository = find_repository(terminal.cwd)
    workspace = open_workspace(terminal.cwd)
    if arguments.here and workspace.prefix != repository.prefix:
        workspace = workspace._replace(prefix=repository.prefix, initialised=False)
    if not arguments.no_dvc:
        _check_dvc(workspace)
    done = _settings(workspace, repository)
    workspace = open_workspace(workspace.root)  # what was written a line above holds from here on
    record = workspace.settings.record
    if not arguments.no_dvc:
        done += initialise(
            workspace.root, repository.top, metrics=record.metrics, history=f"{record.directory}/history.csv"
        )
    if write_attributes(workspace):
        done.append(f"added {workspace.prefix}{ATTRIBUTES_FILE} lines for records, parameters and DVC pointers")
    hooks = _hooks(workspace, only_drivers=arguments.no_hooks)
    done += hooks.done
    for sentence in [*done, *hooks.notes] or ["everything was there already"]:
        terminal.words(f"branchlab: {sentence}")
    for what, remedy in hooks.problems:
        terminal.error(CheckError(what, remedy))
    if done:
        terminal.words("next: git add -A && git commit -m 'branchlab: set up', then branchlab run")
    return ExitCode.OK


def _check_dvc(workspace: Workspace) -> None:
    """Makes sure that DVC can be set up here, before anything is written.

    Raises:
        EnvironmentProblemError: where DVC cannot read the repository, or its folder is only out of sight.
    """
    repository = workspace.repository
    if find_store(workspace.root, repository.top, repository.common_dir) is not None:
        return
    if hidden_dvc(repository, workspace.prefix):
        raise EnvironmentProblemError(*why_no_store(repository, workspace.prefix))
    kind = "SHA-256" if repository.object_format != "sha1" else ""
    kind = kind or ("reftable" if read_config(repository, "extensions.refstorage") == "reftable" else "")
    if kind:
        raise EnvironmentProblemError(f"DVC cannot work in a {kind} repository", "branchlab init --no-dvc")


def _hooks(workspace: Workspace, *, only_drivers: bool) -> Outcome:
    """Installs hooks and drivers; that they cannot be keeps nobody from the rest."""
    from branchlab_hooks.setup import Outcome, install, install_drivers

    try:
        return install_drivers(workspace.repository) if only_drivers else install(workspace)
    except BranchlabError as error:
        return Outcome([], [], [(error.message, error.hint)])
    except OSError as error:
        what = f"the hooks cannot be written: {safe_text(str(error))}"
        return Outcome([], [], [(what, "mend that, then branchlab hooks install")])


def _settings(workspace: Workspace, repository: Repository) -> list[str]:
    path = os.path.join(workspace.root, SETTINGS_FILE)
    if workspace.initialised:
        return []
    refuse_planted(path)
    branch = _baseline(repository)
    record = workspace.settings.record
    found = find_settings(workspace.root, (record.metrics, f"{record.directory}/history.csv"))
    text = _TEMPLATE.format(
        command=_quoted(found.command),
        params=f"[{', '.join(map(_quoted, found.params or ['params.toml']))}]",
        collect=f"[{', '.join(map(_quoted, found.collect))}]",
        baseline=_quoted(branch),
        exempt=f"[{', '.join(_quoted(name) for name in dict.fromkeys([branch, 'main', 'release/*']))}]",
    )
    # git takes any bytes as the name of a branch.
    write_plain(path, text.encode(errors="surrogateescape"))
    metrics = f", metrics from {safe_text(', '.join(found.collect))}" if found.collect else ""
    said = f"baseline {safe_text(branch)}, command {safe_text(found.command)}{metrics}"
    return [f"wrote {workspace.prefix}{SETTINGS_FILE} ({said})", *found.advice]


def _baseline(repository: Repository) -> str:
    """Returns the first usual name of a main branch that is there, else the branch that is checked out."""
    names = {ref.name.removeprefix(BRANCHES) for ref in list_refs(repository, BRANCHES)}
    for name in ("main", "master", "trunk", "develop"):
        if name in names:
            return name
    # On a detached HEAD without any of them there is no better guess than main.
    return (current_branch(repository) or f"{BRANCHES}main").removeprefix(BRANCHES)


def _quoted(text: str) -> str:
    # Enough for TOML: neither a branch nor a path that was found has control characters.
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
