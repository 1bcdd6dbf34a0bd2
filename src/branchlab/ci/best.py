"""The records along the history of the baseline: the best value it ever had of each metric, and how it moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.difference import measured_values
from branchlab.compare.gates import BestEver
from branchlab.compare.inputs import incomparable_because, rule_of
from branchlab.errors import DamagedError
from branchlab.git.ancestry import cut_commits, first_parent_changes, oldest_first_parent
from branchlab.git.objects import read_objects
from branchlab.record.summary import read_record
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Number
    from branchlab.project import Settings
    from branchlab.record.model import Record
    from branchlab.workspace import Workspace


class Past(NamedTuple):
    """A commit of the baseline that changed the record, and what it says."""

    commit: str
    record: Record


class Baseline(NamedTuple):
    """The records of the baseline, newest first; `cut` when a shallow clone lacks the older ones."""

    records: tuple[Past, ...]
    cut: bool = False


def read_baseline(workspace: Workspace, tip: str) -> Baseline:
    """Reads each record along the first parents of `tip`; what is damaged, or of no finished run, is left out."""
    repository = workspace.repository
    commits = first_parent_changes(repository, tip, workspace.record_path)
    found = read_objects(repository, [f"{commit}:{workspace.record_path}" for commit in commits])
    records = []
    for commit, item in zip(commits, found, strict=True):
        record = _readable(item.body) if item and item.kind == "blob" else None
        if record and record.run.status != "failed" and not record.run.merged:
            records.append(Past(commit, record))
    cut = repository.shallow and oldest_first_parent(repository, tip) in cut_commits(repository)
    return Baseline(tuple(records), cut)


def _readable(text: bytes) -> Record | None:
    try:
        return read_record(text)
    except DamagedError:  # what was damaged long ago must not keep a branch of today from being judged
        return None


def best_ever(records: Sequence[Past], head: Record, settings: Settings) -> dict[str, BestEver]:
    """Returns the best value of each metric that has a goal, among those that may be compared with `head`.

    Where none may be, it is the best of all, so that a gate can tell why. Of equal values the oldest counts.
    """
    candidates: dict[str, list[tuple[Number, Past]]] = {}
    # The oldest comes first, and stays first of its equals when `_best` sorts.
    for past in reversed(records):
        for name, measured in measured_values(past.record).items():
            if name in settings.metrics and settings.metrics[name].goal and abs(measured.value) < float("inf"):
                candidates.setdefault(name, []).append((measured.value, past))
    return {name: _best(name, found, head, settings) for name, found in candidates.items()}


def _best(name: str, found: list[tuple[Number, Past]], head: Record, settings: Settings) -> BestEver:
    rule = rule_of(settings, name)
    found.sort(key=lambda pair: pair[0], reverse=rule.goal == "maximize")
    alike = (pair for pair in found if not incomparable_because(head.data, pair[1].record.data, rule))
    value, past = next(alike, found[0])
    return BestEver(value, past.commit, past.record)


def trend_of(records: Sequence[Past], name: str) -> list[Number]:
    """Returns the values of a metric along the baseline, oldest first."""
    return [past.record.metrics[name] for past in reversed(records) if name in past.record.metrics]
