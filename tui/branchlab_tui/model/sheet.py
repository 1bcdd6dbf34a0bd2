"""The experiments of a snapshot by column: computed when first asked for, and carried over to the next snapshot."""

from __future__ import annotations

from itertools import compress
from operator import is_not
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from branchlab_tui.model.rows import RawKeys, RawRows
from branchlab_tui.model.snapshot import row_key

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from branchlab.experiment import Experiment
    from branchlab.project import Settings
    from branchlab.workspace import Workspace
    from branchlab_tui.model.snapshot import Snapshot

    Make = Callable[[Sequence["Experiment"]], list[Any]]

SAMPLE = 200  # rows that decide on widths
_GLANCE = 60  # rows that do until all are read: a screenful
_T = TypeVar("_T")


class Sheet:
    """Lists of what each experiment has, in the order of the snapshot: newest first.

    Attributes:
        experiments: of the snapshot.
        settings: of the project.
        decoded: whether looking at all experiments is cheap; otherwise look at a few only.
    """

    def __init__(self, experiments: Sequence[Experiment], settings: Settings) -> None:
        self.experiments = experiments
        self.settings = settings
        self.decoded = not isinstance(experiments, RawRows)
        self._lists: dict[Hashable, tuple[Make, list[Any]]] = {}
        self._facts: dict[Hashable, Any] = {}
        self._kept: dict[Hashable, Any] = {}
        self._used: set[Hashable] = set()

    def __len__(self) -> int:
        """Returns the number of experiments."""
        return len(self.experiments)

    def column(self, name: Hashable, make: Callable[[Sequence[Experiment]], list[_T]]) -> list[_T]:
        """Returns one item for each experiment.

        Args:
            name: what is kept under this name is not made again.
            make: returns the items of some experiments; each item depends on its experiment and the settings alone.
        """
        self._used.add(name)
        found = self._lists.get(name)
        if found is None:
            found = self._lists[name] = make, make(self.experiments)
        return found[1]

    def fact(self, name: Hashable, find: Callable[[], _T]) -> _T:
        """Returns something about all experiments together; it is found once."""
        if name not in self._facts:
            self._facts[name] = find()
        found: _T = self._facts[name]
        return found

    def kept(self, name: Hashable, choose: Callable[[_T | None], _T]) -> _T:
        """Returns what `choose` makes of what it chose before, also for the experiments of earlier snapshots."""
        found = self._kept[name] = choose(self._kept.get(name))
        return found

    def row_keys(self) -> Sequence[str]:
        """Returns the row keys."""
        if isinstance(self.experiments, RawRows):
            return RawKeys(self.experiments)
        return self.column("keys", lambda ones: [row_key(one) for one in ones])

    def sample(self) -> list[Experiment]:
        """Returns some experiments from everywhere, or the newest where looking at others costs much."""
        if not self.decoded:
            return self.fact("sample", lambda: list(self.experiments[:_GLANCE]))
        return list(self.experiments[:: max(1, -(-len(self.experiments) // SAMPLE))])

    def followed_by(self, experiments: Sequence[Experiment]) -> Sheet:
        """Returns the sheet of the next snapshot: what is about the same experiments is taken over."""
        sheet = Sheet(experiments, self.settings)
        if not (self.decoded and sheet.decoded):
            return sheet
        sheet._kept = dict(self._kept)
        pieces = _pieces(self.experiments, experiments)
        for name, (make, items) in list(self._lists.items()):
            if name in self._used:  # what nobody asked for since the last snapshot is left behind
                sheet._lists[name] = make, _patched(items, make, pieces)
        return sheet


def sheet_of(snapshot: Snapshot) -> Sheet:
    """Returns the sheet of a snapshot; the two newest are kept."""
    workspace = snapshot.workspace
    with _lock:
        ours = [sheet for sheet, of in _last if of is workspace or of == workspace]
        sheet = next((sheet for sheet in ours if sheet.experiments is snapshot.experiments), None)
        if sheet is None and ours:
            sheet = ours[0].followed_by(snapshot.experiments)
        sheet = sheet or Sheet(snapshot.experiments, workspace.settings)
        others = [pair for pair in _last if pair[0] is not sheet and pair[0].decoded]  # text that is decoded is let go
        _last[:] = [(sheet, workspace), *others[:1]]
    return sheet


# The newest first. One thread may prepare a snapshot while another still shows the one before.
_last: list[tuple[Sheet, Workspace]] = []
_lock = Lock()

# A stretch of items that stay, or experiments whose items are new.
_Piece = tuple[int, int, "Sequence[Experiment] | None"]


def _pieces(before: Sequence[Experiment], after: Sequence[Experiment]) -> list[_Piece]:
    """Returns how to put lists of `after` together from stretches of `before` and what is new.

    What differs lies between a common start and a common end; within that, experiments are found again one by one.
    """
    count = min(len(before), len(after))
    start = next(compress(range(count), map(is_not, before, after)), count)
    rest = count - start
    end = next(compress(range(rest), map(is_not, reversed(before), reversed(after))), rest)
    places = {id(one): place for place, one in enumerate(before[start : len(before) - end], start)}
    pieces: list[_Piece] = [(0, start, None)]
    for one in after[start : len(after) - end]:
        place = places.get(id(one), -1)
        if place < 0:
            pieces.append((0, 0, [one]))
        elif pieces[-1][2] is None and pieces[-1][1] == place:
            pieces[-1] = pieces[-1][0], place + 1, None
        else:
            pieces.append((place, place + 1, None))
    pieces.append((len(before) - end, len(before), None))
    return pieces


def _patched(items: list[Any], make: Make, pieces: list[_Piece]) -> list[Any]:
    patched: list[Any] = []
    for start, end, new in pieces:
        patched += items[start:end] if new is None else make(new)
    return patched
