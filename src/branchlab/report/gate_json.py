"""The report of `ci` as a JSON object; its shape is a promise to scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.compare.inputs import rule_of
from branchlab.report.difference import difference_object
from branchlab.report.gate_words import notices

if TYPE_CHECKING:
    from branchlab.ci.judging import Judged, Outcome
    from branchlab.compare.gates import GateResult


def gate_object(outcome: Outcome) -> dict[str, Any]:
    """Returns verdict, sides and gates, then what differs as `diff --json` has it."""
    judged = outcome.judged
    problem = outcome.problem
    return {
        "verdict": outcome.verdict,
        "project": outcome.project or ".",
        "base": outcome.base,
        "head": outcome.head,
        "base_commit": None,
        "head_commit": None,
        "reason": problem.message if problem else "",
        "hint": problem.hint if problem else "",
        "notices": [] if problem else notices(outcome),
        "gates": [],
        **(_compared(judged) if judged else {}),
    }


def _compared(judged: Judged) -> dict[str, Any]:
    revisions, difference = judged.revisions, difference_object(judged.difference)
    return {
        "base_commit": revisions.base.commit if revisions.base else None,
        "head_commit": revisions.head.commit,
        "baseline_commit": revisions.baseline.commit,
        "run": judged.head.side.record.run.id,
        "stale": judged.head.side.stale,
        "gates": [_gate(gate, judged) for gate in judged.gates],
        # A difference has its A first, which is the head here, the other way round than one reads.
        "gates_changed": [{"name": rule.name, "base": rule.b, "head": rule.a} for rule in judged.rules],
        "best": {name: {"value": best.value, "commit": best.commit} for name, best in judged.best.items()},
        "ages": {
            path: {"seconds": aged.age.seconds, "commit": aged.age.commit, "at_least": aged.cut}
            for path, aged in judged.ages.items()
        },
        **{key: difference[key] for key in ("metrics", "params", "data", "environment", "code")},
    }


def _gate(gate: GateResult, judged: Judged) -> dict[str, Any]:
    return {
        "metric": gate.metric,
        "rule": gate.rule,
        "value": gate.value,
        "baseline": gate.baseline,
        "passed": gate.passed,
        "reason": gate.reason,
        "kind": gate.kind,
        "slice": gate.slice,
        "allowed": gate.allowed,
        "why": rule_of(judged.settings, gate.metric).why,
        "evidence": gate.evidence._asdict() if gate.evidence else None,
    }
