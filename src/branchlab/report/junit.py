"""Gates as JUnit XML, which GitLab, Jenkins and most other services show as tests: one test case per gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.gate_sections import gate_title, gate_value
from branchlab.report.gate_words import compared_words, notices
from branchlab.report.xml_text import xml_text

if TYPE_CHECKING:
    from branchlab.ci.judging import Outcome
    from branchlab.compare.gates import GateResult

_SUITE = "branchlab"  # and the folder of the project, where a repository has several


def junit_report(outcome: Outcome) -> str:
    """Returns the document; what could not be compared or seen is an error, not a failure."""
    judged = outcome.judged
    unseen = judged.unseen if judged else ()
    gates = judged.gates if judged else ()
    suite = f"{_SUITE}.{_part(outcome.project)}" if outcome.project else _SUITE
    cases = [_case(suite, gate, error=gate in unseen) for gate in gates]
    if judged is None:
        what = " ".join(notices(outcome))
        cases = [_test(suite, "compare", "gates", f'<error type="unknown" message="{xml_text(what)}"/>')]
    # A gate that could not be judged has not passed, but JUnit counts it as an error alone.
    failures = sum(not gate.passed for gate in gates) - len(unseen)
    errors = len(unseen) if judged else 1
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="branchlab ci" {counts} time="0">',
        f'  <testsuite name="{xml_text(suite)}" {counts} skipped="0" time="0">',
        f'    <properties><property name="compared" value="{xml_text(compared_words(outcome))}"/></properties>',
        *cases,
        "  </testsuite>",
        "</testsuites>",
        "",
    ]
    return "\n".join(lines)


def _case(suite: str, gate: GateResult, *, error: bool) -> str:
    if gate.passed:
        return _test(suite, gate.metric, gate_title(gate), f"<system-out>{_values(gate)}</system-out>")
    tag = "error" if error else "failure"
    text = f'<{tag} type="{xml_text(gate.kind)}" message="{xml_text(gate.reason)}">{_values(gate)}</{tag}>'
    return _test(suite, gate.metric, gate_title(gate), text)


def _part(name: str) -> str:
    """Returns a name as one part of a class name, which services split at dots: `test.accuracy` is no package."""
    return name.replace(".", "/")


def _test(suite: str, metric: str, name: str, content: str) -> str:
    classname = f"{suite}.{_part(metric)}"
    return f'    <testcase classname="{xml_text(classname)}" name="{xml_text(name)}" time="0">{content}</testcase>'


def _values(gate: GateResult) -> str:
    value, baseline = gate_value(gate, gate.value), gate_value(gate, gate.baseline)
    parts = {"value": value, "baseline": baseline, "allowed": gate.allowed}
    told = ", ".join(f"{name} {text}" for name, text in parts.items() if text)
    return xml_text(f"{told}: {gate.reason}" if told and gate.reason else told or gate.reason)
