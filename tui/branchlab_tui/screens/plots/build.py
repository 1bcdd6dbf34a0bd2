"""Puts together what the pane shows. Free of Textual and of anything that blocks."""

from __future__ import annotations

import math
import posixpath
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab.text import format_bytes, format_number
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.bars import Bar
from branchlab_tui.drawing.series import Series
from branchlab_tui.screens.plots.curve_panels import line_panels, rate_panel
from branchlab_tui.screens.plots.kind import kind_of
from branchlab_tui.screens.plots.matrix import read_matrix
from branchlab_tui.screens.plots.resources import in_fitting_unit, sampled, summary_rows
from branchlab_tui.screens.plots.shown import Bars, Cells, Heat, Image, Lines, Shown, Words
from branchlab_tui.screens.plots.slices import slice_bars, slice_keys
from branchlab_tui.widgets.plot_grid.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.project import MetricRule
    from branchlab_tui.screens.overlaid.subjects import Subject
    from branchlab_tui.screens.plots.choice import Choice
    from branchlab_tui.screens.plots.reading import Material, PlotFile
    from branchlab_tui.screens.plots.table import PlotTable

_LOADING = Words("loading", "reading")


class Known(NamedTuple):
    """What was read so far.

    Attributes:
        subjects: the experiments.
        materials: what each has, by row key.
        tables: plot data, by row key and name of the plot.
        places: where images and other files lie, by row key and path; empty when they are not here.
        rules: what the project says of its metrics.
    """

    subjects: Sequence[Subject]
    materials: Mapping[str, Material]
    tables: Mapping[tuple[str, str], PlotFile]
    places: Mapping[tuple[str, str], str | Exception]
    rules: Mapping[str, MetricRule]

    def label(self, key: str) -> str:
        """Returns what an experiment is called."""
        return next((subject.label for subject in self.subjects if subject.key == key), key)

    def holders(self, choice: Choice) -> list[Subject]:
        """Returns the experiments that have an entry."""
        return [subject for subject in self.subjects if subject.key in choice.entry.holders]


def build(choice: Choice, known: Known, metric: int, *, paired: bool) -> Shown:
    """Returns what the pane shows.

    Args:
        choice: what is looked at.
        known: what was read.
        metric: which of several is shown, where an entry has some; counted round the end.
        paired: whether a second experiment is taken from the first one, or stands beside it.
    """
    section = choice.entry.section
    if section == "slices":
        return _slices(choice, known, metric, paired=paired)
    if section == "resources":
        # `x` counts on without end, so every second one is the summary.
        return _resources(choice, known, summary=metric % 2 == 1)
    if section == "plots":
        return _plot(choice, known, paired=paired)
    return _file(choice, known)


def _plot(choice: Choice, known: Known, *, paired: bool) -> Shown:
    found = known.tables.get((choice.own, choice.entry.path))
    if found is None:
        return _LOADING
    if found.table is None:
        return Words("error", found.problem, found.hint)
    try:
        return _table(choice, found.table, known, paired=paired)
    except BranchlabError as error:
        return Words("error", f"{choice.entry.name} {error.message}", error.hint)


def _table(choice: Choice, table: PlotTable, known: Known, *, paired: bool) -> Shown:
    kind = kind_of(table)
    if kind == "matrix":
        return _matrix(choice, table, known, paired=paired)
    if kind == "bars":
        return _bars(choice, table, known, paired=paired)
    if kind == "table":
        return _cells(table)
    tables = [
        (subject, one.table)
        for subject in known.holders(choice)
        if (one := known.tables.get((subject.key, choice.entry.path))) and one.table and kind_of(one.table) == kind
    ]
    if kind == "lines":
        return Lines(line_panels(tables))
    panel, areas = rate_panel(choice.entry.name, kind, tables)
    return Lines({"": panel}, areas)


def _matrix(choice: Choice, table: PlotTable, known: Known, *, paired: bool) -> Shown:
    other = known.tables.get((choice.other, choice.entry.path)) if paired and choice.other else None
    title = f"{choice.entry.name} · {known.label(choice.own)}"
    # A file of that name may be another kind of table there.
    if other is None or other.table is None or kind_of(other.table) != "matrix":
        return Heat(read_matrix(table), None, title)
    title = f"{choice.entry.name} · {known.label(choice.own)} − {known.label(choice.other)}"  # noqa: RUF001 - a minus
    return Heat(read_matrix(table), read_matrix(other.table), title)


