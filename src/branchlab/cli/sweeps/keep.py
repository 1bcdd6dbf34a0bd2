"""`branchlab sweep keep`: the best stay branches, the rest goes to the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import ExitCode
from branchlab.reading.keeping import ALL, plan_keeping
from branchlab.reading.sweep import find_search
from branchlab.text import safe_text, some_of
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse

    from branchlab.catalog.many import Moved
    from branchlab.cli.terminal import Terminal
    from branchlab.reading.keeping import Keeping

EXAMPLES = (
    ("branchlab sweep keep best:5 wide", "the five best stay branches, the others go to refs/archive/"),
    ("branchlab sweep keep front wide", "the trials that no other beats in every metric"),
    ("branchlab sweep keep 'accuracy>0.9' wide --dry-run", "says what would go"),
    ("branchlab sweep keep all wide", "brings all of them back"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("what", metavar="best:N|front|all|QUERY", help="which trials stay, or come back")
    parser.add_argument("name", metavar="SWEEP", nargs="?", default="", help="name, or sweep file")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Moves what has to move."""
    from branchlab.catalog.many import Moved, archive_all, restore_all

    workspace = open_workspace(terminal.cwd)
    search = find_search(workspace, arguments.name, terminal.cwd)
    plan = plan_keeping(workspace, search, arguments.what)
    if arguments.dry_run:
        archived, restored = Moved(plan.archive), Moved(plan.restore)
    else:
        # Back first: between the two a crash leaves a branch too many, and not one too few.
        restored = restore_all(workspace.repository, plan.restore)
        archived = archive_all(workspace.repository, plan.archive)
    if arguments.json:
        from branchlab.report.formats import to_json

        terminal.data(to_json(_object(plan, archived, restored)))
    else:
        _tell(plan, archived, restored, terminal, would="would be " if arguments.dry_run else "")
        if archived.names and not arguments.dry_run and arguments.what != ALL:
            terminal.words(f"branchlab sweep keep {ALL} {safe_text(search.name)} brings them back")
    return ExitCode.OK


def _tell(plan: Keeping, archived: Moved, restored: Moved, terminal: Terminal, *, would: str) -> None:
    kept = f"{len(plan.kept)} {would}kept: {some_of(plan.kept)}"
    terminal.words(kept)
    if restored.names:
        terminal.words(f"{len(restored.names)} {would}brought back: {some_of(restored.names)}")
    if archived.names or not restored.names:
        names = some_of(archived.names)
        terminal.words(f"{len(archived.names)} {would}archived" + (names and f": {names}"))
    for name, why in (*archived.left, *restored.left):
        terminal.words(f"{safe_text(name)} stays where it is: it {safe_text(why)}")
    for name in plan.worked_on:
        terminal.words(f"{safe_text(name)} stays: it has commits after its run")
    if plan.elsewhere:
        terminal.words(f"{len(plan.elsewhere)} only a remote has: {some_of(plan.elsewhere)}")


def _object(plan: Keeping, archived: Moved, restored: Moved) -> dict[str, object]:
    return {
        "kept": list(plan.kept),
        "archived": list(archived.names),
        "restored": list(restored.names),
        "left": [{"branch": name, "why": why} for name, why in (*archived.left, *restored.left)]
        + [{"branch": name, "why": "has commits after its run"} for name in plan.worked_on],
        "elsewhere": list(plan.elsewhere),
    }
