"""Which sweep the view shows, and which of its trials is read first. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.model.sweeps import recorded_sweeps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab.sweep.trial import Trial
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState


class Chosen(NamedTuple):
    """A sweep by its name, empty for none, and the trial that it was opened from."""

    name: str = ""
    trial: Experiment | None = None


def choose_sweep(snapshot: Snapshot, state: TableState, keys: Sequence[str], place: str = "") -> Chosen:
    """Returns the sweep that was asked for, else that of the first of `keys` that is a trial, else the newest.

    On the heading of a group of the table it is the one of that group.

    Args:
        snapshot: the newest look at the repository.
        state: says on which heading the cursor stands.
        keys: row keys.
        place: name of a sweep.
    """
    if place:
        return Chosen(place)
    trials = [one for key in keys if (one := snapshot.find(key)) is not None and one.sweep]
    if trials:
        return Chosen(trials[0].sweep, trials[0])
    names = recorded_sweeps(snapshot.experiments)
    if not keys and state.group == "sweep":
        from branchlab_tui.model.grouping import group_name

        heading = group_name(state.cursor)
        if heading in names:
            return Chosen(heading or "")
    return Chosen(names[0] if names else "")


def name_of(one: Experiment | None, trials: Mapping[str, Trial]) -> str:
    """Returns the name that a trial has among others; empty where it is not one of them."""
    if one is None:
        return ""
    return next(
        (name for name, trial in trials.items() if trial.branch == one.name or (one.run and trial.run == one.run)), ""
    )


def row_of(trial: Trial, snapshot: Snapshot) -> str:
    """Returns the row key of a trial; empty for one that the table does not have, because it is archived."""
    # A trial that is recorded has a branch; any other one only the id of its run.
    return next((key for key in (trial.branch, f"run:{trial.run}") if key in snapshot.places), "")
