"""Keeps answers that cost something, as many as a bound allows; the ones that were used last stay."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_Value = TypeVar("_Value")


class Kept(Generic[_Value]):
    """Answers by what was asked; safe to use from several threads.

    Args:
        most: how much is kept together.
        weigh: how much one answer counts.
    """

    def __init__(self, most: int, weigh: Callable[[_Value], int] = lambda _: 1) -> None:
        self._most = most
        self._weigh = weigh
        self._total = 0
        self._values: OrderedDict[Hashable, tuple[int, _Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, read: Callable[[], _Value]) -> _Value:
        """Returns what is kept, else what `read` returns; two threads may both read at the same time."""
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
                return found[1]
        # Outside of the lock: git takes milliseconds, and other threads look for other things meanwhile.
        value = read()
        self._put(key, value)
        return value

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._values.clear()
            self._total = 0

    def _put(self, key: Hashable, value: _Value) -> None:
        weight = self._weigh(value)
        with self._lock:
            old = self._values.pop(key, None)
            self._values[key] = weight, value
            self._total += weight - (old[0] if old else 0)
            # One that is larger than the bound stays, alone: or what is shown would be read again at each key.
            while self._total > self._most and len(self._values) > 1:
                self._total -= self._values.popitem(last=False)[1][0]
