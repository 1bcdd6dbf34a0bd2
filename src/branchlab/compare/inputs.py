"""Which measured values may be compared: those measured on the same data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.project import MetricRule

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from branchlab.project import Settings
    from branchlab.record.model import DataFile

_NO_RULE = MetricRule()
_STRATEGIES = ("optimize", "constraint", "store")


def rule_of(settings: Settings, name: str, metric: str = "") -> MetricRule:
    """Returns what the team agreed on about a metric; a slice or split (`test.accuracy`) inherits from `metric`.

    Where `metric` is not given it is taken to be the part behind the last dot.
    """
    return rule_among(settings.metrics, name, metric)


def rule_among(rules: Mapping[str, MetricRule], name: str, metric: str = "") -> MetricRule:
    """Returns what `rule_of` does, of rules by metric."""
    for known in (name, metric or name.rpartition(".")[2]):
        if known in rules:
            return rules[known]
    return _NO_RULE


def importance(settings: Settings, name: str) -> tuple[int, int]:
    """Returns a sort key: optimised metrics first, then constraints, then what is stored, then what nobody declared."""
    if name not in settings.metrics:
        return (len(_STRATEGIES), 0)
    return (_STRATEGIES.index(settings.metrics[name].strategy), list(settings.metrics).index(name))


def input_digests(data: Mapping[str, DataFile]) -> dict[str, str]:
    """Returns digest by path of what a run read; outputs are left out."""
    return {path: entry.md5 for path, entry in data.items() if not entry.output}


def all_digests(data: Mapping[str, DataFile]) -> dict[str, str]:
    """Returns digest by path of what a run read and made."""
    return {path: entry.md5 for path, entry in data.items()}


def relevant(paths: Iterable[str], rule: MetricRule) -> list[str]:
    """Returns the paths a metric depends on: `measured_on` and all that lies below it, or every path."""
    if not rule.measured_on:
        return sorted(paths)
    return sorted(
        path
        for path in paths
        # With the slash, since `data` is above `data/x` and not above `database`.
        if any(path == place or path.startswith(place.rstrip("/") + "/") for place in rule.measured_on)
    )


def incomparable_because(a: Mapping[str, DataFile], b: Mapping[str, DataFile], rule: MetricRule) -> str:
    """Returns why two values of a metric were not measured on the same data, or an empty text.

    A path that `measured_on` names counts even when it is an output, as in a pipeline that prepares the test data.
    """
    digests = all_digests if rule.measured_on else input_digests
    first, second = digests(a), digests(b)
    known = first.keys() | second.keys()
    for path in relevant(known, rule):
        if path not in first or path not in second:
            return f"only one was measured on {path}"
        if first[path] != second[path]:
            return f"measured on different {path}"
    for place in rule.measured_on:
        if not relevant(known, MetricRule(measured_on=(place,))):
            return f"neither record knows {place}"
    return ""


def input_key(digests: Mapping[str, str], rule: MetricRule) -> Hashable:
    """Returns a key that is equal for runs whose values of a metric may be compared."""
    return tuple((path, digests[path]) for path in relevant(digests, rule))


def largest_group(keys: Sequence[Hashable]) -> set[int]:
    """Returns the positions of the most frequent key; the first to come wins a tie."""
    groups: dict[Hashable, set[int]] = {}
    for position, key in enumerate(keys):
        groups.setdefault(key, set()).add(position)
    return max(groups.values(), key=len, default=set())
