"""A dialog to choose one of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from textual.binding import Binding

from branchlab.tuples import NamedTuple
from branchlab_tui.widgets.picker.choice_dialog import ChoiceDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.binding import BindingType
    from textual.events import Key

    from branchlab_tui.widgets.picker.choice import Choice


class Picked(NamedTuple):
    """What the user chose: which choice, and whether to take it or to delete it."""

    key: str
    what: Literal["take", "delete"] = "take"


class Picker(ChoiceDialog[Picked | None]):
    """Lets the user choose one of several; may offer to delete one, which asks first.

    Args:
        title: stands in the border.
        choices: what there is.
        current: key of the choice to begin on.
        offers: what else can be chosen once a text was typed, such as to save something under this name.
        deletes: what deleting a choice means, in words with `{}` for its text; empty where that is not possible.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("X,delete", "ask_delete", "delete", show=False, id="dialog.delete"),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        current: str = "",
        offers: Callable[[str], Sequence[Choice]] | None = None,
        deletes: str = "",
    ) -> None:
        super().__init__(title, list_first=True)
        self._choices = tuple(choices)
        self._current = current
        self._offers = offers
        self._deletes = deletes
        self._asked: Choice | None = None

    def on_mount(self) -> None:
        """Shows what there is."""
        self.list.show(self._with_offers(""), self._current)

    def keys_told(self, *, in_list: bool) -> Sequence[tuple[str, str]]:
        """Returns the keys of the part that has the focus."""
        keys = [("⏎", "choose")]
        if in_list:
            keys += [("/", "search")] + ([("X", "delete")] if self._deletes else [])
        else:
            keys += [("↓", "list")]
        return (*keys, ("esc", "close"))

    def searched(self, text: str) -> None:
        """Shows what fits, and what else can be done with the text."""
        self.list.show(self._with_offers(text))
        self.list.search(text)

    def action_accept(self) -> None:
        """Takes the choice under the cursor."""
        current = self.list.current
        if current and current.key.endswith(":") and self._offers:  # an offer that still lacks its name
            self.field.focus()
        elif current:
            self.dismiss(Picked(current.key))

    def action_ask_delete(self) -> None:
        """Asks whether to delete the choice under the cursor."""
        current = self.list.current
        if self._deletes and current and current in self._choices:
            self._asked = current
            self.keys_line.ask(f"{self._deletes.replace('{}', current.text)}  y/n")

    def on_key(self, event: Key) -> None:
        """Takes the answer to the question; every key but y is a no."""
        if self._asked is None or event.key in ("X", "delete"):  # these only ask once more
            return
        event.stop()
        event.prevent_default()
        asked, self._asked = self._asked, None
        if event.key == "y":
            self.dismiss(Picked(asked.key, "delete"))
        else:
            self.show_keys()

    def _with_offers(self, text: str) -> list[Choice]:
        return [*self._choices, *(self._offers(text.strip()) if self._offers else ())]
