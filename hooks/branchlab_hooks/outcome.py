"""Records the chosen run, and says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import format_number, safe_text, some_of
from branchlab_hooks.recording import add_record
from branchlab_hooks.staged import may_be_empty

if TYPE_CHECKING:
    from branchlab.record.model import Record
    from branchlab_hooks.choice import Chosen
    from branchlab_hooks.staged import Staged

_METRICS = 4
_PATHS = 5


def outcome_lines(chosen: Chosen, staged: Staged) -> list[str]:
    """Adds the record of a run to the commit being made and returns what there is to say, a line each.

    git looks at what is staged before it takes up what a hook adds, so a commit of nothing else is not made.
    """
    run = chosen.state.id
    if staged.tree == staged.head_tree and not may_be_empty():
        return [f"branchlab: run {run} waits for a commit. hint: git commit --allow-empty, or branchlab record {run}"]
    added = add_record(chosen, staged)
    record = added.record
    metrics = ", ".join(
        f"{safe_text(name)} {format_number(value)}" for name, value in _shown(chosen, record)[:_METRICS]
    )
    lines = [f"branchlab: run {run} is recorded with this commit{f': {metrics}' if metrics else ''}"]
    lines += _difference(record)
    return [*lines, *(f"branchlab: {warning}" for warning in added.warnings)]


def failure_lines(error: Exception) -> list[str]:
    """Says why no run is recorded."""
    from branchlab.faults import error_of

    known = error_of(error)
    what = known.message.split("\n")[0]
    hint = f"; {known.hint}" if known.hint else ""
    return [f"branchlab: this commit records no run: {what}. hint: the run is kept for the next commit{hint}"]


def _shown(chosen: Chosen, record: Record) -> list[tuple[str, float]]:
    """Returns the metrics with a goal first."""
    rules = chosen.workspace.settings.metrics
    # Sorting is stable: within each half the metrics stay in the order of the record.
    return sorted(record.metrics.items(), key=lambda item: item[0] not in rules or rules[item[0]].goal is None)


def _difference(record: Record) -> list[str]:
    """Says in how far the commit is not what ran, and how to measure it."""
    run = record.run
    if run.exact:
        return []
    import shlex

    again = safe_text(f"branchlab run -- {shlex.join(run.command)}" if run.command else "branchlab run")
    if not run.differs:
        what = "what ran was not captured, so the record says that its code may differ"
    else:
        what = f"this commit is not what ran, and the record says so: {some_of(run.differs, _PATHS)}"
    return [f"branchlab: {what}. hint: {again} measures this code"]
