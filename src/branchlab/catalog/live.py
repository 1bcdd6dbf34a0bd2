"""Runs that no branch holds yet: those that still train, and those that were never recorded."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from branchlab.experiment import Experiment
from branchlab.record.search import search_of
from branchlab.text import flatten
from branchlab.tracking.reading import JOURNAL_FILE, Journal, journal_problem, read_journal, summary_metrics
from branchlab.tracking.state import RunState, ended_status, is_alive, read_state, run_folders

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from branchlab.experiment import Number, Status
    from branchlab.project import MetricRule
    from branchlab.workspace import Workspace


def read_live_runs(workspace: Workspace, recorded: Container[str] = ()) -> list[Experiment]:
    """Returns this project's runs that are not recorded, newest first; what cannot be read is left out.

    A run is `running` while somebody holds its lock. One that ended is `failed` or `stopped` as it said, and
    `unrecorded` when it finished; one that was killed before it could say is `failed`.
    """
    found = []
    for folder in run_folders(workspace.runs_dir):
        # Thousands of recorded runs may still have a folder: what the name of one tells is not read.
        state = None if os.path.basename(folder) in recorded else read_state(folder)
        if state and state.id not in recorded and workspace.holds(state.project):
            found.append(_experiment(folder, state, workspace.settings.metrics))
    return sorted(found, key=lambda run: run.started or "", reverse=True)


def live_experiment(state: RunState, journal: Journal, status: Status, best: Mapping[str, Number]) -> Experiment:
    """Returns the row of a run as if it had ended now."""
    splits = {f"{split}.{name}": value for split, of in journal.splits.items() for name, value in of.items()}
    sweep = state.sweep or {}
    return Experiment(
        name=state.name or state.branch or state.id,
        commit=None,
        status=status,
        started=state.started or None,
        seconds=journal.seconds if state.seconds is None else state.seconds,
        note=journal.note or state.note,
        params=flatten({**(state.params or {}), **journal.params}),  # the script knows best what it ran with
        metrics={**splits, **summary_metrics(journal)},
        best=best,
        run=state.id,
        seed=journal.seed,
        sweep=sweep.get("name", ""),
        trial=sweep.get("trial"),
        search=search_of(sweep, journal.splits) if sweep else {},
        problem=journal_problem(journal, ended=state.status == "finished"),
    )


def status_of(state: RunState, journal: Journal, *, alive: bool) -> Status:
    """Returns how a run stands that no branch holds; `alive` says that somebody holds its lock."""
    if alive:
        return "running"
    ended = ended_status(state, journal.status)
    return "unrecorded" if ended == "finished" else ended


def _experiment(folder: str, state: RunState, rules: Mapping[str, MetricRule]) -> Experiment:
    try:
        journal = read_journal(os.path.join(folder, JOURNAL_FILE))
    except OSError:
        journal = read_journal(os.devnull)
    status = status_of(state, journal, alive=is_alive(folder))
    return live_experiment(state, journal, status, _best(journal, rules))


def _best(journal: Journal, rules: Mapping[str, MetricRule]) -> dict[str, Number]:
    """Returns the best logged value of each metric with a goal; NaN and infinities are never best."""
    best: dict[str, Number] = {}
    for name, points in journal.series.items():
        goal = rules[name].goal if name in rules else None
        values: Sequence[Number] = [point.value for point in points if math.isfinite(point.value)]
        if goal and values:
            best[name] = max(values) if goal == "maximize" else min(values)
    return best
