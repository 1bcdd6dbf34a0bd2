"""Reads something of each experiment, and hands over early what there is. Free of Textual."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from branchlab.experiment import Experiment

_PATIENCE = 0.2  # seconds until what was read so far is shown
_Value = TypeVar("_Value")


def read_each(
    read: Callable[[Experiment], _Value],
    wanted: Iterable[tuple[str, Experiment]],
    take: Callable[[dict[str, tuple[Experiment, _Value]], bool], object],
) -> None:
    """Calls `read` for each experiment, and `take` now and then with what was found by row key; True the last time."""
    found: dict[str, tuple[Experiment, _Value]] = {}
    begun = time.monotonic()
    for key, one in wanted:
        found[key] = (one, read(one))
        if time.monotonic() - begun > _PATIENCE:
            take(found, False)  # noqa: FBT003 - the one flag of a callback
            # Another dictionary: the one before belongs to the thread of the program now.
            found, begun = {}, time.monotonic()
    take(found, True)  # noqa: FBT003
