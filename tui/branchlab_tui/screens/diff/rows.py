"""The table of a difference as the table widget asks for it: sections that fold, and columns as wide as they need."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from branchlab.report.width import display_width
from branchlab_tui.screens.diff.entry import Entry, Section, aligned
from branchlab_tui.widgets.lines.signs import CLOSED, OPEN
from branchlab_tui.widgets.table.column import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_VALUES = ("b", "a", "delta", "percent")
_MOST = {"name": 40, "b": 24, "a": 24, "mark": 1, "delta": 14, "percent": 9, "verdict": 60}  # cells
_TEXTS = ("mark", "verdict")
_LEAST_NAME = 12
_LEAST_TITLE = 10
_NAME_SHARE = 3  # of the line that names take at most: one third
_WIDE = 120
_NUMBERS = ("metrics", "params")  # sections whose numbers have their points below each other


class SectionRows:
    """The rows that are shown.

    Args:
        sections: what there is.
        folded: keys of sections and entries that are closed.
        everything: show what does not differ too.
    """

    def __init__(self, sections: Sequence[Section], folded: Collection[str], *, everything: bool) -> None:
        self._shown = list(_shown(sections, folded, everything=everything))
        self._folders = {entry.within for section in sections for entry in section.entries if entry.within}
        self._folded = folded
        self._everything = everything
        self._cells = _aligned_cells(self._shown)

    def __len__(self) -> int:
        """Returns the number of rows."""
        return len(self._shown)

    def at(self, place: int) -> Section | Entry:
        """Returns what stands on a row."""
        return self._shown[place]

    def key(self, place: int) -> str:
        """Returns the id of a section, or the key of an entry."""
        return _key(self._shown[place])

    def kind(self, place: int) -> Literal["row", "group"]:
        """Tells a section's heading from its entries."""
        return "group" if isinstance(self._shown[place], Section) else "row"

    def cell(self, place: int, column: str) -> Cell:
        """Returns what a cell shows."""
        one = self._shown[place]
        if isinstance(one, Section):
            sign = (CLOSED if one.id in self._folded else OPEN) if one.entries else " "
            return Cell(f"{sign} {one.title}  {one.summary}")
        if column == "name":
            sign = (CLOSED if one.key in self._folded else OPEN) if one.key in self._folders else " "
            return Cell(f"{sign} {one.name}", "dim" if one.same else "")
        text = self._cells[column][place]
        return Cell(text, _style(one, column))

    def columns(self, names: tuple[str, str], width: int) -> tuple[Column, ...]:
        """Returns the columns that have something to show.

        Args:
            names: what B and A are called.
            width: cells of the line; names give way in a short one.
        """
        titles = {"b": names[0], "a": names[1], "mark": "", "delta": "Δ", "percent": "Δ %", "verdict": ""}
        widths = self._widths()
        widths["name"] = min(widths["name"], max(width // _NAME_SHARE, _LEAST_NAME))
        most = _MOST["a"] if width >= _WIDE else _LEAST_TITLE
        name = Column("name", "everything" if self._everything else "what differs", max(widths["name"], _LEAST_NAME))
        return (
            name,
            *(
                Column(
                    column,
                    title,
                    max(widths[column], min(display_width(title), most)),
                    "left" if column in _TEXTS else "right",
                )
                for column, title in titles.items()
                # Both sides always: an empty column says that this side has nothing.
                if widths[column] or column in ("a", "b")
            ),
        )

    def next_section(self, place: int, steps: int) -> str | None:
        """Returns the key of the next section's heading, or of the one before; None at the ends."""
        places = [at for at, one in enumerate(self._shown) if isinstance(one, Section)]
        wanted = [at for at in places if (at > place if steps > 0 else at < place)]
        return self.key(wanted[0] if steps > 0 else wanted[-1]) if wanted else None

    def place(self, key: str) -> int | None:
        """Returns the place of a key; None when it is not shown."""
        return next((place for place, one in enumerate(self._shown) if _key(one) == key), None)

    def folder_of(self, place: int) -> str | None:
        """Returns the key of what folds a row: itself, the metric it belongs to, or its section; None for nothing."""
        one = self._shown[place]
        if isinstance(one, Section):
            return one.id if one.entries else None
        return one.key if one.key in self._folders else one.within or one.key.partition("/")[0]

    def holding(self, text: str) -> list[str]:
        """Returns the keys of the rows that hold a text, small letters or capitals."""
        wanted = text.lower()
        return [one.key for one in self._shown if isinstance(one, Entry) and wanted in one.told.lower()]

    def _widths(self) -> dict[str, int]:
        widths = {"name": max((display_width(one.name) + 2 for one in self._entries()), default=0)}
        for column in (*_VALUES, *_TEXTS):
            widths[column] = max(map(display_width, self._cells[column]), default=0)
        return {column: min(width, _MOST[column]) for column, width in widths.items()}

    def _entries(self) -> Iterator[Entry]:
        return (one for one in self._shown if isinstance(one, Entry))


def _shown(sections: Sequence[Section], folded: Collection[str], *, everything: bool) -> Iterator[Section | Entry]:
    for section in sections:
        yield section
        if section.id in folded:
            continue
        for entry in section.entries:
            hidden = (
                # A metric that is the same stays in sight: that nothing changed is a result.
                entry.within in folded if entry.within else entry.same and not everything and section.id != "metrics"
            )
            if not hidden:
                yield entry


def _aligned_cells(shown: Sequence[Section | Entry]) -> dict[str, list[str]]:
    """Returns the texts of each column, numbers of one section with their points below each other."""
    cells: dict[str, list[str]] = {column: [""] * len(shown) for column in (*_VALUES, *_TEXTS)}
    starts = [place for place, one in enumerate(shown) if isinstance(one, Section)]
    for start, stop in pairwise([*starts, len(shown)]):
        entries = [one for one in shown[start:stop] if isinstance(one, Entry)]
        for column in _VALUES:
            texts = [getattr(entry, column) for entry in entries]
            cells[column][start + 1 : stop] = aligned(texts) if _key(shown[start]) in _NUMBERS else texts
        for column in _TEXTS:
            cells[column][start + 1 : stop] = [getattr(entry, column) for entry in entries]
    return cells


def _style(entry: Entry, column: str) -> str:
    if column in ("mark", "delta", "percent", "verdict"):
        return entry.style
    return "dim" if entry.same else ""


def _key(one: Section | Entry) -> str:
    return one.id if isinstance(one, Section) else one.key