def _bars(choice: Choice, table: PlotTable, known: Known, *, paired: bool) -> Shown:
    """Returns the first numbers of a labelled table as bars."""
    name = table.names[1]
    keys = [choice.own]
    values = [dict(zip(table.columns[0], table.numbers(name) or [], strict=False))]
    other = known.tables.get((choice.other, choice.entry.path)) if paired and choice.other else None
    if other and other.table and kind_of(other.table) == "bars" and (numbers := other.table.numbers(name)):
        keys.append(choice.other)
        values.append(dict(zip(other.table.columns[0], numbers, strict=False)))
    # In the order of the file: importances are mostly sorted already.
    labels = dict.fromkeys(label for one in values for label in one)
    bars = tuple(Bar(label, tuple(_known(one.get(label)) for one in values)) for label in labels)
    return Bars(bars, tuple(map(known.label, keys)), f"{choice.entry.name} · {name}")


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _cells(table: PlotTable) -> Cells:
    numeric = frozenset(place for place, name in enumerate(table.names) if table.numbers(name) is not None)
    return Cells(table.names, table.columns, numeric)


def _slices(choice: Choice, known: Known, metric: int, *, paired: bool) -> Shown:
    keys = [choice.own, *([choice.other] if paired and choice.other else [])]
    everyone = [known.materials[key].slices for key in keys]
    metrics = slice_keys(everyone).get(choice.entry.path, ())
    if not metrics:
        return Words("empty", f"{choice.entry.name}: only numbers of rows")
    name = metrics[metric % len(metrics)]
    rule = known.rules.get(name)
    lower = None if rule is None or rule.goal is None else rule.goal == "minimize"
    title = f"{name} {choice.entry.name}" + (f" · {metric % len(metrics) + 1} of {len(metrics)}" if metrics[1:] else "")
    bars = slice_bars(everyone, choice.entry.path, name)
    return Bars(tuple(bars), tuple(map(known.label, keys)), title, lower)


def _resources(choice: Choice, known: Known, *, summary: bool) -> Shown:
    holders = known.holders(choice)
    # Samples lie in the run folder, so of what is recorded there is the summary alone.
    watched = [subject for subject in holders if known.materials[subject.key].samples]
    if summary or not watched:
        return _summary(holders, known)
    columns = [column for subject in watched for column in known.materials[subject.key].samples]
    panels = {}
    for resource in sampled(columns):
        found = [
            (subject, points)
            for subject in watched
            if (points := known.materials[subject.key].samples.get(resource.column)) and points.values
        ]
        # One unit for all of them, by the highest value: their curves share an axis.
        fitting = in_fitting_unit(resource, max((max(points.values) for _, points in found), default=0.0))
        panels[resource.column] = Panel(
            fitting.title,
            tuple(
                Series(
                    subject.label, points.seconds, [value / fitting.divisor for value in points.values], subject.ghost
                )
                for subject, points in found
            ),
            x_title="time",
            x_kind="time",
        )
    return Lines(panels)


def _summary(holders: Sequence[Subject], known: Known) -> Shown:
    summaries = {subject.label: dict(summary_rows(known.materials[subject.key].resources)) for subject in holders}
    names = list(dict.fromkeys(name for one in summaries.values() for name in one))
    if not names:
        return Words("empty", "nothing is known of what it used yet", "the first samples come within a second")
    columns = (tuple(names), *(tuple(one.get(name, "") for name in names) for one in summaries.values()))
    return Cells(("used", *summaries), columns, frozenset(range(1, len(columns))))


def _file(choice: Choice, known: Known) -> Shown:
    path = choice.entry.path
    place = known.places.get((choice.own, path))
    if place is None:
        return _LOADING
    name = posixpath.basename(path)
    if isinstance(place, Exception):
        error = error_of(place)
        return Words("error", f"{name}: {error.message}", error.hint)
    file = known.materials[choice.own].files.get(path)
    size = f" · {format_bytes(file.bytes)}" if file else ""
    # A folder is never one file that could be opened, also where all of it is here.
    if not place and file and file.files is not None:
        return Words(
            "empty", f"{path} · a folder of {format_number(file.files)} files{size}", "branchlab checkout brings it"
        )
    if not place:
        return Words(
            "empty",
            f"{path}{size} is not on this machine",
            f"u fetches it, as  branchlab pull {known.label(choice.own)}  does",
        )
    if choice.entry.section == "images":
        return Image(place)
    return Words("empty", f"{path}{size}", f"o opens it, e opens it in your editor\n{place}")
