"""How far a run is, as far as its parameters or its output tell, and how long the rest will take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Scalar
    from branchlab.tracking.reading import Point

_RECENT = 50  # points that the pace is taken from
_GAPS_OF_SILENCE = 3
_LEAST_SILENCE = 60.0
_SILENCE_UNKNOWN = 120.0  # before a run is called quiet whose usual gap nobody knows
_STEP = r"(?:epochs?|steps?|iters?|iterations?|rounds?|updates?)"
# `steps`, `max_steps`, `num_train_epochs`, `n_iter`; not `warmup_steps`, `log_every_steps`, `early_stopping_rounds`.
_TOTAL = re.compile(rf"(?:(?:max|num|n|total|train|nb)_)*{_STEP}")
# `epoch 3/10`, `Epoch [3/10]`, `step: 3 of 10`.
_SAID = re.compile(rf"\b{_STEP}\b\W{{0,3}}(\d{{1,9}})\s*(?:/|of)\s*(\d{{1,9}})\b", re.IGNORECASE)


class Progress(NamedTuple):
    """How far a run is.

    Attributes:
        done: steps behind it.
        total: steps in all, at least 1 and at least `done`.
        seconds: how long the rest takes at the pace of the last steps; None when nothing tells, or it is overdue.
    """

    done: int
    total: int
    seconds: float | None = None

    @property
    def share(self) -> float:
        """The part that is done, 0 to 1."""
        return self.done / self.total


def find_progress(
    params: Mapping[str, Scalar], series: Mapping[str, Sequence[Point]], said: str = "", silent: float = 0.0
) -> Progress | None:
    """Returns how far a run is, None when neither a parameter nor its output says how far it has to go.

    A parameter such as `steps`, `max_epochs` or `n_iter` counts as the total, the smallest that the run has not passed
    where there are several: who logs once an epoch counts epochs.

    Args:
        params: flat.
        series: the points that were logged so far.
        said: the last line of the output, where `epoch 3/10` is understood.
        silent: seconds since the last thing the run did.
    """
    done = steps_done(series)
    total = min((total for total in map(_total, params.items()) if total >= max(done, 1)), default=0)
    if not total:
        found = _SAID.search(said)
        done, total = (int(found[1]), int(found[2])) if found else (0, 0)
        return Progress(done, total) if 0 < total >= done else None
    pace = _pace(series)
    rest = None if pace is None else pace * (total - done) - silent
    return Progress(done, total, None if rest is not None and rest < 0 else rest)


def patience(gap: float) -> float:
    """Returns the seconds of silence from which on a run is called quiet.

    Args:
        gap: the longest time between two of its points so far, in seconds; 0 while there are none.
    """
    return max(_GAPS_OF_SILENCE * gap, _LEAST_SILENCE) if gap > 0 else _SILENCE_UNKNOWN


def steps_done(series: Mapping[str, Sequence[Point]]) -> int:
    """Returns how many steps were done: they count from 0, or from 1."""
    if not series:
        return 0
    first = min(points[0].step for points in series.values())
    return max(0, max(points[-1].step for points in series.values()) + (first == 0))


def _total(param: tuple[str, Scalar]) -> int:
    name, value = param
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    last = name.rpartition(".")[2].lower().replace("-", "_")
    return value if _TOTAL.fullmatch(last) else 0


def _pace(series: Mapping[str, Sequence[Point]]) -> float | None:
    """Returns the seconds that a step takes, over the last ones that were logged."""
    if not series:
        return None
    points = max(series.values(), key=lambda points: points[-1].step)
    last = points[-1]
    first = points[max(0, len(points) - _RECENT)]
    if last.step > first.step:
        return (last.seconds - first.seconds) / (last.step - first.step)
    steps = last.step + (last.step == 0)
    return last.seconds / steps if steps > 0 else None
