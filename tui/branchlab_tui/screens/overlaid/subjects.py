"""Which experiments a view lays over each other, and what each of them is called there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.model.snapshot import row_key, run_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState

MOST = 24  # lines that can still be told apart: eight colours with three marks each
_ID_SHOWN = 6  # the random end of a run's id


class Subject(NamedTuple):
    """One experiment of the picture.

    Attributes:
        key: its row key.
        label: its name; of runs that share a name with the end of their id. It decides the colour, so that a run
            keeps its colour when it becomes a branch.
        experiment: the newest that is known of it.
        ghost: whether it stands there for comparison only, as the baseline does that nobody marked.
    """

    key: str
    label: str
    experiment: Experiment
    ghost: bool = False


class Subjects(NamedTuple):
    """The experiments of the picture in the order they were marked, the ghost last.

    Attributes:
        shown: at most `MOST` and the ghost.
        gone: row keys of those that no longer exist.
        left_out: how many there were too many.
    """

    shown: tuple[Subject, ...] = ()
    gone: tuple[str, ...] = ()
    left_out: int = 0


def find_subjects(snapshot: Snapshot, state: TableState, keys: Sequence[str], *, ghost: bool = True) -> Subjects:
    """Returns the experiments with these row keys, and the baseline as a ghost unless it is one of them."""
    found = {key: one for key in dict.fromkeys(keys) if (one := snapshot.find(key))}
    gone = tuple(key for key in dict.fromkeys(keys) if key not in found)
    taken = dict(list(found.items())[:MOST])
    base = baseline_key(snapshot, state)
    # Also one that was left out is no ghost: it was marked.
    behind = snapshot.find(base) if ghost and base and base not in found else None
    everyone = {**taken, base: behind} if behind else taken
    labels = _labels([*everyone.values()])
    shown = tuple(
        Subject(key, label, one, ghost=behind is one)
        for (key, one), label in zip(everyone.items(), labels, strict=True)
    )
    return Subjects(shown, gone, len(found) - len(taken))


def follow_recorded(snapshot: Snapshot, keys: Sequence[str]) -> tuple[str, ...]:
    """Returns row keys with those of runs that were recorded since replaced by their branches."""
    gone = {key: run for key in keys if (run := run_of(key)) and not snapshot.find(key)}
    became = snapshot.became(gone.values())
    return tuple(row_key(became[gone[key]]) if gone.get(key) in became else key for key in keys)


def baseline_key(snapshot: Snapshot, state: TableState) -> str:
    """Returns the row key of what everything is compared with; empty when there is no such thing."""
    if state.baseline:
        return state.baseline
    return row_key(snapshot.baseline) if snapshot.baseline else ""


def _labels(experiments: Sequence[Experiment]) -> list[str]:
    names = Counter(one.name for one in experiments)
    return [
        f"{one.name or one.run} ({one.run[-_ID_SHOWN:]})" if not one.name or names[one.name] > 1 else one.name
        for one in experiments
    ]
