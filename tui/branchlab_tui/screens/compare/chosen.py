"""Which experiments stand side by side, and which of them the others are compared with. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.screens.diff.pair import name_of_key
from branchlab_tui.screens.overlaid.subjects import baseline_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState

MOST = 100  # experiments side by side


class Chosen(NamedTuple):
    """The columns of a comparison.

    Attributes:
        ones: the experiments in the order they were chosen; the baseline comes first unless it was chosen.
        reference: row key of what the others are compared with.
        gone: names of those that are not there any more.
        left_out: how many there were too many.
    """

    ones: tuple[Experiment, ...] = ()
    reference: str = ""
    gone: tuple[str, ...] = ()
    left_out: int = 0


def choose_columns(
    snapshot: Snapshot, state: TableState, keys: Sequence[str], *, dropped: Collection[str] = (), reference: str = ""
) -> Chosen:
    """Returns what was chosen and is still there, with the baseline.

    Args:
        snapshot: the newest look at the repository.
        state: says which baseline is pinned.
        keys: row keys that were chosen.
        dropped: row keys that were left out since then.
        reference: row key that the user compares with; empty for the baseline.
    """
    base = baseline_key(snapshot, state)
    # A dictionary keeps the order and each key once: a run and its branch may both be in `keys`.
    wanted = dict.fromkeys([*([] if not base or base in keys else [base]), *keys])
    found: dict[str, Experiment] = {}
    gone = []
    for key in wanted:
        one = snapshot.follow(key)
        if one is None:
            gone.append(name_of_key(key))
        elif row_key(one) not in dropped:
            # By today's key: two keys of before may lead to one experiment.
            found[row_key(one)] = one
    ones = tuple(found.values())
    against = next((key for key in (reference, base) if key in found), next(iter(found), ""))
    return Chosen(ones[:MOST], against, tuple(gone), max(len(ones) - MOST, 0))


def labels_of(ones: Sequence[Experiment]) -> list[str]:
    """Returns the whole name of each experiment, which decides its colour; runs may share one."""
    names = [one.name or one.run for one in ones]
    return [
        f"{name} ({one.run[-6:]})" if names.count(name) > 1 else name for name, one in zip(names, ones, strict=True)
    ]


def names_of(ones: Sequence[Experiment]) -> list[str]:
    """Returns a name for each experiment that no other has: as short as that allows, as harmless text."""
    from branchlab.report.values import short_names

    full = [one.name or one.run for one in ones]
    names = [safe_text(name) for name in short_names(full)]
    return [
        f"{name} ({one.run[-6:]})" if names.count(name) > 1 else name for name, one in zip(names, ones, strict=True)
    ]
