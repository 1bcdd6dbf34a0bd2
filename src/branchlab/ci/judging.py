"""Reads all that CI needs of two commits and judges it: never a pass of what could not be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.ci.ages import Aged, data_ages
from branchlab.ci.best import best_ever, read_baseline, trend_of
from branchlab.ci.rules import changed_rules
from branchlab.ci.sides import Held, no_record, read_held
from branchlab.compare.difference import Side, diff_records
from branchlab.compare.gates import judge
from branchlab.record.model import unrecorded
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.ci.revisions import Revisions
    from branchlab.compare.difference import CodeFile, Difference, ParamChange
    from branchlab.compare.gates import BestEver, GateResult
    from branchlab.errors import BranchlabError
    from branchlab.experiment import Number
    from branchlab.project import Settings
    from branchlab.workspace import Workspace

Verdict = Literal["pass", "fail", "unknown"]

CUT = "this clone is shallow and lacks the history that would tell"
NOTHING = Held(Side("nothing", None, unrecorded({})))


class Judged(NamedTuple):
    """Two commits, side by side and judged.

    Attributes:
        revisions: which commits, and what they are to each other.
        settings: the rules that were applied.
        head: what the commit under test holds.
        base: what it is judged against; without a record its run has no id.
        difference: of both records; of the parameters only where the base has no record.
        gates: every rule with its outcome, in the order of importance.
        unseen: those of the gates that fail only because a shallow clone lacks history.
        best: best value that the baseline ever had, by metric with a goal.
        trend: values along the baseline, oldest first, by the same metrics.
        ages: of the data that has a greatest age.
        rules: gates that this branch changed.
    """

    revisions: Revisions
    settings: Settings
    head: Held
    base: Held
    difference: Difference
    gates: tuple[GateResult, ...]
    unseen: tuple[GateResult, ...]
    best: Mapping[str, BestEver]
    trend: Mapping[str, Sequence[Number]]
    ages: Mapping[str, Aged]
    rules: tuple[ParamChange, ...]


class Outcome(NamedTuple):
    """What `branchlab ci` says.

    Attributes:
        verdict: `unknown` when something could not be compared and nothing else failed.
        base: name of what was compared with, as far as known.
        head: name of what was tested.
        judged: None where it never came to one.
        problem: why nothing could be compared.
        project: its folder in the repository, empty for the whole of it.
    """

    verdict: Verdict
    base: str
    head: str
    judged: Judged | None = None
    problem: BranchlabError | None = None
    project: str = ""


def compare_revisions(
    workspace: Workspace, revisions: Revisions, code: tuple[CodeFile, ...], settings: Settings, now: float
) -> Outcome:
    """Reads and judges; `settings` are those of the project with the gates that a command line adds.

    Raises:
        NotFoundError: when the commit under test has no record.
        DamagedError: when a record cannot be read.
    """
    head = read_held(workspace, revisions.head)
    if not head.recorded:
        raise no_record(workspace, revisions.head.name)
    base = read_held(workspace, revisions.base) if revisions.base else NOTHING
    past = read_baseline(workspace, revisions.baseline.commit)
    best = best_ever(past.records, head.side.record, settings)
    ages = data_ages(workspace, revisions.head.commit, settings.ci.max_age, now)
    results = judge(
        settings,
        base.side if base.recorded else None,
        head.side,
        best,
        {path: aged.age for path, aged in ages.items()},
    )
    unseen = tuple(gate for gate in results if gate.passed and _is_unseen(gate, ages, cut=past.cut))
    gates = tuple(gate._replace(passed=False, reason=CUT) if gate in unseen else gate for gate in results)
    difference = diff_records(head.side, base.side, settings, code)
    judged = Judged(
        revisions,
        settings,
        head,
        base,
        # Beside no record, all data and packages would count as added.
        difference if base.recorded else difference._replace(data=(), environment=()),
        gates,
        # `unseen` still has them as passed.
        tuple(gate for gate in gates if gate.reason == CUT),
        best,
        {name: trend_of(past.records, name) for name in best},
        ages,
        changed_rules(base.settings, workspace.settings),  # not `settings`: what --gate adds is no change of the branch
    )
    names = revisions.baseline.name, revisions.head.name
    return Outcome(_verdict(judged), *names, judged, project=workspace.prefix.rstrip("/"))


def _is_unseen(gate: GateResult, ages: Mapping[str, Aged], *, cut: bool) -> bool:
    """Says whether a gate holds only as far as a shallow clone shows."""
    if gate.kind == "best_regression":
        return cut
    return gate.kind == "age" and gate.metric in ages and ages[gate.metric].cut


def _verdict(judged: Judged) -> Verdict:
    failed = [gate for gate in judged.gates if not gate.passed]
    if len(failed) > len(judged.unseen):
        return "fail"
    return "unknown" if failed else "pass"  # docs/design/0012-what-ci-compares.md
