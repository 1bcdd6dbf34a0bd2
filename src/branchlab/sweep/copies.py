"""One trial may lie in several places: here, on remotes, in the archive, and as a run that goes on from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.sweep.engine.workers import INTERRUPTED
from branchlab.sweep.space import text_of
from branchlab.sweep.trial import Study
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchlab.sweep.trial import Trial

Identity = tuple[int, str]
_STATUSES = ("stopped", "failed", "running", "pruned", "finished")  # what is told more of stands later


class Copy(NamedTuple):
    """A trial as one place tells it.

    Attributes:
        trial: as it is told there.
        key: what tells it apart from other trials.
        local: whether it is a branch of this repository, which counts more than that of a remote or of the archive.
        stale: commits came after its record, so it may be the beginning of other work.
    """

    trial: Trial
    key: Identity
    local: bool = True
    stale: bool = False


def identity(trial: Trial) -> Identity:
    """Returns what tells trials apart: two people may each have a trial 7 with other values."""
    return trial.number, text_of(trial.values)


def gather(name: str, copies: Iterable[Copy]) -> Study:
    """Returns a study in which each trial counts once: as `furthest` tells it."""
    return study_of(name, furthest(copies))


def study_of(name: str, trials: Mapping[Identity, Trial]) -> Study:
    """Returns a study of trials that are told apart."""
    return Study(name, tuple(sorted(trials.values(), key=lambda trial: (trial.number, trial.branch))))


def furthest(copies: Iterable[Copy]) -> dict[Identity, Trial]:
    """Returns each trial once.

    Of several copies the one that is furthest counts: on the highest rung, then finished before pruned before running,
    then a local one, then the first by name. One that was interrupted, on whatever rung, and one that other work came
    after count only where there is no other.
    """
    best: dict[Identity, Copy] = {}
    for copy in copies:
        known = best.get(copy.key)
        if known is None or _is_further(copy, known):
            best[copy.key] = copy
    return {key: copy.trial for key, copy in best.items()}


def _is_further(copy: Copy, other: Copy) -> bool:
    one, two = _rank(copy), _rank(other)
    return one > two or (one == two and copy.trial.branch < other.trial.branch)


def _rank(copy: Copy) -> tuple[bool, bool, int, int, bool]:
    trial = copy.trial
    interrupted = trial.status == "stopped" and trial.reason == INTERRUPTED
    # before the rung: an interrupted copy has a higher one than that which it went on from, and would hide it
    return not interrupted, not copy.stale, trial.rung, _STATUSES.index(trial.status), copy.local
