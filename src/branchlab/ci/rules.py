"""Which gates a branch changed: a pull request that loosens a gate must not look like one that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.difference import ParamChange
from branchlab.errors import BranchlabError
from branchlab.git.objects import read_objects
from branchlab.project import SETTINGS_FILE, CiSettings, MetricRule, parse_settings
from branchlab.text import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchlab.ci.revisions import Revision
    from branchlab.experiment import Scalar
    from branchlab.project import Settings
    from branchlab.workspace import Workspace

_WORDS = frozenset({"unit", "why"})  # these judge nothing


def with_rules_of(workspace: Workspace, head: Revision) -> Workspace:
    """Returns the project as the branchlab.toml of a commit describes it, which need not be the one checked out.

    A commit without one is judged by that of the working tree.

    Raises:
        UsageError: when it cannot be understood.
    """
    path = workspace.prefix + SETTINGS_FILE
    found = next(read_objects(workspace.repository, [f"{head.commit}:{path}"]))
    if found is None or found.kind != "blob":
        return workspace
    return workspace._replace(settings=parse_settings(found.body, f"{head.name}:{path}"))


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
