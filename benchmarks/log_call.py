"""A log call of 4 metrics against appending one flushed CSV line of the same values, and what a run adds to a script.

python benchmarks/log_call.py

The floor is what a careful script does without a tracker: format the values, write the line, flush it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from timing import Cost, Row, by_turns, compiled, run_script, time_process

import branchlab

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = 2_000
ROUNDS = 15
BAR = 2.0
EMPTY = "pass"
SCRIPTS = {
    "import branchlab": "import branchlab",
    "an empty run": "import branchlab\nwith branchlab.start_run(): pass",
}


def measure(_size: int) -> list[Row]:
    """Measures in a fresh repository; the number of experiments has no say here."""
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        subprocess.run(["git", "init", "-q", folder], check=True)
        before = os.getcwd()
        os.chdir(folder)
        try:
            return [_calls(folder), *_start_up(folder, compiled(base))]
        finally:
            os.chdir(before)


def _calls(folder: str) -> Row:
    """Compares both in one process."""
    start = time.monotonic()
    a, b, c, d = 0.123456789, 0.9123456, 0.3345678, 0.8765432
    with open(os.path.join(folder, "floor.csv"), "w", encoding="utf-8") as file, branchlab.start_run() as run:
        assert run.folder, "the benchmark must really write a journal"

        def floor(step: int) -> None:
            file.write(f"{step},{time.monotonic() - start:.3f},{a + step},{b + step},{c + step},{d + step}\n")
            file.flush()

        def log(step: int) -> None:
            run.log(loss=a + step, accuracy=b + step, val_loss=c + step, val_accuracy=d + step)

        median = by_turns({"floor": lambda: _per_call(floor), "log": lambda: _per_call(log)}, ROUNDS)
    return Row("log of 4 metrics", median["log"].wall, "a flushed CSV line", median["floor"].wall, BAR)


def _per_call(work: Callable[[int], None]) -> Cost:
    started = time.perf_counter()
    for step in range(CALLS):
        work(step)
    return Cost((time.perf_counter() - started) / CALLS, 0.0)


def _start_up(folder: str, environment: dict[str, str]) -> list[Row]:
    """Measures what the import and a whole empty run add to a bare interpreter, in CPU time."""

    def script(code: str) -> Callable[[], Cost]:
        return lambda: time_process((sys.executable, "-c", code), folder, environment)

    works = {name: script(code) for name, code in SCRIPTS.items()} | {"bare": script(EMPTY)}
    median = by_turns(works, ROUNDS)
    return [Row(name, median[name].cpu, "bare Python", median["bare"].cpu, clock="CPU") for name in SCRIPTS]


if __name__ == "__main__":
    run_script(measure, 0)
