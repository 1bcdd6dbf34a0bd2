"""The report of `ci` on a terminal: the verdict first, the gates that failed in full sentences, then what moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.gate_sections import FAILED, UNSEEN, cut, gate_title, gate_value, sections
from branchlab.report.gate_words import compared_words, counted_words, note_words, notices, verdict_words
from branchlab.report.page import Block, Line, render_page
from branchlab.report.table import Table

if TYPE_CHECKING:
    from branchlab.ci.judging import Judged, Outcome
    from branchlab.compare.gates import GateResult
    from branchlab.report.gate_sections import Section
    from branchlab.report.style import Style

_MARKS: dict[str, tuple[str, Style]] = {"pass": ("✓", "better"), "fail": ("✗", "worse"), "unknown": ("?", "warn")}
_ROWS = 20
_SCREEN = 24  # lines of a small terminal


def render_gates(outcome: Outcome, width: int | None, *, colour: bool = False) -> str:
    """Returns the page as text; of a long one the verdict stands below as well, where a terminal ends up."""
    text = render_page(gate_page(outcome), width, colour=colour)
    if text.count("\n") < _SCREEN:
        return text
    return text + "\n" + render_page([_verdict(outcome)], width, colour=colour)


def _verdict(outcome: Outcome) -> Line:
    mark, style = _MARKS[outcome.verdict]
    return Line(f"{mark} {outcome.verdict}: {verdict_words(outcome)}", style)


def gate_page(outcome: Outcome) -> list[Block]:
    """Returns the blocks of the page; what Markdown folds away is named in its last line."""
    judged = outcome.judged
    note = note_words(judged)
    told = [compared_words(outcome), counted_words(judged) if judged else "", note and f"note: {note}"]
    blocks: list[Block] = [_verdict(outcome), *(Line(text, "dim") for text in told if text)]
    blocks += [Line(f"! {text}", "warn") for text in notices(outcome)]
    return [*blocks, *_parts(judged)] if judged else blocks


def _parts(judged: Judged) -> list[Block]:
    blocks: list[Block] = []
    parts = [cut(part, _ROWS) for part in sections(judged)]
    for part in parts:
        if not part.folded:
            blocks += _part(part, judged)
            blocks += [Line(f"… and {part.left_out} more: --json has them", "dim")] if part.left_out else []
    # A terminal folds nothing: what a pull request hides until it is asked for is named here.
    folded = [part.title for part in parts if part.folded]
    return [*blocks, *([Line(f"--md FILE also has: {', '.join(folded)}", "dim")] if folded else [])]


def _part(part: Section, judged: Judged) -> list[Block]:
    """Returns a table under its own heading; of gates that failed sentences, which are never cut."""
    unseen = judged.unseen
    if part.title == UNSEEN:
        return [line for gate in unseen[:_ROWS] for line in _gate(gate, "?")]
    if part.title == FAILED:
        failed = [gate for gate in judged.gates if not gate.passed and gate not in unseen]
        return [line for gate in failed[:_ROWS] for line in _gate(gate, "✗")]
    first, *others = part.table.columns
    return [Table([first._replace(title=part.title.lower()), *others], part.table.rows)]


def _gate(gate: GateResult, mark: str) -> list[Block]:
    value, baseline = gate_value(gate, gate.value), gate_value(gate, gate.baseline)
    told = ", ".join(filter(None, [value, f"baseline {baseline}" if baseline else ""]))
    title = f"{mark} {gate_title(gate)}{f': {told}' if told else ''}"
    return [Line(title, "worse", indent=2), Line(f"    {gate.reason}", indent=4)]
