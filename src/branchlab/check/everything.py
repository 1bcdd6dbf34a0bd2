"""`branchlab check` without a range: every branch of the repository, by what lies at its tip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.check.contents import outputs_by_place
from branchlab.check.data import check_data
from branchlab.check.facts import facts_of
from branchlab.check.finding import Finding, report_of
from branchlab.git.refs import BRANCHES, REMOTES, list_refs
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.check.facts import Facts
    from branchlab.check.finding import Report
    from branchlab.check.names import Names
    from branchlab.data.store import Store
    from branchlab.git.refs import Ref
    from branchlab.workspace import Workspace

OF_EXPERIMENTS = frozenset(("trailer", "code", "stale", "history"))
"""Kinds of findings that mean nothing on a branch that is no experiment, where records arrive by merges."""

UNREADABLE = Finding("unknown", "history", "git cannot read its commit", "git fsck tells what is damaged")


class Branch(NamedTuple):
    """A local or remote-tracking branch: its name on its own side, how it is shown, and its commit."""

    name: str
    shown: str
    commit: str


def check_everything(workspace: Workspace, store: Store | None, names: Names, *, remote: bool) -> Report:
    """Checks all branches.

    Args:
        workspace: the project.
        store: its DVC cache, if it has one.
        names: its rule.
        remote: looks at remote-tracking branches too, and asks the DVC remote for data that the cache lacks.

    Raises:
        GitError: when git refuses.
    """
    refs = list_refs(workspace.repository, BRANCHES, *([REMOTES] if remote else []))
    branches = list(_branches(refs))
    # A branch without a commit of its own has the record of the baseline, which says nothing about it.
    bases = {branch.commit for branch in branches if branch.name == workspace.settings.baseline}
    bad = {branch: finding for branch in branches if (finding := _check_name(names, branch))}
    good = [branch for branch in branches if branch not in bad]
    facts = facts_of(workspace, list(dict.fromkeys(one.commit for one in good)), [ref.oid for ref in refs])
    measured = {branch for branch in good if branch.commit not in bases and names.experiment(branch.name)}
    findings = [*bad.values(), *_located(good, measured, facts)]
    places: dict[str, list[str]] = {}
    for branch in good:
        places.setdefault(branch.commit, []).append(safe_text(branch.shown))
    needed = outputs_by_place(places, {oid: known.outputs for oid, known in facts.items()})
    findings += check_data(store, needed, remote=remote)
    records = sum(1 for known in facts.values() if known.run)
    counted = {"branches": len(branches), "commits": len(facts), "records": records, "data": len(needed)}
    return report_of(findings, counted)


def _check_name(names: Names, branch: Branch) -> Finding | None:
    place = "" if branch.name == branch.shown else safe_text(branch.shown)
    return names.check(branch.name, place, branch.commit)


def _branches(refs: Sequence[Ref]) -> Iterator[Branch]:
    """Yields the branches; a remote-tracking one that equals the local one is left out."""
    local = {(ref.name.removeprefix(BRANCHES), ref.oid) for ref in refs if ref.name.startswith(BRANCHES)}
    for ref in refs:
        if ref.name.startswith(BRANCHES):
            name = ref.name.removeprefix(BRANCHES)
            yield Branch(name, name, ref.oid)
            continue
        shown = ref.name.removeprefix(REMOTES)
        name = shown.partition("/")[2]
        if name and name != "HEAD" and (name, ref.oid) not in local:
            yield Branch(name, shown, ref.oid)


def _located(branches: Sequence[Branch], measured: set[Branch], facts: Mapping[str, Facts]) -> Iterator[Finding]:
    """Yields the findings of each branch; what only concerns experiments is left out of all others."""
    for branch in branches:
        known = facts.get(branch.commit)
        for finding in known.findings if known else (UNREADABLE,):
            if branch in measured or known is None or finding.kind not in OF_EXPERIMENTS:
                yield finding._replace(place=safe_text(branch.shown), commit=branch.commit)
