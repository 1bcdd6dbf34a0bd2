"""How single values are shown: numbers, missing ones, digests, ages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import APART, BEST, DOWN, MISSING, STALE, STATUS_MARKS, UP, Style
from branchlab.report.table import Cell
from branchlab.text import format_number

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from branchlab.experiment import Scalar
    from branchlab.project import Goal

DIGEST = 8  # characters of a digest or commit id that are shown


def show_scalar(value: Scalar) -> str:
    """Returns a value as people read it: rounded numbers, `true`, text as it is, a dash for what is missing."""
    if value is None:
        return MISSING
    if isinstance(value, (bool, int, float)):
        return format_number(value)
    return value or '""'  # an empty text would look like an empty cell


def metric_title(name: str, goal: Goal | None, unit: str = "") -> str:
    """Returns a metric's heading with the direction in which it is better, and its unit."""
    arrow = {"maximize": f" {UP}", "minimize": f" {DOWN}", None: ""}[goal]
    # `latency_ms` says its unit itself.
    told = not unit or name.endswith((f"_{unit}", f".{unit}", f"/{unit}"))
    return f"{name}{'' if told else f' {unit}'}{arrow}"


def metric_cell(value: Scalar, *, best: bool = False, apart: bool = False) -> Cell:
    """Returns a metric's value, marked when it is the best or was measured on other data than most."""
    if value is None:
        return Cell(MISSING, "dim")
    if best:
        return Cell(f"{show_scalar(value)} {BEST}", "best")
    return Cell(f"{show_scalar(value)} {APART}", "dim") if apart else Cell(show_scalar(value))


def status_cell(status: str, *, stale: bool = False) -> Cell:
    """Returns how a run ended as a mark and a word; `*` says that commits came after it."""
    mark, style = STATUS_MARKS[status]
    return Cell(f"{mark} {status}{STALE if stale else ''}", style)


def short_id(commit: str | None) -> str:
    """Returns the first characters of a commit id or digest."""
    return commit[:DIGEST] if commit else MISSING


def seconds_since(started: str | None, now: float) -> float | None:
    """Returns the age in seconds of an ISO 8601 time, seen from `now` in seconds since the epoch."""
    from datetime import datetime

    try:
        return now - datetime.fromisoformat(started or "").timestamp()
    except ValueError:
        return None


def style_of_verdict(verdict: str) -> Style:
    """Returns the colour of a verdict."""
    styles: dict[str, Style] = {"better": "better", "worse": "worse", "incomparable": "warn"}
    return styles.get(verdict, "dim")


def short_names(names: Sequence[str]) -> list[str]:
    """Returns the last part of each name, or the whole names where two would look the same."""
    short = [name.rpartition("/")[2] or name for name in names]
    return [name if short.count(part) > 1 else part for name, part in zip(names, short, strict=True)]


def is_of_split(name: str, known: Collection[str]) -> bool:
    """Says whether `test.accuracy` is only another view of `accuracy`, which is shown."""
    split, _, metric = name.rpartition(".")
    return bool(split) and metric in known
