"""From the keys of a widget to Textual's bindings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType

    from branchlab_tui.widgets.drawn.key import Key


def bindings(keys: Iterable[Key]) -> list[BindingType]:
    """Returns the bindings of keys; the footer of the program shows its own choice."""
    return [Binding(key.keys, key.action, key.description, id=key.id, show=False) for key in keys]
