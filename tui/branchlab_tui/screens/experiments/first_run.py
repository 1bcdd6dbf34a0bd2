"""What stands where there is no experiment yet: what was looked at, and what to do now. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, pad, shorten, wrap
from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.preview.grid import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.model.snapshot import Snapshot

_WIDE = 82  # the longest line, a command and what it does, has 80
_LEAST = 16
_NOT_INITIALISED = "There is no branchlab.toml here: it works without, but knows no goals."
_COMMAND = 34  # cells of the longest command


def first_run_lines(snapshot: Snapshot, width: int, height: int) -> list[Line]:
    """Returns the page, in the middle of a panel of columns and rows; what is wrong where nothing could be read."""
    inner = max(min(_WIDE, width - 4), _LEAST)
    if snapshot.problem:
        lines = _problem(snapshot.problem, inner)
    elif not snapshot.complete:
        lines = [[Piece("reading the experiments…", "dim")]]
    else:
        lines = _page(snapshot, inner)
    if height < len(lines):
        # A low panel loses the blank lines, so that the words stay whole.
        lines = [line for line in lines if any(piece.text.strip() for piece in line)]
    left = " " * max((width - inner) // 2, 1)
    above = max((height - len(lines)) // 2, 0)
    return [[Piece("")] for _ in range(above)] + [cut([Piece(left), *line], width) for line in lines]


def _page(snapshot: Snapshot, width: int) -> list[Line]:
    workspace = snapshot.workspace
    place = safe_text(workspace.root) + (f" @ {safe_text(snapshot.head)}" if snapshot.head else "")
    looked = f"Looked at the branches {safe_text(workspace.settings.naming.pattern)} and at runs that are not recorded."
    commands: list[tuple[str, str]] = [
        (_run_words(workspace.settings.command), "run it, and keep all it made"),
        ("branchlab new exp/model/first-idea", "a branch for an experiment"),
        ("branchlab demo /tmp/demo", "a project to try everything with"),
    ]
    if not workspace.initialised:
        commands.insert(0, ("branchlab init", "write branchlab.toml: goals, data, command"))
    return [
        [Piece("No experiments yet", "title")],
        [Piece("")],
        *([Piece(text)] for text in wrap(looked, width)),
        [Piece(shorten(place, width, "ends"), "dim")],
        *([Piece(text, "dim")] for text in ([] if workspace.initialised else wrap(_NOT_INITIALISED, width))),
        [Piece("")],
        _key("n", "start an experiment here"),
        _key("?", "every key"),
        _key("q", "leave"),
        [Piece("")],
        [Piece("In the shell:", "dim")],
        *(_command(command, what, width) for command, what in commands),
        [Piece("")],
        [Piece("What appears while this is open is shown at once.", "dim")],
    ]


def _run_words(command: Sequence[str]) -> str:
    """Returns what runs the command of the settings, or what runs one where they name none."""
    return "branchlab run" if command else "branchlab run -- python train.py"


def _problem(problem: str, width: int) -> list[Line]:
    return [
        [Piece("✗ The experiments cannot be read", "title")],
        [Piece("")],
        *([Piece(text)] for text in wrap(safe_text(problem), width)),
        [Piece("")],
        _key("R", "try again; it is tried twice a second anyway"),
        _key("q", "leave"),
    ]


def _key(key: str, what: str) -> Line:
    return [Piece(f"  {key}", "key"), Piece(f"  {what}")]


def _command(command: str, what: str, width: int) -> Line:
    if _COMMAND + 4 + display_width(what) > width:
        return [Piece(shorten(f"  {command}", width, "start"), "bold")]
    return [Piece(f"  {pad(command, _COMMAND)}", "bold"), Piece(f"  {what}", "dim")]
