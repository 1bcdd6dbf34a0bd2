"""Which trials of a sweep a person wants to keep as branches, and what has to move for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.errors import NotFoundError
from branchlab.reading.sweep import require_objectives
from branchlab.sweep.analysis.ranking import best, front
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.experiment import Experiment
    from branchlab.reading.sweep import Search
    from branchlab.sweep.trial import Trial
    from branchlab.workspace import Workspace

ALL = "all"
_BEST = re.compile(r"best(?::([1-9]\d{0,5}))?")
_ARCHIVED = "archive/"


class Keeping(NamedTuple):
    """What keeping some trials means, by names of branches.

    Attributes:
        kept: the trials that are or become branches; those that only a remote has among them.
        archive: local branches of the others.
        restore: archived branches of those that are kept.
        worked_on: local branches of others that have commits after the run: somebody works there, so they stay.
        elsewhere: others that only a remote has; nothing of them is here to be moved.
    """

    kept: tuple[str, ...]
    archive: tuple[str, ...]
    restore: tuple[str, ...]
    worked_on: tuple[str, ...]
    elsewhere: tuple[str, ...]


def plan_keeping(workspace: Workspace, search: Search, what: str) -> Keeping:
    """Returns what has to move so that just the trials that `what` names are branches.

    Args:
        workspace: the project.
        search: the sweep.
        what: `best:5`, `front`, `all`, or a query as for `ls`.

    Raises:
        UsageError: for a query with a mistake, and for `best` and `front` where nothing is optimised.
        NotFoundError: when no trial would be kept.
    """
    from branchlab.catalog.catalog import read_catalog

    catalog = read_catalog(workspace, remote=True, archived=True)
    rows = {one.name: one for one in catalog.experiments if one.sweep == search.name}
    kept = _chosen(workspace, search, what, rows)
    if not kept:
        name = safe_text(search.name)
        hint = f"branchlab sweep show {name} lists them"
        raise NotFoundError(f"{safe_text(what)} fits no trial of {name}, so nothing was moved", hint)
    names = {trial.branch for trial in kept}
    # What no branch holds yet cannot be moved.
    others = [trial for trial in search.study.trials if trial.branch not in names and trial.commit]
    stale = {name for name, one in rows.items() if one.stale}
    local = _local(workspace, [trial.branch for trial in others])
    return Keeping(
        tuple(trial.branch.removeprefix(_ARCHIVED) for trial in kept),
        tuple(name for name in local if name not in stale),
        tuple(trial.branch.removeprefix(_ARCHIVED) for trial in kept if trial.branch.startswith(_ARCHIVED)),
        tuple(name for name in local if name in stale),
        tuple(one.branch for one in others if one.branch not in local and not one.branch.startswith(_ARCHIVED)),
    )


def _chosen(workspace: Workspace, search: Search, what: str, rows: dict[str, Experiment]) -> list[Trial]:
    if what == ALL:
        return list(search.study.trials)
    asked = _BEST.fullmatch(what)
    if asked or what == "front":
        require_objectives(search)
        if asked:
            return best(search.study, search.objectives, search.value, int(asked[1] or 1))
        return front(search.study, search.objectives, search.value)
    from branchlab.catalog.query import parse_query, select, whose

    query = parse_query(what, workspace.settings, whose(what, workspace.repository))
    fitting = {one.name for one in select(query, [rows[t.branch] for t in search.study.trials if t.branch in rows])}
    return [trial for trial in search.study.trials if trial.branch in fitting]


def _local(workspace: Workspace, names: list[str]) -> list[str]:
    from branchlab.git.refs import BRANCHES, list_refs

    there = {ref.name for ref in list_refs(workspace.repository, BRANCHES)}
    return [name for name in names if BRANCHES + name in there]
