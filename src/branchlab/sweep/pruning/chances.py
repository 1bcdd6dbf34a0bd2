"""Second chances: pruned trials that may go on from their checkpoint when the sweep has ended otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.sweep.order import ranked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.sweep.plan import Plan
    from branchlab.sweep.trial import Told, Trial

_NEVER = ("nan", "threshold")  # what went wrong then is in the checkpoint as well


def second_chances(plan: Plan, trials: Sequence[Trial], told: Sequence[Told]) -> tuple[int, ...]:
    """Returns the numbers of the pruned trials that should go on, the most promising first.

    They are those with the best values when they ended, no more than `plan.second_chance` over the whole sweep: a trial
    with a parent has had its chance. Who goes on should do so without the rule that ended it. Trials that had no number
    or left a range stay ended. There are none without a checkpoint, and none where trials go on by other rules already
    (rungs, populations).

    Args:
        plan: of the sweep.
        trials: all of it.
        told: the same trials with their losses.
    """
    if not plan.checkpoint or plan.fidelity is not None or plan.method == "pbt":
        return ()
    left = plan.second_chance - sum(bool(trial.parent) for trial in trials)
    open_to = {trial.number for trial in trials if trial.status == "pruned" and not trial.parent and _may(trial)}
    order = [one.number for one in ranked(told) if one.number in open_to]
    return tuple(order[: max(left, 0)])


def _may(trial: Trial) -> bool:
    return trial.reason.partition(":")[0] not in _NEVER
