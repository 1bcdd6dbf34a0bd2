"""Which gates a branch changed: a pull request that loosens a gate must not look like one that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.difference import ParamChange
from branchlab.errors import BranchlabError
from branchlab.project import CiSettings, MetricRule, parse_settings
from branchlab.text import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchlab.experiment import Scalar
    from branchlab.project import Settings

_WORDS = frozenset({"unit", "why"})  # these judge nothing


def changed_rules(before: bytes | None, now: Settings) -> tuple[ParamChange, ...]:
    """Returns the settings that decide over gates and are not as in the branchlab.toml `before`.

    Where there was none, or it cannot be read, nothing is known to have changed.
    """
    if before is None:
        return ()
    try:
        old, new = _rules(parse_settings(before)), _rules(now)
    except BranchlabError:
        return ()
    names = sorted(old.keys() | new.keys())
    return tuple(ParamChange(name, new.get(name), old.get(name)) for name in names if old.get(name) != new.get(name))


def _rules(settings: Settings) -> Mapping[str, Scalar]:
    nested = {"ci": _set(settings.ci, CiSettings())}
    nested |= {f"metrics.{name}": _set(rule, MetricRule()) for name, rule in settings.metrics.items()}
    return flatten(nested)


def _set(values: CiSettings | MetricRule, defaults: Iterable[object]) -> dict[str, object]:
    """Returns what is not the default, so that a setting that is missing and one that is empty are the same."""
    fields = zip(values._fields, values, defaults, strict=True)
    return {key: value for key, value, default in fields if value != default and key not in _WORDS}
