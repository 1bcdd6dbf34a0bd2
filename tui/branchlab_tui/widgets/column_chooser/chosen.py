"""Which columns are shown, which are pinned, and in which order. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.widgets.picker.choice import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable

PINNED = "pinned"


class Known(NamedTuple):
    """A column that can be shown: its key, its heading, and what it is in a word."""

    key: str
    title: str
    what: str = ""


class Chosen(NamedTuple):
    """What is chosen.

    Attributes:
        order: all known columns, those that are shown first when the dialog begins.
        shown: keys of those that are shown.
        pinned: keys of those that stay in sight.
    """

    order: tuple[Known, ...]
    shown: frozenset[str]
    pinned: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Keys of what is shown, in order."""
        return tuple(known.key for known in self.order if known.key in self.shown)

    def toggle(self, key: str) -> Chosen:
        """Shows a column, or leaves it out; one that is left out is not pinned any more."""
        shown = self.shown ^ {key}
        return self._replace(shown=shown, pinned=self.pinned & shown)

    def pin(self, key: str) -> Chosen:
        """Pins a column, which shows it, or lets it go."""
        pinned = self.pinned ^ {key}
        return self._replace(pinned=pinned, shown=self.shown | pinned)

    def move(self, key: str, step: int) -> Chosen:
        """Moves a column by places among those known."""
        order = list(self.order)
        place = next((place for place, known in enumerate(order) if known.key == key), None)
        if place is None or not 0 <= place + step < len(order):
            return self
        order.insert(place + step, order.pop(place))
        return self._replace(order=tuple(order))

    def choices(self) -> list[Choice]:
        """Returns a line for each column."""
        return [
            Choice(
                known.key,
                known.title,
                f"{PINNED} · {known.what}" if known.key in self.pinned else known.what,
                "[x]" if known.key in self.shown else "[ ]",
            )
            for known in self.order
        ]


def begin(known: Iterable[Known], shown: Iterable[str], pinned: Iterable[str]) -> Chosen:
    """Returns what is chosen now: columns that are shown stand first, in their order."""
    columns = {one.key: one for one in known}
    first = [columns[key] for key in dict.fromkeys(shown) if key in columns]  # a view may name a column that is gone
    keys = frozenset(one.key for one in first)
    rest = [one for one in columns.values() if one.key not in keys]
    return Chosen((*first, *rest), keys, frozenset(pinned) & keys)
