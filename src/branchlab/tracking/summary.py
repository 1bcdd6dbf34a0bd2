"""The mapping behind `run.summary`."""

from __future__ import annotations

from collections.abc import MutableMapping

from branchlab.tracking.values import checked_number

TYPE_CHECKING = False  # `typing` would be most of what a short script pays
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


class Summary(MutableMapping[str, int | float]):
    """The summary values that a script sets itself; a metric without one gets the value that was logged last."""

    def __init__(self, write: Callable[[dict[str, Any]], None]) -> None:
        """Starts empty; `write` puts each change into the journal, None for a value that was removed."""
        self._values: dict[str, int | float] = {}
        self._write = write

    def __getitem__(self, name: str) -> int | float:
        """Returns a value that was set."""
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        """Sets a value; what is no number is left out with a warning."""
        plain = checked_number(name, value)
        if plain is not None:
            self._values[str(name)] = plain
            self._write({str(name): plain})

    def __delitem__(self, name: str) -> None:
        """Takes a value back; the one that was logged last counts again."""
        del self._values[name]
        self._write({name: None})

    def __iter__(self) -> Iterator[str]:
        """Goes through the names in the order they were set."""
        return iter(self._values)

    def __len__(self) -> int:
        """Counts the values that were set."""
        return len(self._values)
