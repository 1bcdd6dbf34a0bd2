"""Metrics in the OpenMetrics text format, which GitLab compares between a merge request and its target.

Names of metrics are labels: a metric may be called anything, and nothing has to be renamed to fit.
https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.compare.difference import measured_values
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.ci.judging import Judged, Outcome
    from branchlab.experiment import Number
    from branchlab.record.model import Record


def openmetrics_report(outcome: Outcome) -> str:
    """Returns every measured value of the commit under test, and whether each gate holds.

    The base is left out: who reads this keeps the values of the target branch itself, and a value that stands in
    both would count as changed twice.
    """
    judged = outcome.judged
    found = [("branchlab_verdict", "1 for the verdict.", [(_labels(verdict=outcome.verdict), "1")])]
    if judged:
        found = [
            ("branchlab_metric", "A measured value.", _metrics(judged.head.side.record)),
            ("branchlab_gate_passed", "Whether a gate holds: 1 or 0.", _gates(judged)),
            *found,
        ]
    # Several projects of a repository may be read as one report.
    project = f",{_labels(project=outcome.project)}" if outcome.project else ""
    families = [
        _family(name, words, [(labels + project, value) for labels, value in samples]) for name, words, samples in found
    ]
    lines = [line for family in families for line in family]
    return "\n".join([*lines, "# EOF", ""])


def _family(name: str, help_text: str, samples: list[tuple[str, str]]) -> list[str]:
    """Returns a metric family; of samples with the same labels the first one counts."""
    # The format forbids two samples of the same labels, and names may look alike once they are escaped.
    first: dict[str, str] = {}
    for labels, value in samples:
        first.setdefault(labels, value)
    lines = [f"# TYPE {name} gauge", f"# HELP {name} {help_text}"] if samples else []
    return [*lines, *(f"{name}{{{labels}}} {value}" for labels, value in first.items())]


def _metrics(record: Record) -> list[tuple[str, str]]:
    return [(_labels(**_place(name, of.metric)), _value(of.value)) for name, of in measured_values(record).items()]


def _place(name: str, metric: str) -> dict[str, str]:
    """Returns the metric with its slice or split: `slices.region=eu.accuracy`, `test.accuracy`."""
    place = name.removesuffix(metric).removesuffix(".") if name != metric else ""
    if place.startswith("slices."):
        return {"metric": metric, "slice": place.removeprefix("slices.")}
    return {"metric": metric, **({"split": place} if place else {})}


def _gates(judged: Judged) -> list[tuple[str, str]]:
    return [
        (_labels(metric=gate.metric, kind=gate.kind, slice=gate.slice, rule=gate.rule), str(int(gate.passed)))
        for gate in judged.gates
    ]


def _labels(**labels: str) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items() if value)


def _escaped(value: str) -> str:
    return safe_text(value).replace("\\", "\\\\").replace('"', '\\"')  # a line feed is text by now


def _value(value: Number) -> str:
    if math.isnan(value):
        return "NaN"
    return repr(value) if abs(value) < math.inf else "+Inf" if value > 0 else "-Inf"
