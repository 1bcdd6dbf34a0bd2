"""What the line above the table says. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import format_duration, safe_text
from branchlab_tui.widgets.status_line.layout import Fact

if TYPE_CHECKING:
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState
    from branchlab_tui.model.view import Arranged
    from branchlab_tui.widgets.table.column import Column

_DELTAS = {"value": "", "both": "with Δ", "delta": "Δ", "percent": "Δ %"}


def filter_fact(state: TableState, *, problem: bool) -> Fact:
    """Returns what is filtered, or how to."""
    if not state.query:
        return Fact("/ filter", "dim", action="filter")
    return Fact(
        f"{'✗' if problem else '⌕'} {safe_text(state.query)}", "problem" if problem else "filter", action="filter"
    )


def facts(
    snapshot: Snapshot,
    state: TableState,
    arranged: Arranged,
    marked: tuple[int, int],
    *,
    stale_order: bool,
    stale_for: float | None,
    framed: bool = False,
) -> list[Fact]:
    """Returns what else there is to say, in order.

    Args:
        snapshot: what is shown.
        state: how.
        arranged: what came of it.
        marked: number of marked experiments, and how many of them no line shows.
        stale_order: whether live rows would stand elsewhere by now.
        stale_for: seconds since reading began to fail; None while it does not.
        framed: whether a frame round the table says in which order it is.
    """
    # Problems first, as they are read from the left. Of what has a number the highest goes first.
    every = [
        Fact(
            f"! stale for {format_duration(stale_for)} · R" if stale_for is not None else "",
            "problem",
            action="sort_again",
        ),
        Fact("reading…" if not snapshot.complete else "", "dim", 1),
        Fact("order stale · R" if stale_order else "", "warn", 1, "sort_again"),
        count_fact(state, arranged),
        Fact(_marked_words(*marked), "bold", 1),
        Fact(_baseline(snapshot, state), "", 6, "delta"),
        # A frame has the same words in its border.
        Fact("" if framed else order_words(state, arranged.columns), "", 4),
        Fact("◆ front" if state.front else "", "", 2, "front"),
        Fact(_DELTAS[state.delta], "", 5, "delta"),
        Fact("= changed" if state.only_changed else "", "", 5, "only_changed"),
    ]
    return [fact for fact in every if fact.text]


def count_fact(state: TableState, arranged: Arranged) -> Fact:
    """Returns how many experiments are shown, of how many."""
    if state.query or state.front:
        return Fact(f"{arranged.matched:,}/{arranged.total:,}", "bold")
    return Fact(f"{arranged.total:,} experiment{'' if arranged.total == 1 else 's'}", "")


def order_words(state: TableState, columns: tuple[Column, ...]) -> str:
    """Returns how the rows are sorted and grouped."""
    titles = {column.key: column.title for column in columns}
    words = [
        f"{titles.get(key, safe_text(_last_part(key)))}{' turned' if turned else ''}" for key, turned in state.sort
    ]
    order = f"sorted by {', '.join(words)}" if words else "newest first"
    return f"{order} · grouped by {safe_text(_last_part(state.group))}" if state.group else order


def _marked_words(count: int, hidden: int) -> str:
    return f"● {count} marked{f', {hidden} hidden' if hidden else ''}" if count else ""


def _baseline(snapshot: Snapshot, state: TableState) -> str:
    pinned = snapshot.find(state.baseline) if state.baseline else None
    baseline = pinned or snapshot.baseline
    return f"⌂ {safe_text(baseline.name)}" if baseline else ""


def _last_part(key: str) -> str:
    return key.partition(".")[2] or key
