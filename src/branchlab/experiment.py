"""One row of the catalog: what is known about an experiment without opening anything else.

Shared data types are `NamedTuple`s: as frozen as a dataclass, and importing `dataclasses` alone costs 17 ms,
a quarter of a whole `branchlab diff` (docs/design/0003-start-up.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Scalar = str | int | float | bool | None
Number = int | float
Status = Literal["finished", "failed", "stopped", "running", "unrecorded", "damaged"]

STATUSES: tuple[Status, ...] = ("finished", "failed", "stopped", "running", "unrecorded", "damaged")


class Experiment(NamedTuple):
    """An experiment or a run that is not recorded yet, with nested names flattened by dots.

    Attributes:
        name: the branch without `refs/heads/`, or the name a live run will get.
        commit: full object id of the branch's tip; None while the run is not recorded.
        status: how the run ended, or that it has not, or that its record cannot be read.
        started: ISO 8601 with a `Z`, UTC.
        seconds: wall time of the run.
        author: name of the author of the tip.
        note: hypothesis or remark.
        params: resolved parameters as the run saw them.
        metrics: the summary value of each metric.
        best: the best value of each metric that has a history and a goal.
        run: id of the run.
        seed: the seed that the run declared.
        data: digest of each input by its path; measured values are comparable only where these are equal.
        stale: commits came after the one that holds this record, so the code may not be what ran.
        problem: why the record is damaged, else empty.
        sweep: name of the search that the run is a trial of, empty when of none.
        trial: its number there, counts from 0.
        search: what else is known of the trial, such as `values.lr` and `batch`; `branchlab.sweep.study` reads it.
    """

    name: str
    commit: str | None
    status: Status
    started: str | None = None
    seconds: float | None = None
    author: str = ""
    note: str = ""
    params: Mapping[str, Scalar] = {}
    metrics: Mapping[str, Number] = {}
    best: Mapping[str, Number] = {}
    run: str = ""
    seed: int | None = None
    data: Mapping[str, str] = {}
    stale: bool = False
    problem: str = ""
    sweep: str = ""
    trial: int | None = None
    search: Mapping[str, Scalar] = {}
