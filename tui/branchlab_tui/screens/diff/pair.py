"""Which two experiments a difference is about. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.model.snapshot import row_key, run_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState


class Pair(NamedTuple):
    """A is judged against B.

    Attributes:
        a: what is judged; None where `problem` says why.
        b: what it is judged against; None for the baseline where A left it.
        problem: why there is nothing to show, as harmless text.
        hint: what to do about it.
        more: how many more experiments were chosen.
    """

    a: Experiment | None = None
    b: Experiment | None = None
    problem: str = ""
    hint: str = ""
    more: int = 0


def choose_pair(snapshot: Snapshot, state: TableState, keys: Sequence[str]) -> Pair:
    """Returns the first two of what was chosen, or one and what it is compared with."""
    if not keys:
        return Pair(
            problem="no experiment is chosen", hint="1 goes to the table: put the cursor on one, or mark two, then D"
        )
    found = [(key, snapshot.follow(key)) for key in keys[:2]]
    gone = [key for key, one in found if one is None]
    if gone:
        return Pair(problem=f"{name_of_key(gone[0])} is not there any more", hint="q goes back; z undoes a delete")
    a, *rest = (one for _, one in found if one is not None)
    if rest:
        return Pair(a, rest[0], more=len(keys) - 2)
    return _against_baseline(snapshot, state, a)


def _against_baseline(snapshot: Snapshot, state: TableState, a: Experiment) -> Pair:
    key = row_key(a)
    if state.baseline and state.baseline != key:
        pinned = snapshot.follow(state.baseline)
        if pinned is not None:
            return Pair(a, pinned)
    base = snapshot.baseline
    if state.baseline == key or (base is not None and row_key(base) == key):
        hint = "mark two experiments in the table (1), or put the cursor on another one, then D"
        return Pair(problem=f"{safe_text(a.name)} is the baseline itself", hint=hint)
    # B stays open: the reading finds the baseline, and where A left it.
    return Pair(a)


def name_of_key(key: str) -> str:
    """Returns a row key as people read it."""
    return safe_text(run_of(key) or key)
