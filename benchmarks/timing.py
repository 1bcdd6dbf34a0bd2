"""Times whole processes by turns and shows each beside its floor: the one clock of all benchmarks.

Everything that is compared runs A B A B, so that a slow moment of the machine hits all of it, and medians are compared.
CPU time is that of the process and of all it started; it says more than wall time where others work as well.
"""

from __future__ import annotations

import math
import os
import resource
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

BRANCHLAB = os.path.join(os.path.dirname(sys.executable), "branchlab")


class Cost(NamedTuple):
    """What something took: seconds on the clock, and seconds of CPU."""

    wall: float
    cpu: float


class Row(NamedTuple):
    """One line of the table.

    Attributes:
        what: the work.
        figure: seconds it took.
        against: name of the floor.
        floor: seconds the floor took.
        bar: what `figure` may be at most, in floors, or in seconds more than the floor; None where nothing is promised.
        kind: how the bar counts.
        clock: which clock the seconds are of.
        note: what else was seen, such as bytes.
        series: the curve that the figure is a point of; empty for none.
        size: how many experiments there were, for a point of a curve.
    """

    what: str
    figure: float
    against: str
    floor: float
    bar: float | None = None
    kind: Literal["times", "more"] = "times"
    clock: Literal["wall", "CPU"] = "wall"
    note: str = ""
    series: str = ""
    size: int = 0

    @property
    def distance(self) -> float:
        """How far the figure is from the floor, in the unit of the bar."""
        if self.kind == "more":
            return self.figure - self.floor
        return self.figure / self.floor if self.floor else math.nan

    @property
    def reached(self) -> bool | None:
        """Whether the bar holds; None without a bar, or where the peer is not there."""
        return None if self.bar is None or math.isnan(self.distance) else self.distance <= self.bar


def absent(what: str, figure: float, peer: str) -> Row:
    """Returns the line of a peer that is not installed."""
    return Row(what, figure, peer, math.nan, note="not installed")


def compiled(folder: str) -> dict[str, str]:
    """Returns an environment in which Python keeps compiled modules, as it does for an installed package."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    quiet = {"DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": os.path.join(folder, "site")}
    return kept | quiet


def time_call(work: Callable[[], object]) -> Cost:
    """Returns what a call took; the CPU time counts this process and the children it waited for."""
    before, started = _cpu(), time.perf_counter()
    work()
    return Cost(time.perf_counter() - started, _cpu() - before)


def time_process(command: Sequence[str], folder: str, environment: Mapping[str, str]) -> Cost:
    """Returns what a whole process took whose output nobody keeps.

    Raises:
        RuntimeError: with the end of its words, when it fails.
    """
    before, started = _children(), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    cost = Cost(time.perf_counter() - started, _children() - before)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode(errors='replace')[-2000:]}")
    return cost


def by_turns(works: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """Runs all works in turn, once to warm up and then `rounds` times, and returns the medians."""
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            cost = work()
            if turn:
                costs[name].append(cost)
    return {name: median(taken) for name, taken in costs.items()}


def median(costs: Sequence[Cost]) -> Cost:
    """Returns the median of each clock."""
    return Cost(statistics.median(cost.wall for cost in costs), statistics.median(cost.cpu for cost in costs))


def show(rows: Sequence[Row]) -> None:
    """Prints the table, and below it the curves, a line each."""
    head = ("what", "figure", "floor", "", "ratio", "bar", "reached")
    _print_table([head, *(_cells(row) for row in rows if not row.series)])
    curves: dict[str, dict[int, float]] = {}
    for row in rows:
        if row.series:
            curves.setdefault(row.series, {})[row.size] = row.figure
    sizes = sorted({size for curve in curves.values() for size in curve})
    if sizes:
        lines = [(name, *(_point(name, curve.get(size)) for size in sizes)) for name, curve in curves.items()]
        _print_table([("at so many experiments", *(f"{size:,}" for size in sizes)), *lines])


def _point(name: str, figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure * 1e3:.0f} MB" if name.endswith("memory") else format_seconds(figure)


def _print_table(table: Sequence[tuple[str, ...]]) -> None:
    head = table[0]
    widths = [max(len(line[place]) for line in table) for place in range(len(head))]
    for line in table:
        cells = [
            text.ljust(width) if head[place] in ("what", "", "reached", "at so many experiments") else text.rjust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells).rstrip(), flush=True)


def run_script(measure: Callable[[int], list[Row]], default: int) -> None:
    """Runs one benchmark by itself; its size, in experiments, is the first argument."""
    size = int(sys.argv[1]) if sys.argv[1:] else default
    print(f"{size} experiments, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    show(measure(size))


def format_seconds(seconds: float) -> str:
    """Returns seconds with three digits that matter, in a unit that fits."""
    if math.isnan(seconds):
        return "-"
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if abs(seconds) * factor >= 1:
            return f"{seconds * factor:.3g} {unit}" if abs(seconds) * factor < 1e3 else f"{seconds * factor:.0f} {unit}"
    return f"{seconds * 1e6:.3g} us"


def _cells(row: Row) -> tuple[str, ...]:
    what = f"{row.what} ({row.clock})" if row.clock == "CPU" else row.what
    reached = {True: "yes", False: "NO", None: ""}[row.reached]
    if row.kind == "more":
        distance, bar = f"+ {format_seconds(row.distance)}", f"+ {format_seconds(row.bar or 0)}"
    else:
        distance = "-" if math.isnan(row.distance) else f"{row.distance:.3g} x"
        bar = f"{row.bar:g} x" if row.bar is not None else ""
    return (
        what,
        format_seconds(row.figure),
        format_seconds(row.floor),
        row.against,
        distance,
        bar,
        f"{reached}  {row.note}".strip(),
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + _children()
