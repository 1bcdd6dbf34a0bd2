"""The dialog to choose columns in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from branchlab_tui.widgets.column_chooser.chosen import Chosen, begin
from branchlab_tui.widgets.picker.choice_dialog import ChoiceDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from branchlab_tui.widgets.column_chooser.chosen import Known
    from branchlab_tui.widgets.picker.choice_list import ChoiceList


class ColumnChooser(ChoiceDialog[Chosen | None]):
    """Lets the user choose columns; enter takes what is chosen, None after escape, `RESET` for the usual ones.

    Args:
        known: every column there is.
        shown: keys of those shown now, in order.
        pinned: keys of those that stay in sight.
        current: key of the column to begin on.
    """

    PASSED = ("space", "less_than_sign", "greater_than_sign")
    RESET = Chosen((), frozenset(), frozenset())  # told by its empty `order`, which nothing that is chosen has
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "show", show=False, id="columns.choose"),
        Binding("p", "pin", "pin", show=False, id="columns.pin"),
        Binding("less_than_sign", "shift(-1)", "earlier", show=False, id="columns.earlier"),
        Binding("greater_than_sign", "shift(1)", "later", show=False, id="columns.later"),
        Binding("r", "reset", "as usual", show=False, id="columns.reset"),
    ]

    def __init__(
        self, known: Sequence[Known], shown: Sequence[str], pinned: Sequence[str], *, current: str = ""
    ) -> None:
        super().__init__("Columns")
        self._chosen = begin(known, shown, pinned)
        self._current = current

    def on_mount(self) -> None:
        """Shows what is chosen now."""
        self.list.show(self._chosen.choices(), self._current)

    def keys_told(self, *, in_list: bool) -> Sequence[tuple[str, str]]:
        """Returns the keys of the part that has the focus."""
        if in_list:
            return (
                ("spc", "show"),
                ("p", "pin"),
                ("< >", "move"),
                ("⏎", "done"),
                ("r", "as usual"),
                ("/", "search"),
                ("esc", "cancel"),
            )
        return (("spc", "show"), ("< >", "move"), ("⏎", "done"), ("↓", "list: p pins"), ("esc", "cancel"))

    def on_choice_list_clicked(self, event: ChoiceList.Clicked) -> None:
        """Shows the column that was clicked, or leaves it out."""
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Shows the column under the cursor, or leaves it out."""
        if current := self.list.current:
            self._take(self._chosen.toggle(current.key))

    def action_pin(self) -> None:
        """Pins the column under the cursor, or lets it go."""
        if current := self.list.current:
            self._take(self._chosen.pin(current.key))

    def action_shift(self, step: int) -> None:
        """Moves the column under the cursor."""
        if current := self.list.current:
            self._take(self._chosen.move(current.key, step))

    def action_reset(self) -> None:
        """Takes the usual columns."""
        self.dismiss(self.RESET)

    def action_accept(self) -> None:
        """Takes what is chosen."""
        self.dismiss(self._chosen)

    def _take(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self.list.show(chosen.choices())
