"""What the preview of one experiment says, as lines. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.inputs import importance, rule_of
from branchlab.report.difference import percent, signed
from branchlab.report.style import STATUS_MARKS, VERDICT_MARKS
from branchlab.report.table import Cell, Column
from branchlab.report.values import is_of_split, metric_title, seconds_since, short_id, show_scalar, style_of_verdict
from branchlab.report.width import display_width, wrap
from branchlab.text import format_age, format_duration, safe_text
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.screens.experiments.preview_changes import change_lines
from branchlab_tui.screens.experiments.preview_curves import curve_lines
from branchlab_tui.widgets.preview.grid import beside, cut, grid, headline, natural_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.compare.difference import MetricChange
    from branchlab.experiment import Experiment
    from branchlab.project import Settings
    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.model.live import Live
    from branchlab_tui.screens.experiments.preview_data import PreviewData

_TWO_COLUMNS = 96  # cells from which facts and curves stand side by side
_NOTE_LINES = 3
_BAR = 20
_SLICE = "slices."
_METRIC_COLUMNS = (
    Column("", least=14),
    Column("", "decimal"),
    Column("", "decimal"),
    Column("", "decimal"),
    Column("", "decimal", drop=1),
    Column("", least=24, keep="start"),
)


def page(data: PreviewData, settings: Settings, now: float, size: tuple[int, int]) -> list[Line]:
    """Returns everything about an experiment for a panel of columns and rows; it may be longer than the panel."""
    width, height = size
    if width < _TWO_COLUMNS:
        plots = curve_lines(data, settings, width, max(min(height // 2, 24), 7))
        facts = [cut(line, width) for line in _facts(data, settings, now, width)]
        return [*facts, *plots, *_output(data, width, height)]
    left = width * 11 // 20
    right = width - left - 3
    tail = _output(data, right, max(height // 2, 4)) if data.tail else []
    plots = curve_lines(data, settings, right, max(height - len(tail), 5))
    return beside(_facts(data, settings, now, left), [*plots, *tail], left)


def _facts(data: PreviewData, settings: Settings, now: float, width: int) -> list[Line]:
    one = data.experiment
    lines: list[Line] = [_head(one, now, width)]
    if data.live:
        lines.append(_progress(data.live, now))
    problem = one.problem or data.problem
    if problem:
        lines += [[Piece(text, "warn")] for text in wrap(f"! {safe_text(problem)}", width, 2)]
    if one.note:
        noted = wrap(safe_text(one.note), width, 0)
        lines += [[Piece(text, "note")] for text in noted[:_NOTE_LINES]]
    return [*lines, *change_lines(data.difference, width), *_metrics(data, settings, width)]


def _head(one: Experiment, now: float, width: int) -> Line:
    mark, style = STATUS_MARKS[one.status]
    age = seconds_since(one.started, now)
    words = [
        "" if age is None else f"{format_age(age)} ago",
        "" if one.seconds is None or one.status == "running" else f"took {format_duration(one.seconds)}",
        "commits came after the run" if one.stale else "",
        short_id(one.commit) if one.commit else "not recorded yet",
        safe_text(one.author),
        "" if one.seed is None else f"seed {one.seed}",
    ]
    state = f"{mark} {one.status}"
    while words and len(state) + sum(display_width(word) + 3 for word in words if word) > width:
        words.pop()  # what matters least stands last
    return [Piece(state, style), Piece("".join(f" · {word}" for word in words if word), "dim")]


def _progress(live: Live, now: float) -> Line:
    """Returns how far a run is, and that it fell silent."""
    line: Line = []
    if live.fraction is not None:
        done = round(live.fraction * _BAR)
        line += [Piece("━" * done, "live"), Piece("─" * (_BAR - done), "dim"), Piece(f" {live.fraction:.0%}  ")]
    if live.done is not None:
        line.append(Piece(f"step {live.done}" + (f" of {live.total}" if live.total is not None else "")))
    quiet = live.quiet_for(now)
    if quiet is not None:
        line.append(Piece(f"  said nothing for {format_duration(quiet)}", "warn"))
    return line or [Piece("nothing logged yet", "dim")]


def _metrics(data: PreviewData, settings: Settings, width: int) -> list[Line]:
    """Returns the metrics with what they were on the baseline, and the verdict."""
    difference = data.difference
    if difference is None or not difference.b.record.metrics:
        plain = [
            [Cell(_title(name, settings)), Cell(show_scalar(value), "bold")]
            for name, value in _shown_metrics(data.experiment, settings)
        ]
        return [headline("metrics", "", width), *grid(plain, _METRIC_COLUMNS[:2], width)] if plain else []
    # There may be hundreds of slices: `_slices` counts them in one line.
    changes = [change for change in difference.metrics if not change.name.startswith(_SLICE)]
    changes = [change for change in changes if _matters(change)]
    if not changes:
        return []
    title = headline("metrics", f"against {difference.b.name}", width)
    return [title, *_metric_grid(changes, width), *_slices(difference.metrics)]


def _metric_grid(changes: Sequence[MetricChange], width: int) -> list[Line]:
    """Returns the metrics with as much about them as there is room for."""
    rows = [_metric_row(change) for change in changes]
    if natural_width(rows, _METRIC_COLUMNS) > width:
        rows = [_without_word(change, row) for change, row in zip(changes, rows, strict=True)]
    return grid(rows, _METRIC_COLUMNS, width)


def _title(name: str, settings: Settings) -> str:
    rule = rule_of(settings, name)
    return metric_title(name, rule.goal, rule.unit)


def _shown_metrics(one: Experiment, settings: Settings) -> list[tuple[str, float]]:
    names = [name for name in one.metrics if name in settings.metrics or not is_of_split(name, one.metrics)]
    return [(name, one.metrics[name]) for name in sorted(names, key=lambda name: (importance(settings, name), name))]


def _matters(change: MetricChange) -> bool:
    """Splits and slices are shown where they moved; the metrics themselves always."""
    return change.name == change.metric or change.verdict in ("better", "worse")


def _metric_row(change: MetricChange) -> list[Cell]:
    style = style_of_verdict(change.verdict)
    judged = style if change.verdict in ("better", "worse") else "dim"
    return [
        Cell(metric_title(change.name, change.goal, change.unit)),
        Cell(show_scalar(change.b), "dim"),
        Cell(show_scalar(change.a), "bold"),
        Cell(signed(change.delta) if change.delta else "", judged),
        Cell(percent(change), judged),
        Cell(f"{VERDICT_MARKS[change.verdict]} {change.reason or change.verdict}", style),
    ]


def _without_word(change: MetricChange, row: list[Cell]) -> list[Cell]:
    """Returns a row with the mark of its verdict alone; a reason is no verdict and stays."""
    return row if change.reason else [*row[:-1], row[-1]._replace(text=VERDICT_MARKS[change.verdict])]


def _slices(changes: Sequence[MetricChange]) -> list[Line]:
    """Returns how many values of slices are better or worse."""
    verdicts = [change.verdict for change in changes if change.name.startswith(_SLICE)]
    counts = [(verdicts.count("better"), "better"), (verdicts.count("worse"), "worse")]
    line = [Piece(f"{VERDICT_MARKS[word]} {count} {word}  ", word) for count, word in counts if count]
    return [[Piece("slices  ", "dim"), *line]] if line else []


def _output(data: PreviewData, width: int, height: int) -> list[Line]:
    """Returns the end of the output, as much as there is room for."""
    if not data.tail:
        return []
    # Tabs first: `safe_text` would make `\t` of them.
    lines = [text for line in data.tail for text in wrap(safe_text(line.expandtabs()), width, 2)]
    room = max(height - 1, 3)
    return [headline("output", "", width), *([Piece(text, "dim")] for text in lines[-room:])]
