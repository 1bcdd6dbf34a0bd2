"""Prints kept figures as the Markdown tables of docs/benchmarks.md.

python benchmarks/tables.py [FIGURES]
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from keeping import load_rows
from pictures import FOLDER, PARTS, WORDS
from timing import format_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from timing import Row


def main(arguments: Sequence[str]) -> int:
    """Prints what is promised, then what stands beside others, then the curves and the parts."""
    rows = load_rows(Path(arguments[0]) if arguments else FOLDER / "figures.json")
    parts = [row for row in rows if row.against == "all of it"]
    for title, lines in (
        ("promised", _compared([row for row in rows if row.bar is not None])),
        ("beside", _compared([row for row in rows if row.bar is None and not row.series and row not in parts])),
        ("curves", _curves(rows)),
        ("parts", _parts(parts)),
    ):
        print(f"<!-- {title} -->", *lines, "", sep="\n")
    return 0


def _compared(rows: Sequence[Row]) -> Iterator[str]:
    yield "| what | figure | floor | ratio | bar | reached |"
    yield "|---|---:|---|---:|---:|---|"
    for row in rows:
        what = f"{row.what}, CPU" if row.clock == "CPU" else row.what
        reached = {True: "yes", False: "**no**", None: ""}[row.reached]
        floor = row.note if math.isnan(row.floor) else f"{row.against} {_point(row.what, row.floor)}"
        if row.against == _time(row.floor):
            floor = row.against
        cells = (what, _point(row.what, row.figure), floor, _distance(row), _bar(row), reached)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _distance(row: Row) -> str:
    if math.isnan(row.distance):
        return ""
    return f"+ {_time(row.distance)}" if row.kind == "more" else f"{row.distance:.3g} \N{MULTIPLICATION SIGN}"


def _bar(row: Row) -> str:
    if row.bar is None:
        return ""
    return f"+ {_time(row.bar)}" if row.kind == "more" else f"{row.bar:g} \N{MULTIPLICATION SIGN}"


def _curves(rows: Sequence[Row]) -> Iterator[str]:
    curves: dict[str, dict[int, float]] = {}
    for row in rows:
        if row.series:
            curves.setdefault(row.series, {})[row.size] = row.figure
    sizes = sorted({size for curve in curves.values() for size in curve})
    yield "| " + " | ".join(["at so many experiments", *(f"{size:,}" for size in sizes)]) + " |"
    yield "|---|" + "---:|" * len(sizes)
    for name, curve in curves.items():
        cells = [_point(name, curve[size]) if size in curve else "" for size in sizes]
        yield "| " + " | ".join([name.replace("|", "\\|"), *cells]) + " |"


def _point(name: str, figure: float) -> str:
    return f"{figure * 1e3:.0f} MB" if name.endswith(("memory", "GB held")) else _time(figure)


def _parts(rows: Sequence[Row]) -> Iterator[str]:
    figures = {row.what: row for row in rows}
    yield "| CPU of | " + " | ".join([*WORDS, "all"]) + " |"
    yield "|---|" + "---:|" * (len(WORDS) + 1)
    for name in dict.fromkeys(row.what.rpartition(": ")[0] for row in rows):
        cells = [_time(figures[f"{name}: {part}"].figure) for part in PARTS]
        yield "| " + " | ".join([name, *cells, _time(figures[f"{name}: {PARTS[0]}"].floor)]) + " |"


def _time(seconds: float) -> str:
    return format_seconds(seconds).replace("us", "µs")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
