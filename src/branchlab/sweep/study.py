"""The study: a view over the branches of a sweep, here and on remotes, and the runs that become some."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from branchlab.catalog.index import load_index
from branchlab.catalog.live import read_live_runs
from branchlab.catalog.row import decode_row
from branchlab.catalog.rows import entries_of, index_place, rows_of
from branchlab.catalog.tips import Tip
from branchlab.sweep.branches import ANY_TRIAL, Branches
from branchlab.sweep.copies import Copy, gather, identity
from branchlab.sweep.table import is_repeat, trial_of
from branchlab.sweep.watch import Watch
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.experiment import Experiment
    from branchlab.sweep.trial import Study, Trial
    from branchlab.workspace import Workspace

# from a record, which anybody may have written: it becomes a question to git
_COMMIT = re.compile("[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Listed(NamedTuple):
    """A sweep of the repository: its name, how many trials it has, and how many of them ended."""

    name: str
    trials: int
    finished: int


def read_study(workspace: Workspace, name: str) -> Study:
    """Returns all trials of a sweep: of local branches, remote-tracking and archived ones, and of runs on none yet.

    A trial that lies in several places counts once (`branchlab.sweep.copies.gather`).

    Raises:
        GitError: when git refuses.
        EnvironmentProblemError: when git cannot be started.
    """
    watch = Watch(workspace, name)
    watch.look()
    return watch.study


def list_studies(workspace: Workspace) -> list[Listed]:
    """Returns every sweep that has a trial, by name; a pruned trial is a finished one here.

    Raises:
        GitError: when git refuses.
        EnvironmentProblemError: when git cannot be started.
    """
    branches = Branches(workspace, ANY_TRIAL)
    branches.look()
    copies: defaultdict[str, list[Copy]] = defaultdict(list)
    for experiment in (*branches.experiments.values(), *_live(workspace, branches)):
        trial = trial_of(experiment)
        copies[experiment.sweep].append(Copy(trial, identity(trial), stale=experiment.stale))
    return [_listed(gather(name, copies[name])) for name in sorted(copies)]


def earlier_rungs(workspace: Workspace, trials: Iterable[Trial]) -> tuple[Trial, ...]:
    """Returns trials in rungs as they stood on each rung below, where their records name it as `parent`.

    A rung is a commit on top of the one below, so a study shows the highest only.

    Raises:
        EnvironmentProblemError: when git cannot be started.
    """
    index = load_index(*index_place(workspace))
    found: list[Trial] = []
    above = [trial for trial in trials if trial.rung > 0 and _COMMIT.fullmatch(trial.parent)]
    while above:
        tips = [Tip(trial.branch, trial.parent.encode()) for trial in above]
        entries, _ = entries_of(workspace, index, tips)
        rows = {row.oid.decode(): row for row in rows_of(tips, entries)}
        below = []
        for trial in above:
            row = rows.get(trial.parent)
            lower = trial_of(decode_row(trial.branch, trial.parent, row.row)) if row else trial
            # a copied member of a population names another trial as its parent
            if lower.number == trial.number and lower.rung < trial.rung:
                below.append(lower)
        found += below
        above = [trial for trial in below if trial.rung > 0 and _COMMIT.fullmatch(trial.parent)]
    return tuple(sorted(found, key=lambda trial: (trial.number, trial.rung)))


def _live(workspace: Workspace, branches: Branches) -> list[Experiment]:
    runs = read_live_runs(workspace, branches.runs)
    return [run for run in runs if run.trial is not None and (run.status == "running" or not is_repeat(run))]


def _listed(study: Study) -> Listed:
    ended = [trial for trial in study.trials if trial.status in ("finished", "pruned")]
    return Listed(study.name, len(study.trials), len(ended))
