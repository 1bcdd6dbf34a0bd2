"""Makes one record of the repeats of a trial: the mean of each metric, and every repeat as a split."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError
from branchlab.record.format import dump_record, parse_record
from branchlab.record.history import best_of, dump_history, merge_series, parse_history
from branchlab.sweep.curves import history_path
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Number
    from branchlab.record.history import History
    from branchlab.record.model import Record, RunStatus
    from branchlab.sweep.trial import Table
    from branchlab.workspace import Workspace


class Part(NamedTuple):
    """One repeat that ended.

    Attributes:
        name: of its split, such as `seed-1`.
        record: of its run.
        history: its curves.
        files: of its record.
    """

    name: str
    record: Record
    history: History
    files: Mapping[str, bytes]


class Combined(NamedTuple):
    """The record of a trial, its curves, and all files of it."""

    record: Record
    history: History
    files: dict[str, bytes]


def read_part(workspace: Workspace, name: str, files: Mapping[str, bytes]) -> Part:
    """Reads a repeat back from the files of its record.

    Raises:
        DamagedError: when these are damaged.
    """
    record = parse_record(files[workspace.record_path], workspace.record_path)
    text = files.get(history_path(workspace))
    try:
        # a trial may do without its curve, and not without its metrics
        history = parse_history(text) if text else merge_series({})
    except DamagedError:
        history = merge_series({})
    return Part(name, record, history, files)


def combine(
    workspace: Workspace,
    parts: Sequence[Part],
    table: Table,
    *,
    varied: str,
    code: str,
    run: str,
    status: RunStatus,
) -> Combined:
    """Returns one record for repeats in their order; what the first of them kept beside its record is kept.

    Args:
        workspace: the project.
        parts: at least one.
        table: `[sweep]` of the trial.
        varied: dotted name of the parameter that differs between repeats, which the record leaves out.
        code: commit of the trial.
        run: id for the record.
        status: how the trial ended.
    """
    first = parts[0].record
    history = mean_history([part.history for part in parts])
    seconds = sum(part.record.run.seconds for part in parts)
    record = first._replace(
        # no seed: that of one repeat would be read as that of all
        run=first.run._replace(id=run, status=status, code=code, seconds=round(seconds, 3), seed=None),
        params=_without(first.params, varied.split(".")),
        metrics=mean_metrics([part.record.metrics for part in parts]),
        best={
            name: best
            for name, rule in workspace.settings.metrics.items()
            if rule.goal and (best := best_of(history, name, rule.goal))
        },
        # the repeats come last: a split of the script that is called seed-1 gives way
        splits={**_own_splits(parts), **{part.name: part.record.metrics for part in parts}},
        resources={**first.resources, "seconds": round(seconds, 3)},
        sweep=table,
    )
    files = {**parts[0].files, workspace.record_path: dump_record(record)}
    files.pop(history_path(workspace), None)
    if history.steps:
        files[history_path(workspace)] = dump_history(history)
    return Combined(record, history, files)


def _without(params: Mapping[str, Any], steps: Sequence[str]) -> dict[str, Any]:
    """Returns nested parameters without one of them."""
    left = dict(params)
    if len(steps) == 1:
        left.pop(steps[0], None)
    elif isinstance(left.get(steps[0]), dict):
        left[steps[0]] = _without(left[steps[0]], steps[1:])
    return left


def mean_metrics(metrics: Sequence[Mapping[str, Number]]) -> dict[str, Number]:
    """Returns the mean of each metric that all have; NaN where one is NaN."""
    # a mean over some repeats would stand beside means over all of them in other trials
    shared = [name for name in metrics[0] if all(name in other for other in metrics)]
    return {name: _mean([one[name] for one in metrics]) for name in shared}


def _mean(values: Sequence[Number]) -> float:
    # fsum raises ValueError for inf beside -inf, where sum gives NaN
    return (math.fsum if all(map(math.isfinite, values)) else sum)(map(float, values)) / len(values)


def mean_history(histories: Sequence[History]) -> History:
    """Returns the mean curve of each metric, over the steps at which all of them logged it."""
    series: dict[str, list[tuple[int, float, float]]] = {}
    tables = [_points(history) for history in histories]
    for name in tables[0]:
        if all(name in table for table in tables):
            found = [table[name] for table in tables]
            steps = [step for step in found[0] if all(step in points for points in found)]
            series[name] = [(step, *_means([points[step] for points in found])) for step in steps]
    return merge_series({name: points for name, points in series.items() if points})


def _means(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return _mean([seconds for seconds, _ in points]), _mean([value for _, value in points])


def _points(history: History) -> dict[str, dict[int, tuple[float, float]]]:
    """Returns (seconds, value) by step of each metric."""
    return {
        name: {
            step: (seconds, value)
            for step, seconds, value in zip(history.steps, history.seconds, values, strict=True)
            if value is not None
        }
        for name, values in history.columns.items()
    }


def _own_splits(parts: Sequence[Part]) -> dict[str, Mapping[str, Number]]:
    """Returns the mean of the splits that the repeats logged themselves, such as `test`."""
    names = [name for name in parts[0].record.splits if all(name in part.record.splits for part in parts)]
    return {name: mean_metrics([part.record.splits[name] for part in parts]) for name in names}
