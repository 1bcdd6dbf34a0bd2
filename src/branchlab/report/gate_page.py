"""The report of `ci` on a terminal: the verdict first, the gates that failed in full sentences, then what moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.gate_sections import FAILED, UNSEEN, cut, gate_title, gate_value, sections
from branchlab.report.gate_words import compared_words, counted_words, notices, verdict_words
from branchlab.report.page import Block, Line
from branchlab.report.table import Table

if TYPE_CHECKING:
    from branchlab.ci.comparison import Comparison, Outcome
    from branchlab.compare.gates import GateResult
    from branchlab.report.style import Style

_MARKS: dict[str, tuple[str, Style]] = {"pass": ("✓", "better"), "fail": ("✗", "worse"), "unknown": ("?", "warn")}
_ROWS = 20
_LONG = 20  # blocks of lines after which the verdict is out of sight


def gate_page(outcome: Outcome) -> list[Block]:
    """Returns the blocks of the page; what Markdown folds away is named in its last line."""
    mark, style = _MARKS[outcome.verdict]
    verdict = Line(f"{mark} {outcome.verdict}: {verdict_words(outcome)}", style)
    comparison = outcome.comparison
    note = comparison.head.side.record.run.note if comparison else ""
    told = [compared_words(outcome), counted_words(comparison) if comparison else "", note and f"note: {note}"]
    blocks: list[Block] = [verdict, *(Line(text, "dim") for text in told if text)]
    blocks += [Line(f"! {text}", "warn") for text in notices(outcome)]
    return [*blocks, *_parts(comparison)] if comparison else blocks


def _parts(comparison: Comparison) -> list[Block]:
    failed = [gate for gate in comparison.gates if not gate.passed]
    blocks: list[Block] = [
        line for gate in failed[:_ROWS] for line in _gate(gate, "?" if gate in comparison.unseen else "✗")
    ]
    if len(failed) > _ROWS:
        blocks.append(Line(f"… and {len(failed) - _ROWS} more: --json has them", "dim"))
    parts = [cut(part, _ROWS) for part in sections(comparison)]
    for part in parts:
        if part.title in (FAILED, UNSEEN) or part.folded:
            continue
        more = [Line(f"… and {part.left_out} more: --json has them", "dim")] if part.left_out else []
        first, *others = part.table.columns
        blocks += [Table([first._replace(title=part.title.lower()), *others], part.table.rows), *more]
    folded = [part.title for part in parts if part.folded]
    return [*blocks, *([Line(f"--md FILE also has: {', '.join(folded)}", "dim")] if folded else [])]


def _gate(gate: GateResult, mark: str) -> list[Block]:
    value, baseline = gate_value(gate, gate.value), gate_value(gate, gate.baseline)
    told = ", ".join(filter(None, [value, f"baseline {baseline}" if baseline else ""]))
    title = f"{mark} {gate_title(gate)}{f': {told}' if told else ''}"
    return [Line(title, "worse", indent=2), Line(f"    {gate.reason}", indent=4)]
