"""Metrics of a difference with their verdicts; splits and slices stand below the metric they are values of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.difference import percent, signed
from branchlab.report.style import VERDICT_MARKS
from branchlab.report.values import metric_title, style_of_verdict
from branchlab.text import safe_text
from branchlab_tui.screens.diff.entry import ARROW, Entry, exact_value, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchlab.compare.difference import MetricChange

_WORDS = {"incomparable": "not comparable"}


def metric_rows(changes: Sequence[MetricChange]) -> Iterator[Entry]:
    """Yields each metric and, below it, its splits and slices."""
    parts: dict[str, list[MetricChange]] = {}
    for change in changes:
        found = parts.setdefault(change.metric, [])
        if change.name != change.metric:
            found.append(change)
    own = {change.metric: change for change in changes if change.name == change.metric}
    for metric, below in parts.items():
        key = f"metrics/{metric}"
        if metric in own:
            yield _entry(own[metric], key, below)
        else:
            # Slices of it must not stand there without saying of what.
            yield _heading(metric, key, below)
        yield from (_part(change, key) for change in below)


def tally(changes: Sequence[MetricChange]) -> str:
    """Returns how many are better, worse, the same, and cannot be compared, as marks: `2▲ 1▼`."""
    counts = {mark: sum(change.verdict == verdict for change in changes) for verdict, mark in VERDICT_MARKS.items()}
    return " ".join(f"{count}{mark}" for mark, count in counts.items() if count)


def summary(changes: Sequence[MetricChange]) -> str:
    """Returns the same in words: `2 ▲ better, 1 ▼ worse`."""
    counts = {verdict: sum(change.verdict == verdict for change in changes) for verdict in VERDICT_MARKS}
    return ", ".join(
        f"{count} {VERDICT_MARKS[verdict]} {_WORDS.get(verdict, verdict)}" for verdict, count in counts.items() if count
    )


def _entry(change: MetricChange, key: str, below: Sequence[MetricChange]) -> Entry:
    title = safe_text(metric_title(change.name, change.goal, change.unit))
    entry = _judged(change, Entry(key, title))
    return entry._replace(verdict=f"{entry.verdict}  parts {tally(below)}") if below else entry


def _heading(metric: str, key: str, below: Sequence[MetricChange]) -> Entry:
    """Returns the line of a metric that was measured on parts only."""
    told = f"{safe_text(metric)}: only its splits and slices were measured"
    return Entry(key, safe_text(metric), verdict=f"parts {tally(below)}", told=told)


def _part(change: MetricChange, within: str) -> Entry:
    key, name = f"{within}/{change.name}", f"  {safe_text(_part_name(change))}"
    return _judged(change, Entry(key, name, within=within))


def _part_name(change: MetricChange) -> str:
    """Returns `test` for `test.accuracy`, `region=eu` for `slices.region=eu.accuracy`."""
    return change.name.removesuffix(f".{change.metric}").removeprefix("slices.")


def _judged(change: MetricChange, entry: Entry) -> Entry:
    judged = change.verdict in ("better", "worse")
    return entry._replace(
        b=shown_value(change.b),
        a=shown_value(change.a),
        delta=signed(change.delta) if change.delta else "",
        percent=percent(change),
        mark=VERDICT_MARKS[change.verdict],
        verdict=safe_text(change.reason or change.verdict),
        told=_told(change),
        style=style_of_verdict(change.verdict) if judged or change.verdict == "incomparable" else "dim",
        same=change.verdict == "same",
    )


def _told(change: MetricChange) -> str:
    title = safe_text(metric_title(change.name, change.goal, change.unit))
    parts = [f"{title}  {exact_value(change.b)} {ARROW} {exact_value(change.a)}"]
    if change.delta:
        share = percent(change)
        parts.append(f"{signed(change.delta)}{f' ({share})' if share else ''}")
    return "  ".join([*parts, f"{VERDICT_MARKS[change.verdict]} {safe_text(change.reason or change.verdict)}"])
