"""What every method is given, and what it can be asked."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Protocol

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.sweep.plan import Objectives, Plan
    from branchlab.sweep.trial import Proposal, Told


class Search(NamedTuple):
    """What a method proposes trials for.

    Attributes:
        plan: the sweep.
        objectives: what it is judged by.
        seed: of what is drawn for this batch.
        share: which part of a divided sweep this is, from 0, and how many parts there are: methods that walk through
            the points of the space in a fixed order leave those of the other parts out.
    """

    plan: Plan
    objectives: Objectives
    seed: int
    share: tuple[int, int] = (0, 1)


class Method(Protocol):
    """Proposes trials; what it answers depends on the plan, the seed and its arguments only."""

    @property
    def name(self) -> str:
        """What the records say proposed a trial; never `auto`."""
        ...

    @property
    def why(self) -> str:
        """Why this method: in one sentence when `auto` chose it, else empty."""
        ...

    def ask(self, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
        """Proposes up to `count` trials, the first of which gets `first_number`.

        `told` are the trials so far in order of number, those that still run included. Fewer than `count` come back
        when the space is exhausted, or at the end of a generation (population based training).
        """
        ...

    def expected_gain(self, told: Sequence[Told]) -> float | None:
        """Estimates how much better than the best one more trial will be, in units of the metric.

        None with several objectives, or while fewer than five trials have a value.
        """
        ...


class Propose(Protocol):
    """The way from trials to proposals; each method is one such function."""

    def __call__(self, search: Search, told: Sequence[Told], count: int, first_number: int, /) -> list[Proposal]:
        """Proposes up to `count` trials."""
        ...


def draws(search: Search, first_number: int, purpose: str = "") -> Random:
    """Makes the random numbers of one question; the same for the same seed and number, in any process."""
    return Random(f"{search.seed}/{first_number}/{purpose}")  # noqa: S311 - a search, no cryptography
