"""Where a run comes from, as its record says: what its state knows, and what it said itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.record.model import Run
from branchlab.tracking.state import ended_status

if TYPE_CHECKING:
    from branchlab.tracking.reading import Journal
    from branchlab.tracking.state import RunState


def provenance(state: RunState, journal: Journal) -> Run:
    """Returns the provenance of a run as if it had ended now."""
    return Run(
        id=state.id,
        status=ended_status(state, journal.status),
        command=state.command,
        started=state.started,
        seconds=journal.seconds if state.seconds is None else state.seconds,
        seed=journal.seed,
        code=state.code,
        note=journal.note or state.note,
        exit_code=state.exit_code,
        exact=state.exact,
        differs=state.differs,
    )
