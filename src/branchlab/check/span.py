"""`branchlab check RANGE`: the commits of a pull request, and the branch that they make.

The tip must hold a record of its own code; commits before it may be without one, but none may say what is not so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.check.contents import outputs_by_place
from branchlab.check.data import check_data
from branchlab.check.everything import OF_EXPERIMENTS, UNREADABLE
from branchlab.check.facts import read_facts
from branchlab.check.finding import Finding, report_of
from branchlab.errors import EnvironmentProblemError, NotFoundError
from branchlab.git.ancestry import cut_commits, merge_base, names_at
from branchlab.git.objects import resolve_commit
from branchlab.git.process import run_git
from branchlab.git.refs import BRANCHES, REMOTES, SHORT_ID, current_branch
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.check.facts import Facts
    from branchlab.check.finding import Report
    from branchlab.check.names import Names
    from branchlab.data.store import Store
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace

_MERGE = "measure the merge, or name the branch itself, as in main..HEAD^2, where this is a merge that the host made"
_DEEPEN = "git fetch --unshallow, or in a CI job check out all history (fetch-depth: 0)"


class Span(NamedTuple):
    """The commits to look at, oldest first, and the last of them."""

    commits: tuple[str, ...]
    tip: str


class Called(NamedTuple):
    """What the branch of a range is called, and what is wrong with that.

    Attributes:
        experiment: whether the tip must hold a record.
        exempt: whether the branch is known to be no experiment.
    """

    findings: tuple[Finding, ...]
    shown: str
    experiment: bool
    exempt: bool


def check_range(
    workspace: Workspace, store: Store | None, names: Names, text: str, branch: str, *, remote: bool
) -> Report:
    """Checks the commits of a range.

    Args:
        workspace: the project.
        store: its DVC cache, if it has one.
        names: its rule.
        text: `A..B`, `A...B`, or `B` alone for what the baseline does not have.
        branch: name of the branch that the tip is meant for; looked up when empty.
        remote: asks the DVC remote for data that the cache lacks.

    Raises:
        NotFoundError: when an end of the range does not exist.
        EnvironmentProblemError: when a shallow clone does not have it, or git refuses.
    """
    span = read_span(workspace, text)
    called = _called(workspace, names, text, span, branch)
    # Past the cache: of commits before the tip neither settings nor pointers are read, and half the facts are not kept.
    facts = read_facts(workspace, list(dict.fromkeys([*span.commits, span.tip])), [span.tip])
    findings = [*called.findings, *_cut(workspace.repository, span)]
    for oid in span.commits:
        if oid != span.tip and not called.exempt:
            findings += _earlier(oid, facts.get(oid))
    findings += _tip(workspace, span, called, facts.get(span.tip))
    needed = outputs_by_place({span.tip: [called.shown]}, {oid: known.outputs for oid, known in facts.items()})
    findings += check_data(store, needed, remote=remote)
    records = sum(1 for known in facts.values() if known.brought)
    counted = {"branches": 1, "commits": len(span.commits), "records": records, "data": len(needed)}
    return report_of(findings, counted)


def read_span(workspace: Workspace, text: str) -> Span:
    """Returns the commits that a range stands for; raises as `check_range` does."""
    repository = workspace.repository
    start, dots, end = text.partition("...") if "..." in text else text.partition("..")
    if dots:
        base, tip = _resolve(repository, start or "HEAD"), _resolve(repository, end or "HEAD")
    else:
        base, tip = _baseline(workspace), _resolve(repository, start)
    if repository.shallow and merge_base(repository, base, tip) is None:
        raise EnvironmentProblemError("this clone is shallow and does not reach where the two ends part", _DEEPEN)
    # Three dots mean the same here: what the tip has since both parted. Dates are no order, a clock may be wrong.
    out = run_git(["rev-list", "--reverse", "--topo-order", tip, f"^{base}"], cwd=repository.top)
    return Span(tuple(out.decode().split()), tip)


def _resolve(repository: Repository, name: str) -> str:
    try:
        return resolve_commit(repository, name)
    except NotFoundError as error:
        if repository.shallow:
            raise EnvironmentProblemError(f"{error.message} of this shallow clone", _DEEPEN) from None
        raise


def _baseline(workspace: Workspace) -> str:
    name = workspace.settings.baseline
    for place in (name, f"origin/{name}"):  # a CI job mostly has no local branch but its own
        try:
            return resolve_commit(workspace.repository, place)
        except NotFoundError:
            continue
    if workspace.repository.shallow:
        raise EnvironmentProblemError(f"the baseline {safe_text(name)} is not in this shallow clone", _DEEPEN)
    raise NotFoundError(f"the baseline {safe_text(name)} does not exist", "name both ends of the range: A..B")


def _called(workspace: Workspace, names: Names, text: str, span: Span, branch: str) -> Called:
    found = [branch.removeprefix(BRANCHES)] if branch else _branches_at(workspace.repository, text, span.tip)
    # An exempt branch at the same commit, as main is after a fast-forward, excuses no other.
    judged = [name for name in found if names.experiment(name) or not names.allowed(name)]
    shown = safe_text((judged or found or [span.tip[:SHORT_ID]])[0])
    if not found:
        what = "no branch stands at this commit, so its name was not looked at"
        unknown = Finding("unknown", "name", what, "--branch NAME tells it", shown, span.tip)
        return Called((unknown,), shown, experiment=False, exempt=False)
    bad = filter(None, (names.check(name, commit=span.tip) for name in judged))
    return Called(tuple(bad), shown, experiment=any(map(names.experiment, judged)), exempt=not judged)


def _branches_at(repository: Repository, text: str, tip: str) -> list[str]:
    """Returns the names of the branches at a commit: the one that was asked for, else all of them."""
    found = [ref for ref in names_at(repository, tip) if not ref.endswith("/HEAD")]
    asked = text.rpartition("..")[2] or "HEAD"
    asked = (current_branch(repository) or "") if asked == "HEAD" else asked
    wanted = {f"{BRANCHES}{asked}", f"{REMOTES}{asked}", asked}
    chosen = [ref for ref in found if ref in wanted] or found
    return list(dict.fromkeys(_own_name(ref) for ref in chosen))


def _own_name(ref: str) -> str:
    return ref.removeprefix(BRANCHES) if ref.startswith(BRANCHES) else ref.removeprefix(REMOTES).partition("/")[2]


def _cut(repository: Repository, span: Span) -> list[Finding]:
    """Says when a range runs into the end of a shallow clone, where commits seem to have no parents."""
    if not cut_commits(repository).intersection(span.commits):
        return []
    return [Finding("unknown", "history", "this clone is shallow and cuts the range off", _DEEPEN)]


def _earlier(oid: str, known: Facts | None) -> list[Finding]:
    """Returns what is wrong with a commit before the tip that brought a record or says so."""
    findings = known.findings if known else ()
    return [
        finding._replace(place=oid[:SHORT_ID], commit=oid)
        for finding in findings
        if finding.level == "error" or (known and known.brought and finding.kind != "stale")
    ]


def _tip(workspace: Workspace, span: Span, called: Called, known: Facts | None) -> list[Finding]:
    """Judges the end of a range; of an experiment nobody may take code for measured that is not."""
    if known is None:
        return [UNREADABLE._replace(place=called.shown, commit=span.tip)]
    found = [finding for finding in known.findings if not (called.exempt and finding.kind in OF_EXPERIMENTS)]
    if called.experiment and span.commits:
        if not known.run and not found:
            what = f"there is no {safe_text(workspace.record_path)}, so nobody knows what this code achieves"
            found.append(Finding("error", "stale", what, "branchlab run measures it"))
        found = [finding._replace(level="error") if finding.kind == "stale" else finding for finding in found]
        if known.merge:
            found = [finding._replace(remedy=_MERGE) if finding.kind == "stale" else finding for finding in found]
    return [finding._replace(place=called.shown, commit=span.tip) for finding in found]
