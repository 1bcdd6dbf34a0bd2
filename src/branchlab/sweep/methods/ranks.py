"""Trials from best to worst, for methods that need no more than that."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.sweep.trial import Told


def best_first(told: Sequence[Told]) -> list[Told]:
    """Returns the trials that ended, best first: those that keep all constraints by loss, others by violation.

    Those without a loss come last. Of several objectives the first one counts.
    """
    return sorted((trial for trial in told if trial.state != "running"), key=_key)


def places(told: Sequence[Told]) -> list[int]:
    """Returns for each of trials that have ended how many are better; numbers may repeat where parts were merged."""
    order = sorted(range(len(told)), key=lambda index: (_key(told[index]), index))
    found = [0] * len(told)
    for place, index in enumerate(order):
        found[index] = place
    return found


def _key(trial: Told) -> tuple[float, float, int]:
    if trial.losses is None:
        return (math.inf, math.inf, trial.number)
    # equal ones by number, so that the order is the same on every machine
    return (sum(max(violation, 0.0) for violation in trial.violations), trial.losses[0], trial.number)
