"""What a command comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState


class Context(NamedTuple):
    """Where a command is typed.

    Attributes:
        view: id of the view.
        snapshot: what there is.
        state: how the table looks.
        subjects: row keys of what is marked or under the cursor.
        themes: names of the themes.
    """

    view: str
    snapshot: Snapshot
    state: TableState
    subjects: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What is to be done; what is empty is not.

    Attributes:
        action: id of an action of the view.
        state: how the table is to look.
        view: id of the view to open for `keys`.
        keys: row keys.
        place: what to show first in the view, such as the name of a sweep.
        performs: id of an action that the program performs on `keys`, with `values`.
        values: answers that need not be asked for.
        theme: name of the theme to take.
    """

    action: str = ""
    state: TableState | None = None
    view: str = ""
    keys: tuple[str, ...] = ()
    place: str = ""
    performs: str = ""
    values: Mapping[str, str] = {}
    theme: str = ""


class CommandError(Exception):
    """Raised when a command is not understood.

    `position` counts the characters before the bad place, `hint` says what would be right.
    """

    def __init__(self, position: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.position = position
        self.message = message
        self.hint = hint


class Word(NamedTuple):
    """A word of a command and where it begins."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


def split(text: str) -> list[Word]:
    """Returns the words of a text; blanks part them."""
    words: list[Word] = []
    start = 0
    # No quotes: a note has apostrophes, and what may hold blanks takes the rest of the line.
    for part in text.split(" "):
        if part:
            words.append(Word(part, start))
        start += len(part) + 1
    return words
