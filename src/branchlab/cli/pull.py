"""`branchlab pull`: fetches experiments, moves local branches forward, and brings their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.cli.progress import Counter
from branchlab.cli.project import open_project
from branchlab.errors import ExitCode, NotFoundError
from branchlab.git.refs import BRANCHES, checked_out, create_ref, list_refs, move_ref
from branchlab.git.remote import choose_remote, fetch_objects, is_ancestor, remote_branches
from branchlab.naming import compile_rule
from branchlab.running.owed import read_owed, write_owed
from branchlab.running.source import outputs_at
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from branchlab.cli.project import Project
    from branchlab.cli.terminal import Terminal
    from branchlab.git.refs import Ref
    from branchlab.git.repository import Repository

EXAMPLES = (
    ("branchlab pull wider", "fetches exp/model/wider and its DVC data"),
    ("branchlab pull", "fetches every experiment, and the data of those that are new"),
    ("branchlab pull --no-data", "fetches the branches only: enough for ls, diff and compare"),
)

_BROUGHT = ("new", "updated")


class Moved(NamedTuple):
    """What became of a fetched branch: `new`, `updated`, `same`, or why it was left alone."""

    ref: Ref
    how: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("names", nargs="*", metavar="EXPERIMENT", help="name or its last part; default: all")
    parser.add_argument("--remote", default="", help="git remote; default: origin, or the only one")
    parser.add_argument("--data-remote", help="DVC remote; default: the one DVC is set to")
    parser.add_argument("--no-data", action="store_true", help="fetch the branches only")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Fetches what is lacking; a local branch with commits of its own is left alone and named."""
    project = open_project(terminal)
    repository = project.workspace.repository
    remote = choose_remote(repository, arguments.remote)
    refs = _chosen(project, remote_branches(repository, remote), arguments.names)
    local = {ref.name: ref.oid for ref in list_refs(repository, BRANCHES)}
    lacking = [ref for ref in refs if local.get(ref.name) != ref.oid]
    if lacking:
        fetch_objects(repository, remote, lacking)
    busy = checked_out(repository)
    moved = [_move(repository, ref, local.get(ref.name), busy.get(ref.name)) for ref in refs]
    for item in moved:
        if item.how != "same":
            terminal.words(f"{item.how} {safe_text(item.ref.name.removeprefix(BRANCHES))}")
    owed = read_owed(repository, "pull")
    wanted = [item.ref for item in moved if arguments.names or item.how in _BROUGHT or item.ref.name in owed]
    write_owed(repository, "pull", owed | {ref.name for ref in wanted})  # until their data is here too
    brought = not arguments.no_data and _pull_data(project, wanted, arguments, terminal)
    if brought:
        write_owed(repository, "pull", owed - {ref.name for ref in wanted})
    if all(item.how == "same" and item.ref.name not in owed for item in moved):
        terminal.words("every experiment is here already")
    left = [item for item in moved if item.how.startswith("left alone")]
    # Who names one wants that one; of all of them the others have come.
    return ExitCode.FAILED if left and arguments.names else ExitCode.OK


def _chosen(project: Project, there: Sequence[Ref], names: Sequence[str]) -> list[Ref]:
    if not names:
        rule = compile_rule(project.workspace.settings.naming)
        return [ref for ref in there if rule.accepts(name := ref.name.removeprefix(BRANCHES)) and not rule.exempt(name)]
    chosen: list[Ref] = []
    for name in names:
        # A whole name wins: `exp/model/wider` may be the end of another one.
        exact = [ref for ref in there if ref.name == BRANCHES + name]
        found = exact or [ref for ref in there if ref.name.endswith(f"/{name}")]
        if len(found) != 1:
            what = "the remote has no experiment" if not found else "the remote has several experiments that end in"
            raise NotFoundError(f"{what} {safe_text(name)}", "branchlab pull fetches all; git ls-remote lists them")
        chosen.append(found[0])
    return chosen


def _move(repository: Repository, ref: Ref, old: str | None, folder: str | None) -> Moved:
    if old == ref.oid:
        return Moved(ref, "same")
    if old is None:
        create_ref(repository, ref.name, ref.oid, reason="branchlab: pull")
        return Moved(ref, "new")
    if is_ancestor(repository, ref.oid, old):  # ahead of the remote: nothing to bring
        return Moved(ref, "same")
    if not is_ancestor(repository, old, ref.oid):
        return Moved(ref, "left alone, it has commits of its own here:")
    # Moved under a working tree, git would show what was pulled as undone by the user.
    if folder:
        return Moved(ref, "left alone, it is checked out (git merge --ff-only brings it up):")
    move_ref(repository, ref.name, ref.oid, old, reason="branchlab: pull")
    return Moved(ref, "updated")


def _pull_data(project: Project, refs: Sequence[Ref], arguments: argparse.Namespace, terminal: Terminal) -> bool:
    """Brings the data of commits and tells whether all of it is here."""
    workspace, store = project
    outputs = list(dict.fromkeys(item for ref in refs for item in outputs_at(workspace, ref.oid)))
    if not outputs:
        return True
    if store is None:
        terminal.words("branchlab: no data was fetched: there is no .dvc here. Switch to a branch with one, then pull")
        return False
    from branchlab.data.remote import pull_objects
    from branchlab.data.store import missing_objects

    # First a look at the disk: to load DVC takes a second, mostly for nothing.
    if missing_objects(store, outputs):
        with Counter(terminal, "fetching data") as progress:
            brought = pull_objects(store, outputs, remote=arguments.data_remote, progress=progress)
        terminal.words(
            f"brought {brought.objects} data object{'s' * (brought.objects != 1)}, each checked against its digest"
        )
    return True
