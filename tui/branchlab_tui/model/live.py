"""What is known of runs while they work: how far they are, and whether they fell silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.catalog.following import FollowedRun


class Live(NamedTuple):
    """How far a run is, by the rules of `branchlab watch`.

    Attributes:
        heard: when it last logged anything, in seconds since the epoch; 0 when it never did.
        patience: seconds without a word after which it counts as quiet.
        done: steps behind it; None before the first.
        total: how many steps it will make, where a parameter tells.
    """

    heard: float
    patience: float
    done: int | None = None
    total: int | None = None

    @property
    def fraction(self) -> float | None:
        """The part of its steps that it has made, between 0 and 1; None when nobody knows."""
        return self.done / self.total if self.total and self.done is not None else None

    def quiet_for(self, now: float) -> float | None:
        """Returns for how many seconds it has said nothing, when that is unusually long."""
        silence = now - self.heard
        # 0: nothing was heard yet, so there is no moment from which its silence could be counted.
        return silence if self.heard and silence > self.patience else None


def live_look(runs: Mapping[str, FollowedRun]) -> dict[str, Live]:
    """Returns how far each running run is, by row key."""
    return {f"run:{run}": _live(seen) for run, seen in runs.items() if seen.experiment.status == "running"}


def _live(seen: FollowedRun) -> Live:
    from branchlab.reading.progress import find_progress, patience, steps_done

    series = seen.journal.series
    far = find_progress(seen.experiment.params, series)
    done = steps_done(series) if series else None
    return Live(seen.heard, patience(seen.gap), far.done if far else done, far.total if far else None)
