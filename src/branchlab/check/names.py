"""Whether branches are named as the rule wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.check.finding import Finding
from branchlab.errors import UsageError
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.naming import Rule


def is_exempt(rule: Rule, baseline: str, name: str) -> bool:
    """Tells whether a branch is no experiment and may have any name."""
    return name == baseline or rule.exempt(name)


def check_name(rule: Rule, name: str, *, user: str, date: str, place: str = "", commit: str = "") -> Finding | None:
    """Returns what is wrong with the name of a branch that is not exempt.

    Args:
        rule: the naming rule.
        name: the branch without `refs/heads/`.
        user: for a name that is offered.
        date: the same, as ISO date.
        place: how the branch is shown, when not by its name: `origin/wider`.
        commit: what it points at.
    """
    problem = rule.check(name)
    if problem is None:
        return None
    try:
        near = safe_text(rule.suggest(name, user=user, date=date))
        remedy = f"git branch -m {safe_text(name)} {near}" if not place else f"rename it to {near}"
    except UsageError:
        remedy = f"rename it: names follow {safe_text(rule.naming.pattern)}"
    return Finding("error", "name", f"its name is not allowed: {problem}", remedy, place or safe_text(name), commit)
