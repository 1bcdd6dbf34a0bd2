"""`watch`: live runs as a few lines each, or as one line for each change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from branchlab.compare.inputs import importance, rule_of
from branchlab.report.style import BEST, STATUS_MARKS, Style, paint
from branchlab.report.values import metric_title
from branchlab.report.width import display_width, shorten
from branchlab.text import format_age, format_duration, format_number, safe_text, sparkline
from branchlab.tracking.reading import summary_metrics
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.experiment import Number
    from branchlab.project import Settings
    from branchlab.reading.progress import Progress
    from branchlab.reading.pulse import Pulse
    from branchlab.reading.watching import Ended

_BAR = 10
_SPARK = 12
_SPARK_POINTS = 2000  # are enough for so few cells
_SPARKED = 2  # metrics with a curve
_LEAST_NAME = 12
_PLAIN_METRICS = 4
_MARKS: Mapping[str, tuple[str, Style]] = {
    "starting": ("◔", "live"),
    "running": STATUS_MARKS["running"],
    "quiet": STATUS_MARKS["quiet"],
    "finished": STATUS_MARKS["finished"],
    "lost": ("✗", "worse"),
    "failed": STATUS_MARKS["failed"],
    "stopped": STATUS_MARKS["stopped"],
    "recorded": STATUS_MARKS["finished"],
    "unrecorded": STATUS_MARKS["unrecorded"],
    "removed": ("·", "dim"),
}


class Part(NamedTuple):
    """A piece of a line: what it says and means; the highest `drop` goes first where space is short, 0 never."""

    text: str
    style: Style = ""
    drop: int = 0


def phase_mark(phase: str) -> tuple[str, Style]:
    """Returns the mark and the style of a phase or a result."""
    return _MARKS[phase]


def progress_bar(share: float, width: int = _BAR) -> str:
    """Returns how much is done as a bar of so many cells."""
    done = min(int(share * width + 0.5), width)  # round() would take halves to the even one
    return "▓" * done + "░" * (width - done)


def clock_parts(pulse: Pulse) -> list[Part]:
    """Returns how a live run stands: its clock, how far it is, how long it takes still, and how long it is silent."""
    parts = [Part(format_duration(round(pulse.seconds)), "", 4)]
    if pulse.phase in ("starting", "finished"):
        parts.append(Part("starting" if pulse.phase == "starting" else "being recorded", "live", 3))
    if pulse.progress:
        parts += _progress_parts(pulse.progress)
    if pulse.phase == "quiet" and pulse.silent is not None:
        parts.append(Part(f"quiet since {format_age(pulse.silent)}", "warn", 1))
    return parts


def _progress_parts(progress: Progress) -> list[Part]:
    parts = [
        Part(progress_bar(progress.share), "live", 7),
        Part(f"{math.floor(progress.share * 100)}%", "", 5),  # 100% is for the end
        Part(f"{progress.done}/{progress.total}", "", 6),
    ]
    if progress.seconds is not None and progress.done < progress.total:
        parts.append(Part(f"eta {format_duration(math.ceil(progress.seconds))}", "", 3))
    return parts


def live_lines(pulse: Pulse, settings: Settings, width: int, *, colour: bool = False) -> list[str]:
    """Returns a live run as up to three lines of at most `width` columns: how it stands, metrics, its last words."""
    mark, style = phase_mark(pulse.phase)
    head = [Part(f"{mark} {safe_text(pulse.name)}", style), *clock_parts(pulse)]
    lines = [join_parts(head, width, colour=colour)]
    metrics = metric_parts(pulse, settings)
    if metrics:
        lines.append("  " + join_parts(metrics, width - 2, colour=colour))
    if pulse.said:
        lines.append("  " + paint(shorten(pulse.said.strip(), width - 2, "start"), "dim", colour=colour))
    return lines


def metric_parts(pulse: Pulse, settings: Settings) -> list[Part]:
    """Returns the last value of each metric, the most important first, marked when it is the best so far."""
    parts = []
    values = summary_metrics(pulse.journal)
    # The place is the `drop` as well: the least important metric goes first, and the first never.
    for place, name in enumerate(_ordered(values, settings)):
        best = is_best(pulse, name, settings)
        text = f"{_title(name, settings)} {format_number(values[name])}{f' {BEST}' if best else ''}"
        points = pulse.journal.series.get(name, ())
        if place < _SPARKED and len(points) > 1:
            some = points[:: len(points) // _SPARK_POINTS + 1]
            text += f" {sparkline([point.value for point in some], _SPARK)}"
        parts.append(Part(text, "best" if best else "", place))
    return parts


def is_best(pulse: Pulse, name: str, settings: Settings) -> bool:
    """Tells whether the last value of a metric is the best so far; the only one is no best of anything."""
    points, extremes = pulse.journal.series.get(name, ()), pulse.extremes.get(name)
    goal = rule_of(settings, name).goal
    if not goal or extremes is None or len(points) < 2:  # noqa: PLR2004 - two values
        return False
    # The lowest and the highest, in this order: True is 1.
    return points[-1].value == extremes[goal == "maximize"].value


def live_line(pulse: Pulse, settings: Settings, *, colour: bool = False) -> str:
    """Returns a live run as one line of any width."""
    mark, style = phase_mark(pulse.phase)
    values = summary_metrics(pulse.journal)
    progress = pulse.progress
    parts = [
        Part(f"{mark} {pulse.phase}", style),
        Part(safe_text(pulse.name), "bold"),
        Part(format_duration(round(pulse.seconds))),
        *([Part(f"step {progress.done}/{progress.total}")] if progress else []),
        *_values(values, settings, pulse),
        *([Part(f"eta {format_duration(math.ceil(progress.seconds))}")] if progress and progress.seconds else []),
    ]
    return join_parts(parts, 0, colour=colour)


def ended_line(ended: Ended, settings: Settings, width: int = 0, *, colour: bool = False) -> str:
    """Returns what became of a run as one line; what it takes to act on it is never cut."""
    pulse, experiment = ended.pulse, ended.experiment
    mark, style = phase_mark(ended.result)
    name = experiment.name if experiment else pulse.name
    took = format_duration(experiment.seconds or 0 if experiment else pulse.seconds)
    # The record has what was summed up at the end; without one the journal is all that is left.
    values = dict(experiment.metrics) if experiment else summary_metrics(pulse.journal)
    parts = [
        Part(f"{mark} {safe_text(name)}", style),
        Part(_words(ended, took), style),
        *(part._replace(drop=place + 1) for place, part in enumerate(_values(values, settings))),
    ]
    return join_parts(parts, width, colour=colour, cut=False)


def _words(ended: Ended, took: str) -> str:
    code = ended.pulse.state.exit_code
    match ended.result:
        case "recorded":
            return f"recorded, took {took}"
        case "unrecorded":
            return f"finished in {took}, not recorded: branchlab record {ended.pulse.run}"
        case "failed":
            how = f" (exit code {code})" if code and code > 0 else f" (signal {-code})" if code else ""
            return f"failed after {took}{how}: branchlab show {ended.pulse.run}"
        case "lost":
            return f"lost after {took}, its process is gone: branchlab show {ended.pulse.run}"
        case "stopped":
            return f"stopped after {took}: branchlab record {ended.pulse.run}"
        case _:
            return f"removed after {took}"


def pulse_object(pulse: Pulse) -> dict[str, Any]:
    """Returns a live run as a JSON object, with the names of `ls --json` where they mean the same."""
    progress = pulse.progress
    return {
        "name": pulse.name,
        "commit": None,
        "run": pulse.run,
        "status": pulse.phase,
        "seconds": round(pulse.seconds, 3),
        "silent": None if pulse.silent is None else round(pulse.silent, 3),
        "step": progress.done if progress else None,
        "steps": progress.total if progress else None,
        "eta": None if progress is None or progress.seconds is None else round(progress.seconds, 3),
        "metrics": summary_metrics(pulse.journal),
    }


def ended_object(ended: Ended) -> dict[str, Any]:
    """Returns a run that ended as a JSON object; `status` is the result."""
    found = {**pulse_object(ended.pulse), "status": ended.result, "exit_code": ended.pulse.state.exit_code}
    one = ended.experiment
    return {**found, "name": one.name, "commit": one.commit, "metrics": dict(one.metrics)} if one else found


def _ordered(names: Iterable[str], settings: Settings) -> list[str]:
    return sorted(names, key=lambda name: (importance(settings, name), name))


def _title(name: str, settings: Settings) -> str:
    rule = rule_of(settings, name)
    return safe_text(metric_title(name, rule.goal, rule.unit))


def _values(values: Mapping[str, Number], settings: Settings, pulse: Pulse | None = None) -> list[Part]:
    """Returns the most important metrics with their values; of a run that lives the best so far is marked."""
    parts = []
    for name in _ordered(values, settings)[:_PLAIN_METRICS]:
        mark = f" {BEST}" if pulse and is_best(pulse, name, settings) else ""
        parts.append(Part(f"{safe_text(name)} {format_number(values[name])}{mark}"))
    return parts


def join_parts(parts: Sequence[Part], width: int, *, colour: bool, cut: bool = True) -> str:
    """Returns parts as a line of at most `width` columns, 0 for any; see `fit_parts`."""
    return "  ".join(paint(part.text, part.style, colour=colour) for part in fit_parts(parts, width, cut=cut))


def fit_parts(parts: Sequence[Part], width: int, *, cut: bool = True) -> list[Part]:
    """Returns the parts that fit into `width` columns, two blanks between them; 0 is any width.

    Where they do not fit, those that may be dropped are, then the first is shortened; without `cut` the line is then
    as long as it is.
    """
    kept = list(parts)
    while width and _columns(kept) > width and any(part.drop for part in kept):
        kept.remove(max(kept, key=lambda part: part.drop))
    over = _columns(kept) - width if width else 0
    if over > 0 and cut:
        room = max(display_width(kept[0].text) - over, min(_LEAST_NAME, width))
        kept[0] = kept[0]._replace(text=shorten(kept[0].text, room))
        while len(kept) > 1 and _columns(kept) > width:
            kept.pop()
    return kept


def _columns(parts: Sequence[Part]) -> int:
    return sum(display_width(part.text) for part in parts) + 2 * (len(parts) - 1)
