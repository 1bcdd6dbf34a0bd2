"""The first page: what the experiment is, what it changed, how it did, and how to do it again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from branchlab.report.comparison import show_resource
from branchlab.report.difference import packages, params_table
from branchlab.report.experiment import run_facts
from branchlab.report.page import Facts, Line
from branchlab.report.table import Cell, Column, Table
from branchlab.text import sparkline
from branchlab_tui.model.snapshot import command_name
from branchlab_tui.screens.experiment.sections.code import changed_code
from branchlab_tui.screens.experiment.sections.gates import gate_parts
from branchlab_tui.screens.experiment.sections.metrics import metrics_table
from branchlab_tui.widgets.page.content import Heading

if TYPE_CHECKING:
    from branchlab.reading.exhibit import Exhibit
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part

_MOST = 8  # parameters that are named
_SPARK = 16
_ID = 12  # characters of a commit id
_LEAST = 12
_UNITS = {"cpu_percent": "mean_cpu", "gpu_percent": "mean_gpu"}


def overview_parts(shown: Shown, now: float, *, measured: bool = True) -> list[Part]:
    """Returns the page; `now` is in seconds since the epoch, without `measured` it leaves metrics to another one."""
    exhibit = shown.exhibit
    if exhibit is None:
        return []
    facts = [*run_facts(exhibit, now), *_environment(exhibit), next_step(shown)]
    if exhibit.commit:
        facts = [(label, text[:_ID] if label == "commit" else text) for label, text in facts]
    if shown.live:  # the line above tells how long it runs
        facts = [(label, text) for label, text in facts if label != "took"]
    parts: list[Part] = [Line(line, "bold") for line in exhibit.record.run.note.splitlines()]
    parts.append(Facts(facts))
    parts += _failure(shown)
    parts += _changes(shown)
    if measured:
        if table := metrics_table(shown, exhibit):
            parts += [Heading("metrics"), table]
        parts += gate_parts(shown)
    return [*parts, *_resources(shown, exhibit)]


def next_step(shown: Shown) -> tuple[str, str]:
    """Returns the command of the shell that does it again, makes a branch of it, or stops it."""
    name = shlex.quote(command_name(shown.one))
    if shown.one.commit:
        return "again", f"branchlab reproduce {name}"
    return ("stop", f"branchlab stop {name}") if shown.live else ("keep", f"branchlab record {name}")


def _environment(exhibit: Exhibit) -> list[tuple[str, str]]:
    known = exhibit.record.environment
    told = [f"{word}{known[name]}" for name, word in (("python", "Python "), ("platform", "")) if known.get(name)]
    digest = str(known.get("packages_hash", ""))
    return [("runs on", ", ".join(told) + (f", packages {digest[:8]}" if digest else ""))] if told else []


def _failure(shown: Shown) -> list[Part]:
    """Returns the last words of a run that failed."""
    exhibit = shown.exhibit
    if exhibit is None or shown.one.status != "failed" or not exhibit.tail:
        return []
    return [Heading("its last words", "t shows all of them"), Line(exhibit.tail[-1].strip(), "worse")]


def _changes(shown: Shown) -> list[Part]:
    if "difference" in shown.problems:
        return [Line(shown.problems["difference"].what, "dim")]
    read = shown.difference
    if read is None:
        return []
    difference = read.difference
    names = ("here", difference.b.name.rpartition("/")[2])
    parts: list[Part] = [Heading("changed", f"against {shown.against}")]
    if difference.params:
        parts.append(params_table("", difference.params[:_MOST], names))
    if len(difference.params) > _MOST:
        parts.append(Line(f"and {len(difference.params) - _MOST} parameters more", "dim"))
    others = []
    if difference.code:
        others.append(("code", changed_code(difference.code)))
    # A baseline without a record has no data and no environment: all of it would be called new.
    if difference.data and difference.b.record.run.id:
        others.append(("data", ", ".join(f"{change.path} {change.status}" for change in difference.data)))
    if difference.environment and difference.b.record.environment:
        named = ", ".join(change.name for change in packages(difference.environment)[:_MOST])
        others.append(("environment", named))
    if others:
        parts.append(Facts(others))
    return parts if len(parts) > 1 else [*parts, Line("nothing", "dim")]


def _resources(shown: Shown, exhibit: Exhibit) -> list[Part]:
    columns = [Column("", least=_LEAST), Column("", "right"), Column("")]
    rows = [
        [Cell(_title(name)), Cell(_now(name, points.values[-1])), Cell(sparkline(points.values, _SPARK), "live")]
        for name, points in shown.resources.items()
        if points.values
    ]
    if rows:
        return [
            Heading("resources", f"{'now' if shown.live else 'at its end'}, and how they went"),
            Table(columns, rows),
        ]
    used = sorted(exhibit.record.resources.items())
    rows = [[Cell(_title(name)), Cell(show_resource(name, value)), Cell("")] for name, value in used]
    return [Heading("resources"), Table(columns, rows)] if rows else []


def _title(name: str) -> str:
    return name.replace("_", " ")


def _now(name: str, value: float) -> str:
    return show_resource(_UNITS.get(name, name), value)
