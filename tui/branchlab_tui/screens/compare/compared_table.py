"""The table of a comparison: an experiment is a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from branchlab_tui.widgets.table.table import LineTable

if TYPE_CHECKING:
    from textual.binding import BindingType


class ComparedTable(LineTable):
    """A table whose columns are what the user works with: space leaves one out instead of marking a row."""

    DEFAULT_CSS = ""  # the sheet of the class above applies
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "screen.drop", "drop", show=False, id="compared.drop"),
        Binding("asterisk", "screen.bring_back", "bring back", show=False, id="compared.bring_back"),
        Binding("v,less_than_sign,greater_than_sign", "nothing", show=False),  # rows are not marked here
    ]

    def action_nothing(self) -> None:
        """Does nothing: keys that mark rows or move columns elsewhere."""
