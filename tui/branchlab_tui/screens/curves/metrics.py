"""Which metrics have curves, in which order, and which of them the user wants to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import DOWN, UP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.project import MetricRule

_ARROWS = {"maximize": UP, "minimize": DOWN}


def order_metrics(
    found: Iterable[Iterable[str]], behind: Iterable[Iterable[str]], rules: Mapping[str, MetricRule]
) -> tuple[str, ...]:
    """Returns each metric once: those the project names first, then as they come, at the end those only ghosts have."""
    known = dict.fromkeys(name for names in found for name in names)
    # In the order of branchlab.toml: there the team says what matters most.
    named = [name for name in rules if name in known]
    return tuple(dict.fromkeys([*named, *known, *(name for names in behind for name in names)]))


def choose_metrics(names: Sequence[str], text: str) -> tuple[str, ...]:
    """Returns the metrics whose names hold every word of the text, in any case; `|` stands for or."""
    ways = [way.split() for way in text.lower().split("|") if way.strip()]
    if not ways:
        return tuple(names)
    return tuple(name for name in names if any(all(word in name.lower() for word in way) for way in ways))


def metric_title(name: str, rules: Mapping[str, MetricRule]) -> str:
    """Returns what stands over a panel: the metric, where it should go, its unit."""
    rule = rules.get(name)
    words = [name]
    if rule and rule.goal:
        words.append(_ARROWS[rule.goal])
    if rule and rule.unit:
        words.append(f"({rule.unit})")
    return " ".join(words)
