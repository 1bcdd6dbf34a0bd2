"""Times a log call of 4 metrics against appending one flushed CSV line of the same values, side by side in one process.

The floor is what a careful script does without a tracker: format the values, write the line, flush it.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import branchlab

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = 2_000
ROUNDS = 15
BAR = 2.0
IMPORT_ROUNDS = 15


def per_call(work: Callable[[int], None]) -> float:
    """Returns the microseconds of one call."""
    started = time.perf_counter()
    for step in range(CALLS):
        work(step)
    return (time.perf_counter() - started) / CALLS * 1e6


def compare(folder: str) -> float:
    """Prints both times and returns their ratio, the median over rounds that alternate."""
    start = time.monotonic()
    a, b, c, d = 0.123456789, 0.9123456, 0.3345678, 0.8765432
    floors, ours = [], []
    with open(os.path.join(folder, "floor.csv"), "w", encoding="utf-8") as file, branchlab.start_run() as run:
        assert run.folder, "the benchmark must really write a journal"

        def floor(step: int) -> None:
            file.write(f"{step},{time.monotonic() - start:.3f},{a + step},{b + step},{c + step},{d + step}\n")
            file.flush()

        def log(step: int) -> None:
            run.log(loss=a + step, accuracy=b + step, val_loss=c + step, val_accuracy=d + step)

        for _ in range(ROUNDS):
            floors.append(per_call(floor))
            ours.append(per_call(log))
    ratio = statistics.median(our / floor for our, floor in zip(ours, floors, strict=True))
    print(f"flushed CSV line   {statistics.median(floors):6.2f} us")
    print(f"log of 4 metrics   {statistics.median(ours):6.2f} us   {ratio:.2f} x   (bar {BAR:g} x)")
    return ratio


def start_up(folder: str) -> None:
    """Prints what the import and a whole empty run add to a bare interpreter, in milliseconds of CPU."""
    codes = {
        "bare Python": "pass",
        "import branchlab": "import branchlab",
        "+ start_run": "import branchlab; branchlab.start_run",
        "+ an empty run": "import branchlab\nwith branchlab.start_run(): pass",
    }
    times: dict[str, list[float]] = {name: [] for name in codes}
    # As an installed package has it: compiled once, even where the environment forbids to write beside the sources.
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": os.path.join(folder, "cache")}
    for turn in range(IMPORT_ROUNDS + 1):
        for name, code in codes.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if turn:
                times[name].append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3)
    bare = min(times["bare Python"])  # the best of each: what others do on the machine only adds
    for name, values in times.items():
        print(f"{name:<18} {min(values):6.1f} ms   {min(values) - bare:+.1f}")


def main() -> int:
    """Runs the benchmark in a fresh repository; 1 when the bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q", folder], check=True)
        before = os.getcwd()
        os.chdir(folder)
        try:
            ratio = compare(folder)
            start_up(folder)
        finally:
            os.chdir(before)
    return 0 if ratio <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
