"""Which gates of the settings hold, as far as the record and the baseline tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.difference import Side
from branchlab.compare.gates import judge
from branchlab.report.table import Cell, Column, Table
from branchlab_tui.widgets.page.content import Heading

if TYPE_CHECKING:
    from branchlab.compare.verdict import GateResult
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part

# What these ask for is history, which `T` reads as CI does.
_ELSEWHERE = ("record", "best_regression", "age")
_AGAINST_BASE = ("regression", "slice_regression", "front")
_LEAST = 20
_LEAST_REASON = 24


def gate_parts(shown: Shown) -> list[Part]:
    """Returns the gates with what they say; nothing where there are none."""
    gates = judged(shown)
    if not gates:
        return []
    failed = sum(not gate.passed for gate in gates if not _is_open(gate, shown))
    remark = f"{failed} of {len(gates)} do not hold" if failed else "those that can be judged here hold"
    if failed and shown.live:
        remark += " so far"
    columns = [Column("", least=1), Column("gate", least=_LEAST), Column("", drop=1, least=_LEAST_REASON, keep="start")]
    return [Heading("gates", remark), Table(columns, [_row(gate, shown) for gate in gates])]


def judged(shown: Shown) -> list[GateResult]:
    """Returns what the gates say that need no history."""
    exhibit = shown.exhibit
    if exhibit is None or not shown.settings.metrics:
        return []
    head = Side(exhibit.name, exhibit.commit, exhibit.record, exhibit.stale)
    base = shown.difference.difference.b if shown.difference else None
    if base is not None and not base.record.run.id:
        base = None
    # Both histories empty, since gates that need one are left out here.
    return [gate for gate in judge(shown.settings, base, head, {}, {}) if gate.kind not in _ELSEWHERE]


def _is_open(gate: GateResult, shown: Shown) -> bool:
    """Tells whether a gate cannot be judged because there is nothing to compare with, or the run goes on."""
    missing = shown.difference is None or not shown.difference.difference.b.record.run.id
    return not gate.passed and ((missing and gate.kind in _AGAINST_BASE) or (shown.live and gate.value is None))


def _row(gate: GateResult, shown: Shown) -> list[Cell]:
    rule = f"{gate.rule} ({gate.slice})" if gate.slice else gate.rule
    if _is_open(gate, shown):
        return [Cell("·", "dim"), Cell(rule), Cell(gate.reason, "dim")]
    if gate.passed:
        return [Cell("✓", "better"), Cell(rule), Cell(gate.reason)]
    return [Cell("✗", "worse"), Cell(rule), Cell(gate.reason, "worse")]
