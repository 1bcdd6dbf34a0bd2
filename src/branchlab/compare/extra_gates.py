"""Gates from a command line, on top of those in the settings: `accuracy >= 0.90`, `accuracy max_regression 1%`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from branchlab.compare.inputs import rule_of
from branchlab.errors import UsageError
from branchlab.project import MetricRule, check_rule
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.project import Settings

_SOURCE = "--gate"
_LONGEST = 1000  # characters; ten thousand blanks keep `_NAMED` busy for a second
_KEYS = (
    "goal",
    "threshold",
    "max_regression_from_best",
    "max_regression",
    "worst_slice",
    "max_slice_regression",
    "max_slice_gap",
    "required",
)
_NAMED = re.compile(rf"(?P<metric>.+?)\s+(?P<key>{'|'.join(_KEYS)})(?:\s+(?P<value>.+))?")
_COMPARED = re.compile(r"(?P<metric>[^<>=\s](?:[^<>]*[^<>\s])?)\s*(?P<value>(?:>=|<=|>|<)\s*\S+)")
_SLICE = re.compile(r"(?P<metric>.+?)\s*\[(?P<slice>[^\[\]]+)\]")


def with_gates(settings: Settings, gates: Iterable[str]) -> Settings:
    """Returns settings with more gates; one that the settings have already is replaced.

    Args:
        settings: what branchlab.toml says.
        gates: `METRIC COMPARISON` for a threshold, `METRIC[SLICE] COMPARISON` for that of a slice, and
            `METRIC KEY VALUE` for any other gate of `[metrics.METRIC]`; `goal` and `required` are keys too.

    Raises:
        UsageError: for a text that is no gate, and a value that its key does not take.
    """
    metrics = dict(settings.metrics)
    parsed = [_parse(gate.strip()) for gate in gates]
    for name, changes in sorted(parsed, key=lambda gate: "goal" not in gate[1]):  # other gates need the goal
        known = metrics.get(name) or _inherited(settings, name)
        thresholds = {**known.slice_thresholds, **changes.pop("slice_thresholds", {})}
        # What is empty was not set, and `check_rule` refuses an empty comparison.
        plain = {key: value for key, value in _as_table(known).items() if value} | changes
        metrics[name] = check_rule(name, plain | ({"slice_thresholds": thresholds} if thresholds else {}), _SOURCE)
    return settings._replace(metrics=metrics)


def _inherited(settings: Settings, name: str) -> MetricRule:
    """Returns what a slice or split, such as `test.accuracy`, has from the metric it ends in; no gates."""
    rule = rule_of(settings, name)
    return MetricRule(rule.goal, tolerance=rule.tolerance, unit=rule.unit, measured_on=rule.measured_on)


def _as_table(rule: MetricRule) -> dict[str, Any]:
    table = rule._asdict()
    return {key: list(value) if isinstance(value, tuple) else value for key, value in table.items()}


def _parse(gate: str) -> tuple[str, dict[str, Any]]:
    if len(gate) > _LONGEST:
        raise UsageError(f"{_SOURCE} has more than {_LONGEST:,} characters", "write the gate into branchlab.toml")
    if named := _NAMED.fullmatch(gate):
        value: Any = named["value"]
        if named["key"] == "required":
            value = {None: True, "true": True, "false": False}.get(value, value)
        return named["metric"], {named["key"]: "" if value is None else value}
    if compared := _COMPARED.fullmatch(gate):
        if part := _SLICE.fullmatch(compared["metric"]):
            return part["metric"], {"slice_thresholds": {part["slice"]: compared["value"]}}
        return compared["metric"], {"threshold": compared["value"]}
    raise UsageError(
        f"{_SOURCE} {safe_text(gate)!r:.80} is no gate",
        "write it as 'accuracy >= 0.90', or 'accuracy max_regression 1%'",
    )
