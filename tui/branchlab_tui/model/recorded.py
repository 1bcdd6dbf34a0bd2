"""The recorded experiments of a project, brought to where its branches are by now."""

from __future__ import annotations

import time
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from branchlab.catalog.answer import ROW_END
from branchlab.catalog.catalog import find_edits, kept_answer, make_answer
from branchlab.catalog.row import decode_experiments
from branchlab_tui.model.baseline import find_baseline, read_tip
from branchlab_tui.model.rows import row_starts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.catalog.answer import Answer
    from branchlab.catalog.catalog import Edits
    from branchlab.catalog.tips import Tip
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace

_SLICE = 64  # rows that are decoded before other threads get their turn; about a millisecond


class Recorded:
    """What branches hold. An experiment whose commit stays the same stays the same object.

    Attributes:
        experiments: newest first; a new list whenever anything in it is new.
        runs: the ids of their runs.
        baseline: what the tip of the baseline recorded, None when it recorded nothing.
    """

    def __init__(self) -> None:
        self.experiments: list[Experiment] = []
        self.runs: frozenset[str] = frozenset()
        self.baseline: Experiment | None = None
        self._pool: dict[Any, Any] = {}
        self._refs: bytes | None = None
        self._tip: Tip | None = None

    def forget(self) -> None:
        """Takes nothing as known, as after other settings; experiments that are the same stay the same objects."""
        self._refs = self._tip = None

    def take(self, workspace: Workspace, refs: bytes, kept: Answer | None = None, *, anew: bool = False) -> bool:
        """Reads what differs from the refs of last time and says whether anything does.

        Args:
            workspace: the project.
            refs: what `finish_listing` gave.
            kept: what was answered last time, where that is read already.
            anew: read all of it, whatever is kept.

        Raises:
            EnvironmentProblemError: when git cannot be started.
        """
        if refs == self._refs and not anew:
            return False
        edits = find_edits(workspace, self._refs, refs) if self._refs and not anew else None
        if edits:
            self.experiments = self._edited(self.experiments, edits)
        elif anew:
            self.experiments = self._decode(make_answer(workspace, refs).rows)
        else:
            self.experiments = self._read(workspace, refs, kept or kept_answer(workspace))
        self.runs = frozenset([one.run for one in self.experiments])
        tip = find_baseline(workspace, refs)
        if tip != self._tip or anew:
            self._tip, self.baseline = tip, read_tip(workspace, tip) if tip else None
        self._refs = refs
        return True

    def _read(self, workspace: Workspace, refs: bytes, kept: Answer | None) -> list[Experiment]:
        if kept and kept.refs == refs:
            return self._decode(kept.rows)
        edits = find_edits(workspace, kept.refs, refs) if kept else None
        if kept and edits:
            return self._edited(self._decode(kept.rows), edits)
        return self._decode(make_answer(workspace, refs).rows)

    def _decode(self, rows: bytes) -> list[Experiment]:
        """Decodes all rows in slices, so that the program stays quick meanwhile."""
        known = {(one.name, one.commit): one for one in self.experiments}
        starts = row_starts(rows)
        found: list[Experiment] = []
        for first in range(0, len(starts) - 1, _SLICE):
            end = starts[min(first + _SLICE, len(starts) - 1)]
            found += decode_experiments(rows[starts[first] : end - len(ROW_END)], self._pool)
            # Gives the interpreter to the thread that draws: decoding JSON holds on to it.
            time.sleep(0)
        return [_same(known.get((one.name, one.commit)), one) for one in found] if known else found

    def _edited(self, experiments: list[Experiment], edits: Edits) -> list[Experiment]:
        gone = {(name, commit.decode()) for name, commit in edits.gone}
        kept = [one for one in experiments if (one.name, one.commit) not in gone]
        kept += decode_experiments(ROW_END.join(edits.new), self._pool)
        # Sorting is stable: what started at one time stands by name, as in the catalog.
        kept.sort(key=attrgetter("name"))
        return newest_first(kept)


def newest_first(experiments: Iterable[Experiment]) -> list[Experiment]:
    """Returns experiments in the order of the catalog."""
    return sorted(experiments, key=lambda one: one.started or "", reverse=True)


def _same(known: Experiment | None, new: Experiment) -> Experiment:
    """Returns the object that is known where nothing differs: what git could not read may be readable by now."""
    return known if known is not None and known == new else new
