"""The table of a difference: sections that fold, one line for each thing on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from branchlab_tui.screens.diff.rows import SectionRows
from branchlab_tui.widgets.lines.signs import BAR
from branchlab_tui.widgets.search_line.hits import next_hit
from branchlab_tui.widgets.table.layout import GAP, GUTTER
from branchlab_tui.widgets.table.table import LineTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from branchlab_tui.screens.diff.entry import Entry, Section


class RecordTable(LineTable):
    """Shows sections. A section is open until it is closed, the splits and slices of a metric the other way round."""

    DEFAULT_CSS = ""  # the sheet of the class above applies
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "open", "close or open", show=False, id="record.fold"),
        Binding("v,asterisk", "nothing", show=False),  # rows are not marked here
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(id=id)
        self._sections: tuple[Section, ...] = ()
        self._names = ("B", "A")
        self._everything = False
        self._turned: set[str] = set()  # what is not as it was at first
        self._needle = ""
        self.sections = SectionRows((), (), everything=False)

    @property
    def line_count(self) -> int:
        """How many lines the table needs to show all of it, its heading too."""
        return len(self.sections) + 1

    @property
    def cells_wanted(self) -> int:
        """How many cells the table needs to show all columns."""
        columns = self.sections.columns(self._names, self.screen.size.width)
        return GUTTER + sum(column.width + GAP for column in columns) + BAR

    @property
    def here(self) -> Section | Entry | None:
        """What the cursor stands on."""
        place = None if self.cursor_key is None else self.sections.place(self.cursor_key)
        return None if place is None else self.sections.at(place)

    def show_sections(self, sections: Sequence[Section], names: tuple[str, str], *, everything: bool) -> None:
        """Shows other sections; what was folded stays so.

        Args:
            sections: what there is.
            names: what B and A are called.
            everything: show what does not differ too.
        """
        self._sections, self._names, self._everything = tuple(sections), names, everything
        self._arrange_sections()

    def fold(self) -> None:
        """Closes or opens the metric or section the cursor is in."""
        place = None if self.cursor_key is None else self.sections.place(self.cursor_key)
        folder = None if place is None else self.sections.folder_of(place)
        if folder is not None:
            self._turned ^= {folder}
            self._arrange_sections()
            self.move_to(folder)

    def fold_all(self) -> None:
        """Closes all sections; opens them when all are closed."""
        ids = {section.id for section in self._sections if section.entries}
        self._turned = self._turned - ids if ids <= self._turned else self._turned | ids
        self._arrange_sections()

    def next_section(self, steps: int) -> None:
        """Moves the cursor to the next section, or to the one before."""
        place = 0 if self.cursor_key is None else self.sections.place(self.cursor_key) or 0
        key = self.sections.next_section(place, steps)
        if key is not None:
            self.move_to(key)

    def look_for(self, text: str) -> int:
        """Goes to the first row at the cursor or below that holds a text; returns how many do."""
        self._needle = text
        found = self.sections.holding(text) if text else []
        if found and self.cursor_key not in found:
            self.next_found(1)
        return len(found)

    def next_found(self, steps: int) -> None:
        """Goes to the next row with the text that was looked for, or to the one before; round at the ends."""
        found = self.sections.holding(self._needle) if self._needle else []
        if not found:
            return
        places = [self.sections.place(key) or 0 for key in found]
        here = 0 if self.cursor_key is None else self.sections.place(self.cursor_key) or 0
        self.move_to(self.sections.key(next_hit(places, here, steps)))

    def action_nothing(self) -> None:
        """Does nothing: keys that mark rows elsewhere."""

    def _arrange_sections(self) -> None:
        folders = {entry.within for section in self._sections for entry in section.entries if entry.within}
        # Metrics begin closed and sections open, so one set of what was turned says it for both.
        folded = (folders - self._turned) | {section.id for section in self._sections if section.id in self._turned}
        self.sections = SectionRows(self._sections, folded, everything=self._everything)
        self.show(self.sections, self.sections.columns(self._names, self.screen.size.width))
