"""The curves of trials: of recorded ones by one `git cat-file`, of running ones from their journals."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import DamagedError
from branchlab.git.objects import read_objects
from branchlab.record.history import HISTORY_FILE, parse_history
from branchlab.tracking.reading import JOURNAL_FILE, read_journal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.experiment import Number
    from branchlab.record.history import History
    from branchlab.sweep.pruning.curve import Curve
    from branchlab.sweep.trial import Trial
    from branchlab.workspace import Workspace


def read_curves(workspace: Workspace, trials: Iterable[Trial]) -> dict[int, Curve]:
    """Returns what each trial logged, by its number: of each metric the points (step, value).

    A trial without a curve, or with one that cannot be read, is left out; of two with one number the first counts.

    Raises:
        GitError: when git refuses.
        EnvironmentProblemError: when git cannot be started.
    """
    curves: dict[int, Curve] = {}
    recorded: dict[int, str] = {}
    for trial in trials:
        if trial.commit is not None:
            # all of them are read by one git below
            recorded.setdefault(trial.number, trial.commit)
        elif points := _from_journal(os.path.join(workspace.runs_dir, trial.run)):
            curves.setdefault(trial.number, points)
    path = history_path(workspace)
    blobs = read_objects(workspace.repository, [f"{commit}:{path}" for commit in recorded.values()])
    for number, blob in zip(recorded, blobs, strict=True):
        if blob and blob.kind == "blob" and (curve := curve_of(blob.body)):
            curves[number] = curve
    return dict(sorted(curves.items()))


def history_path(workspace: Workspace) -> str:
    """Returns where a record has its curves, relative to the top of the repository."""
    return f"{workspace.prefix}{workspace.settings.record.directory}/{HISTORY_FILE}"


def curve_of(text: bytes) -> Curve:
    """Returns the points of each metric in a history.csv; none where it is damaged."""
    try:
        history = parse_history(text)
    except DamagedError:
        return {}
    return points_of(history)


def points_of(history: History) -> dict[str, list[tuple[int, Number]]]:
    """Returns the points of each metric in a history; steps at which it was not logged are left out."""
    return {
        name: [(step, value) for step, value in zip(history.steps, values, strict=True) if value is not None]
        for name, values in history.columns.items()
    }


def _from_journal(folder: str) -> Curve:
    try:
        series = read_journal(os.path.join(folder, JOURNAL_FILE)).series
    except OSError:
        return {}
    return {name: [(point.step, point.value) for point in points] for name, points in series.items()}
