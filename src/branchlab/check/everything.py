"""`branchlab check` without a range: every branch of the repository, by what lies at its tip."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchlab.check.contents import outputs_by_place
from branchlab.check.data import check_data
from branchlab.check.facts import facts_of
from branchlab.check.finding import report_of
from branchlab.check.names import check_name, is_exempt
from branchlab.git.refs import BRANCHES, list_refs
from branchlab.naming import compile_rule
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.check.facts import Facts
    from branchlab.check.finding import Finding, Report
    from branchlab.data.store import Store
    from branchlab.git.refs import Ref
    from branchlab.workspace import Workspace

REMOTES = "refs/remotes/"
OF_EXPERIMENTS = frozenset(("trailer", "code", "stale", "history"))
"""Kinds of findings that mean nothing on a branch that is no experiment, where records arrive by merges."""


class Branch(NamedTuple):
    """A local or remote-tracking branch: its name on its own side, how it is shown, and its commit."""

    name: str
    shown: str
    commit: str
    exempt: bool


def check_everything(workspace: Workspace, store: Store | None, *, remote: bool, user: str, date: str) -> Report:
    """Checks all branches.

    Args:
        workspace: the project.
        store: its DVC cache, if it has one.
        remote: looks at remote-tracking branches too, and asks the DVC remote for data that the cache lacks.
        user: for names that are offered.
        date: the same, as ISO date.

    Raises:
        GitError: when git refuses.
    """
    baseline = workspace.settings.baseline
    rule = compile_rule(workspace.settings.naming)
    refs = list_refs(workspace.repository, BRANCHES, *([REMOTES] if remote else []))
    branches = [
        Branch(name, shown, oid, is_exempt(rule, baseline, name)) for name, shown, oid in _named(refs, remote=remote)
    ]
    bases = {branch.commit for branch in branches if branch.name == baseline}
    names = [
        check_name(rule, one.name, user=user, date=date, place="" if one.name == one.shown else safe_text(one.shown))
        for one in branches
        if not one.exempt and not rule.accepts(one.name)
    ]
    looked_at = [one for one in branches if one.exempt or rule.accepts(one.name)]
    facts = facts_of(workspace, list(dict.fromkeys(one.commit for one in looked_at)), [ref.oid for ref in refs])
    findings = [*filter(None, names), *_located(looked_at, facts, bases)]
    places: dict[str, list[str]] = {}
    for one in looked_at:
        places.setdefault(one.commit, []).append(safe_text(one.shown))
    needed = outputs_by_place(places, {oid: known.outputs for oid, known in facts.items()})
    findings += check_data(store, needed, remote=remote)
    records = sum(1 for known in facts.values() if known.run)
    return report_of(
        findings, {"branches": len(branches), "commits": len(facts), "records": records, "data": len(needed)}
    )


def _named(refs: Sequence[Ref], *, remote: bool) -> Iterator[tuple[str, str, str]]:
    """Yields name, shown name and commit; a remote-tracking branch that equals the local one is left out."""
    local = {(ref.name.removeprefix(BRANCHES), ref.oid) for ref in refs if ref.name.startswith(BRANCHES)}
    for ref in refs:
        if ref.name.startswith(BRANCHES):
            name = ref.name.removeprefix(BRANCHES)
            yield name, name, ref.oid
        elif remote:
            shown = ref.name.removeprefix(REMOTES)
            name = shown.partition("/")[2]
            if name and name != "HEAD" and (name, ref.oid) not in local:
                yield name, shown, ref.oid


def _located(branches: Sequence[Branch], facts: Mapping[str, Facts], bases: set[str]) -> Iterator[Finding]:
    """Yields the findings of each branch; what only concerns experiments is left out of all others."""
    for branch in branches:
        known = facts.get(branch.commit)
        other = branch.exempt or branch.commit in bases
        for finding in known.findings if known else ():
            if not (other and finding.kind in OF_EXPERIMENTS):
                yield finding._replace(place=safe_text(branch.shown), commit=branch.commit)
