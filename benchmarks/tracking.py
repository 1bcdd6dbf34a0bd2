"""What a tracker costs the training process: a log call, a whole run of one step, and the import alone.

python benchmarks/tracking.py

Each tracker writes to a folder of its own. A log call is measured within a process that makes many; a run is a process
from its start to its end, less nothing. TensorBoard's writer keeps lines in memory for a while, MLflow and W&B have
written or handed over theirs when the call returns, ours is in the file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from timing import Cost, Row, absent, by_turns, compiled, run_script, time_process
from tracker_programs import CALLS, OURS, TRACKERS, WHOLE, Tracker, has

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUNDS = 3
STEPS = {"MLflow, file store": 200, "MLflow, SQLite": 100}  # of a millisecond and more
MOST_STEPS = 2_000
BARE = "bare Python"


def measure(_size: int) -> list[Row]:
    """Measures in empty folders; the number of experiments has no say here."""
    with tempfile.TemporaryDirectory() as base:
        environment = compiled(base)
        there = [one for one in TRACKERS if has(one.python, one.package, environment)]
        missing = [one.name for one in TRACKERS if one not in there]
        places = {one.name: _place(base, one) for one in there}
        calls = by_turns({one.name: _calling(one, places[one.name], environment) for one in there}, ROUNDS)
        runs = by_turns(
            {one.name: _running(one, places[one.name], WHOLE, environment) for one in there}
            | {BARE: lambda: time_process((sys.executable, "-c", ""), base, environment)},
            ROUNDS,
        )
        imports = by_turns(
            {one.name: _running(one, places[one.name], f"import {one.package}", environment) for one in there}, ROUNDS
        )
    rows = []
    for what, taken in (
        ("a log call of 4 metrics", calls),
        ("a run of one step, whole process", runs),
        ("the import, whole process", imports),
    ):
        ours = taken[OURS.name]
        others = {name: cost for name, cost in taken.items() if name not in (OURS.name, BARE)}
        rows += [Row(what, ours.wall, name, cost.wall) for name, cost in others.items()]
        rows += [absent(what, ours.wall, name) for name in missing]
        if what != "a log call of 4 metrics":
            rows += [Row(what, ours.cpu, name, cost.cpu, clock="CPU") for name, cost in others.items()]
    rows.append(Row("a run of one step, whole process", runs[OURS.name].cpu, BARE, runs[BARE].cpu, clock="CPU"))
    return rows


def _place(base: str, tracker: Tracker) -> str:
    folder = os.path.join(base, tracker.package, tracker.name.replace(" ", "-"))
    os.makedirs(folder)
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


def _program(tracker: Tracker, frame: str) -> str:
    steps = STEPS.get(tracker.name, MOST_STEPS)
    parts = {"start": tracker.start, "log": tracker.log.replace("{{", "{").replace("}}", "}"), "end": tracker.end}
    return frame.format(steps=steps, **parts)


def _calling(tracker: Tracker, folder: str, environment: Mapping[str, str]) -> Callable[[], Cost]:
    """Returns what measures one call, in seconds, within a process."""

    def work() -> Cost:
        said = subprocess.run(
            [tracker.python, "-c", _program(tracker, CALLS)],
            cwd=folder,
            env={**environment, **tracker.environment},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return Cost(float(said.rpartition("per call")[2]), 0.0)

    return work


def _running(tracker: Tracker, folder: str, frame: str, environment: Mapping[str, str]) -> Callable[[], Cost]:
    command = (tracker.python, "-c", _program(tracker, frame))
    return lambda: time_process(command, folder, {**environment, **tracker.environment})


if __name__ == "__main__":
    run_script(measure, 0)
