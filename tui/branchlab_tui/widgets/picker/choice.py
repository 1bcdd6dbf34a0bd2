"""What can be chosen, and which of it fits what was typed. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.report.width import display_width, pad, shorten
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.lines.signs import CURSOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.piece import Line

_LEAST_TEXT = 12  # cells of the text before the detail gives way


class Choice(NamedTuple):
    """One line of a list.

    Attributes:
        key: what it stands for.
        text: what is shown and searched.
        detail: said at the right, where there is room.
        mark: stands before the text, such as a box with a cross.
    """

    key: str
    text: str
    detail: str = ""
    mark: str = ""


def search(choices: Sequence[Choice], text: str) -> list[Choice]:
    """Returns the choices that hold the text, then those that hold its letters in this order."""
    wanted = text.strip().lower()
    if not wanted:
        return list(choices)
    whole = [one for one in choices if wanted in one.text.lower()]
    found = {one.key for one in whole}
    return whole + [one for one in choices if one.key not in found and _in_order(wanted, one.text.lower())]


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def choice_line(choice: Choice, width: int, *, cursor: bool) -> Line:
    """Returns the line of a choice, `width` cells wide."""
    style = "chosen" if cursor else ""
    start = f"{CURSOR if cursor else ' '} {choice.mark} " if choice.mark else f"{CURSOR if cursor else ' '} "
    detail = safe_text(choice.detail)
    room = width - display_width(start) - 1
    if display_width(detail) > room - _LEAST_TEXT - 2:
        detail = shorten(detail, max(room - _LEAST_TEXT - 2, 0), "start")
    keep: Literal["start", "ends"] = "start" if " " in choice.text else "ends"  # words begin with what matters
    text = shorten(safe_text(choice.text), max(room - display_width(detail) - (2 if detail else 0), 0), keep)
    gap = max(room - display_width(text) - display_width(detail), 0)
    line = [Piece(start + text + " " * gap, style), Piece(detail, f"{style}-detail" if style else "detail")]
    return [*line, Piece(" ", style)] if detail else [Piece(pad(start + text, width), style)]
