"""The line of a dialog that is typed into to search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.query_bar.query_input import QueryInput

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.events import Key


class SearchInput(QueryInput):
    """Takes text, but leaves some keys to the dialog although they write a character.

    Args:
        passed: those keys, as Textual names them.
    """

    def __init__(self, passed: Collection[str] = ()) -> None:
        super().__init__()
        self._passed = frozenset(passed)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Tells which keys are text."""
        return key not in self._passed and super().check_consume_key(key, character)

    def _on_key(self, event: Key) -> None:  # type: ignore[override]
        """Leaves the passed keys to the bindings of the dialog; Textual calls the method of the base class next."""
        if event.key in self._passed:
            event.prevent_default()
