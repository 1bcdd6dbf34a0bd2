"""Chooses the branch that a run will become."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from branchlab.errors import UsageError
from branchlab.naming import compile_rule, compose, read_issue, slugify, split_issue, to_fill_in
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Container

    from branchlab.project import Naming


class Name(NamedTuple):
    """A branch name, and whether it was chosen here, so that a number may be added when it is taken."""

    branch: str
    free: bool = False


def user_name() -> str:
    """Returns the login name, for the `{user}` field of the naming rule."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user id, as in some containers
        return "user"


def today() -> str:
    """Returns the date for the `{date}` field of the naming rule.

    In UTC, as the ids of runs: two colleagues would date one name differently.
    """
    return time.strftime("%Y-%m-%d", time.gmtime())


def choose_name(
    naming: Naming, asked: str, *, current: str | None, label: str, run: str, user: str, issue: str = ""
) -> Name:
    """Returns the branch name for a run.

    A name that was asked for is completed by the rule (`wider` becomes `exp/model/wider`). Without one, the name comes
    from the parameters that were set, else from the experiment that is checked out, else from the run's id. Where the
    rule wants an issue and nobody says which, it is that of the experiment that is checked out.

    Raises:
        UsageError: when the name asked for breaks the rule; the hint holds the nearest good one. Also when the rule
            wants an issue and none is known.
    """
    rule = compile_rule(naming)
    if asked:
        branch = complete_name(naming, asked, user=user, issue=issue)
        return Name(f"{branch}-{label}" if label and rule.accepts(f"{branch}-{label}") else branch)
    own_issue = ((rule.fields(current) if current else None) or {}).get("issue", "")
    # The same experiment again: it gets the name of the one that is checked out, and a number behind it.
    if not label and current and rule.accepts(current) and issue in ("", own_issue):
        return Name(current, free=True)
    kind = "tune" if label and "tune" in naming.types else next(iter(naming.types), "")
    slug = slugify(label) or f"run-{run.rpartition('-')[2]}"
    return Name(compose(rule, type=kind, slug=slug, user=user, date=today(), issue=issue or own_issue), free=True)


def complete_name(naming: Naming, asked: str, *, user: str, date: str = "", issue: str = "") -> str:
    """Returns `asked` when the rule accepts it, or what it stands for: a bare slug, or type and slug.

    Where the rule wants an issue, the slug may begin with it (`123-wider`), or `issue` says it.

    Raises:
        UsageError: when neither does; the hint holds the nearest good name.
    """
    rule = compile_rule(naming)
    date = date or today()
    issue = read_issue(rule, issue)
    if rule.accepts(asked) and not rule.exempt(asked):
        if issue not in ("", (rule.fields(asked) or {}).get("issue")):
            raise UsageError(f"{safe_text(asked)} names another issue than {issue}", "leave out --issue")
        return asked
    kind, _, rest = asked.rpartition("/")
    kind = kind or next(iter(naming.types), "")
    slug = split_issue(rest)[1] if "{issue}" in naming.pattern else rest
    if slug and slugify(slug) == slug and (kind in naming.types or not naming.types):
        name = compose(rule, type=kind, slug=rest, user=user, date=date, issue=issue)
        if not rule.exempt(name):
            return name
    reason = rule.check(asked) or "it is exempt from the naming rule, so it cannot be an experiment"
    near = rule.suggest(asked, user=user, date=date)
    raise UsageError(
        f"{safe_text(asked)} is not a good experiment name: {reason}", f"use {near}{to_fill_in(rule, near)}"
    )


def check_place(name: Name, taken: Collection[str]) -> None:
    """Makes sure before a run that its branch can be made after it.

    Raises:
        UsageError: when a name that was asked for is taken, or a branch stands where git needs a folder.
    """
    free_name(name, taken)
    parts = name.branch.split("/")
    above = {"/".join(parts[:count]) for count in range(1, len(parts))}.intersection(taken)
    below = [other for other in taken if other.startswith(f"{name.branch}/")]
    for other in sorted([*above, *below]):
        raise UsageError(
            f"the branch {safe_text(other)} stands in the way of {safe_text(name.branch)}",
            f"git branch -m {safe_text(other)} ANOTHER-NAME, or choose another name",
        )


def free_name(name: Name, taken: Container[str]) -> str:
    """Returns a name that nobody has; a number is added only to names chosen by branchlab.

    Raises:
        UsageError: when a name that was asked for is taken.
    """
    if name.branch not in taken:
        return name.branch
    number = 2
    while f"{name.branch}-{number}" in taken:
        number += 1
    if not name.free:
        raise UsageError(f"{safe_text(name.branch)} exists already", f"{safe_text(name.branch)}-{number} is free")
    return f"{name.branch}-{number}"
