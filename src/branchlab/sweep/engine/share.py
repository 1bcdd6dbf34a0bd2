"""Which trials are whose: the numbers of batches, and the share of one who runs a part of a sweep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.errors import UsageError
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.sweep.trial import Told

_MOST_PARTS = 1000


class Share(NamedTuple):
    """A part of a sweep: its own batches are `own`, `own + of`, …; each has `size` trials.

    Attributes:
        size: trials of a batch.
        own: which one, counts from 0.
        of: how many parts there are.
    """

    size: int
    own: int = 0
    of: int = 1

    @property
    def name(self) -> str:
        """The part as a person writes it, `2/3`; empty for the whole."""
        return f"{self.own + 1}/{self.of}" if self.of > 1 else ""

    def batch_of(self, number: int) -> int:
        """Returns which batch a trial belongs to."""
        return number // self.size

    def owns(self, number: int) -> bool:
        """Tells whether a trial belongs to this part."""
        return self.batch_of(number) % self.of == self.own

    def of_rungs(self, rungs: Mapping[int, Sequence[Told]]) -> dict[int, list[Told]]:
        """Returns the trials on rungs that belong to this part: who asked for a trial also lets it climb."""
        return {rung: [one for one in told if self.owns(one.number)] for rung, told in rungs.items()}

    def numbers(self, batch: int) -> range:
        """Returns the trials of a batch."""
        return range(batch * self.size, (batch + 1) * self.size)

    def batches(self) -> Iterator[int]:
        """Yields the batches of this part, without end."""
        batch = self.own
        while True:
            yield batch
            batch += self.of

    def after(self, number: int) -> int:
        """Returns the first trial of this part behind a number; -1 stands before all."""
        number += 1
        if self.owns(number):
            return number
        batch = self.batch_of(number)
        # the first number of this part's next batch
        return (batch + (self.own - batch) % self.of) * self.size


def parse_part(text: str, size: int) -> Share:
    """Reads `--part 2/3`; an empty text is the whole.

    Raises:
        UsageError: for anything else.
    """
    if not text:
        return Share(size)
    found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    index, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= index <= of <= _MOST_PARTS:
        raise UsageError(f"{safe_text(text)!r:.40} is no part of a sweep", "write it as 2/3, the second of three")
    return Share(size, index - 1, of)
