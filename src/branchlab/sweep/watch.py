"""Follows a study while trials are being made: each look costs what is new."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.catalog.following import FollowedRuns
from branchlab.naming import compile_rule
from branchlab.sweep.branches import Branches, mark_of
from branchlab.sweep.copies import Copy, furthest, identity, study_of
from branchlab.sweep.engine.workers import INTERRUPTED
from branchlab.sweep.table import is_repeat, trial_of
from branchlab.sweep.trial import Study
from branchlab.tracking.state import read_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab.experiment import Experiment
    from branchlab.sweep.copies import Identity
    from branchlab.sweep.trial import Trial
    from branchlab.workspace import Workspace


class Watch:
    """One study as it grows.

    Attributes:
        study: as the last look found it; empty before the first.
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        """Reads nothing yet; `name` is that of the sweep."""
        self.study = Study(name)
        self._workspace = workspace
        self._branches = Branches(workspace, mark_of(name))
        self._runs = FollowedRuns(workspace)
        self._accepts = compile_rule(workspace.settings.naming).accepts
        self._copies: dict[str, tuple[Experiment, Copy]] = {}
        self._trials: dict[Identity, Trial] = {}

    def look(self) -> tuple[Trial, ...]:
        """Returns the trials that are new or differ from what the last look found, in the order of the study.

        Raises:
            GitError: when git refuses.
            EnvironmentProblemError: when git cannot be started.
        """
        self._branches.look()
        known = self._copies
        self._copies = {}
        for key, experiment in self._experiments():
            seen = known.get(key)
            # the same object, not an equal one: whoever reads them keeps what did not change
            self._copies[key] = seen if seen and seen[0] is experiment else (experiment, self._copy(experiment))
        if self._copies.keys() == known.keys() and all(self._copies[key] is known[key] for key in known):
            return ()
        before, self._trials = self._trials, furthest(copy for _, copy in self._copies.values())
        self.study = study_of(self.study.name, self._trials)
        new = {key: trial for key, trial in self._trials.items() if before.get(key) != trial}
        return study_of("", new).trials

    def _experiments(self) -> Iterator[tuple[str, Experiment]]:
        """Yields the trials on branches, and runs that are none yet, each under what tells it from the others."""
        name = self.study.name
        for shown, experiment in self._branches.experiments.items():
            if experiment.sweep == name:
                yield f"branch {shown}", experiment
        for run, seen in self._runs.look(self._branches.runs).items():
            ended_part = is_repeat(seen.experiment) and seen.experiment.status != "running"
            if seen.experiment.sweep == name and not ended_part:
                yield f"run {run}", seen.experiment

    def _copy(self, experiment: Experiment) -> Copy:
        trial = trial_of(experiment)
        if experiment.commit is None:
            trial = self._live(experiment, trial)
        # with `origin/` or the archive before it a name breaks the rule
        local = experiment.commit is None or self._accepts(experiment.name)
        return Copy(trial, identity(trial), local, experiment.stale)

    def _live(self, experiment: Experiment, trial: Trial) -> Trial:
        """Tells a run that was killed together with whoever watched it from one that failed."""
        if experiment.status == "failed":
            state = read_state(os.path.join(self._workspace.runs_dir, experiment.run))
            if state and state.status == "running":
                return trial._replace(status="stopped", reason=INTERRUPTED)
        return trial
