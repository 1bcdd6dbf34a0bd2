"""Draws the pictures of docs/benchmarks.md from figures that `python benchmarks --save` kept.

python benchmarks/pictures.py [FIGURES [FOLDER]]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from drawing import Curve, bars, chart, ranking
from keeping import load_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from timing import Row

FOLDER = Path(__file__).parent.parent / "docs" / "benchmarks"
PARTS = ("interpreter", "standard", "ours", "work", "children")
WORDS = ("start of Python", "its library", "our modules", "own work", "git")
NUMBER = "experiments in the repository; both axes in powers of ten"

# Series by picture; those that do not exist are left out. A dash in front: a floor or a peer.
CHARTS = {
    "listing": (
        "Listing all experiments",
        (
            *("ls, cold", "ls, warm", "-for-each-ref | cat-file", "-git for-each-ref"),
            *("-dvc exp show", "-MLflow search_runs", "-TensorBoard, event files"),
        ),
    ),
    "commands": (
        "Other commands, by number of experiments",
        ("run -- true", "commit, a run to record", "ls, one new", "diff A B", "ls, warm", "commit"),
    ),
    "tui": ("The terminal UI", ("TUI, first rows", "-empty Textual program", "TUI, a page down")),
}


def main(arguments: Sequence[str]) -> int:
    """Writes each picture and names it."""
    figures = Path(arguments[0]) if arguments else FOLDER / "figures.json"
    folder = Path(arguments[1]) if arguments[1:] else FOLDER
    for name, picture in _pictures(load_rows(figures)):
        path = folder / f"{name}.svg"
        path.write_text(picture)
        print(path, path.stat().st_size)
    return 0


def _pictures(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    curves: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if row.series and row.figure > 0:
            curves.setdefault(row.series, []).append((row.size, row.figure))
    for name, (title, series) in CHARTS.items():
        there = [one for one in series if one.removeprefix("-") in curves]
        drawn = [Curve(one.removeprefix("-"), sorted(curves[one.removeprefix("-")]), one[0] == "-") for one in there]
        if drawn:
            yield name, chart(title, drawn, NUMBER)
    calls = [row for row in rows if row.what == "a log call of 4 metrics" and row.floor > 0]
    if calls:
        ordered = sorted([("branchlab", calls[0].figure), *((row.against, row.floor) for row in calls)], key=_second)
        yield "log-call", ranking("A log call of four metrics", ordered)
    parts = {row.what.rpartition(": ")[0]: row for row in rows if row.what.endswith(": interpreter")}
    if parts:
        seconds = {row.what: row.figure for row in rows}
        values = [[seconds[f"{name}: {part}"] for part in PARTS] for name in parts]
        yield "where", bars("CPU milliseconds of a command, by what they go to", list(parts), WORDS, values)


def _second(pair: tuple[str, float]) -> float:
    return pair[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
