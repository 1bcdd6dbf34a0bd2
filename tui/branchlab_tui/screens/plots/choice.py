"""Which entry is looked at, of which experiment, and what it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.screens.overlaid.subjects import Subject
    from branchlab_tui.screens.plots.entries import Entry


class Choice(NamedTuple):
    """What the user looks at.

    Attributes:
        entry: of the list.
        own: row key of the experiment, where only one can be shown at a time.
        other: row key of what it is compared with: the baseline, else the next one; empty when nobody else has it.
        of: how many experiments have it.
        place: which of them is shown, from 0.
    """

    entry: Entry
    own: str
    other: str
    of: int
    place: int


def choose(entry: Entry, subjects: Sequence[Subject], wanted: int) -> Choice:
    """Returns the choice of the experiment at a place, counted round the end among those that have the entry."""
    holders = [subject for subject in subjects if subject.key in entry.holders]
    place = wanted % len(holders)
    own = holders[place]
    # Round the end, so that the last one is compared with the first.
    others = [one for one in holders if one.ghost and one is not own] or [*holders[place + 1 :], *holders[:place]]
    return Choice(entry, own.key, others[0].key if others else "", len(holders), place)
