"""Who wins: how often each experiment is better or worse than what it is compared with. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import APART, BETTER, SAME, WORSE
from branchlab_tui.widgets.table.column import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.compare.difference import MetricChange


def verdict_cell(judged: Mapping[str, MetricChange]) -> Cell:
    """Returns `wins 3/3`, `loses 2/3`, `mixed 1/3`: how many of the metrics that can be judged are better.

    Splits and slices do not count: each metric has one vote.
    """
    changes = [change for change in judged.values() if change.name == change.metric]
    counts = {verdict: sum(change.verdict == verdict for change in changes) for verdict in ("better", "worse", "same")}
    # What cannot be compared has no vote.
    better, worse, same = counts.values()
    votes = better + worse + same
    if not votes:
        return Cell(f"{APART} apart", "warn") if changes else Cell("")
    if better and worse:
        return Cell(f"mixed {better}/{votes}", "warn")
    if better:
        return Cell(f"{BETTER} wins {better}/{votes}", "better")
    return Cell(f"{WORSE} loses {worse}/{votes}", "worse") if worse else Cell(f"{SAME} same", "dim")
