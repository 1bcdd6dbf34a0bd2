"""A trial as a record tells it, and what a method needs to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Number, Scalar

TrialStatus = Literal["running", "finished", "pruned", "failed", "stopped"]

# Keys of `[sweep]` in a record and of `sweep` in state.json.
NAME, TRIAL, VALUES, METHOD, MODE, SEED = "name", "trial", "values", "method", "mode", "seed"
BATCH, RUNG, PART, REASON, PRUNED = "batch", "rung", "part", "reason", "pruned"
INPUTS, REUSED, PARENT, GENERATION = "inputs", "reused", "parent", "generation"
BASE = "base"  # commit that all trials of a sweep stand on
PART_OF_TRIAL = "part_of_trial"  # in state.json of a run that is one repeat of a trial: its split, such as `seed-1`


class Trial(NamedTuple):
    """One trial of a study.

    Attributes:
        number: counts from 0, which is the reference.
        values: of the parameters of the space that were active.
        status: `pruned` was ended early with a reason, `stopped` by a person.
        metrics: summary values; without those of splits.
        best: best values of the metrics with a curve.
        branch: its experiment, `origin/exp/…` where only a remote has it; a live one will get the name.
        commit: full id of the tip; None while it runs.
        run: id of the run.
        started: ISO 8601, UTC.
        seconds: wall time.
        reason: why it was pruned, or failed.
        batch: which batch asked for it.
        rung: of a trial in rungs, counts from 0.
        part: which share of a divided sweep asked for it, `2/3`; empty for the whole.
        method: what proposed it.
        inputs: digest of code, parameters, data, seed and command.
        reused: commit whose record this one repeats, empty when it ran.
        parent: commit whose checkpoint it went on from, empty when it began anew.
        generation: of population based training.
        author: who recorded it.
    """

    number: int
    values: Mapping[str, Scalar]
    status: TrialStatus
    metrics: Mapping[str, Number] = {}
    best: Mapping[str, Number] = {}
    branch: str = ""
    commit: str | None = None
    run: str = ""
    started: str = ""
    seconds: float = 0.0
    reason: str = ""
    batch: int = 0
    rung: int = 0
    part: str = ""
    method: str = ""
    inputs: str = ""
    reused: str = ""
    parent: str = ""
    generation: int = 0
    author: str = ""


class Study(NamedTuple):
    """All trials of one sweep, by number and then by branch; rebuilt from records each time."""

    name: str
    trials: tuple[Trial, ...] = ()


class Told(NamedTuple):
    """A trial as a method sees it.

    Attributes:
        number: of the trial.
        values: of its active parameters.
        losses: one per objective, smaller is better; None when it has none (failed, NaN, still running).
        violations: one per constraint, feasible when at most 0.
        state: `pruned` ones have the losses that they had reached.
    """

    number: int
    values: Mapping[str, Scalar]
    losses: tuple[float, ...] | None
    violations: tuple[float, ...] = ()
    state: Literal["complete", "pruned", "failed", "running"] = "complete"


class Proposal(NamedTuple):
    """What a method asks for.

    Attributes:
        values: of the parameters that are active.
        origin: number of the trial whose checkpoint it goes on from (population based training), else None.
        generation: of population based training.
    """

    values: Mapping[str, Scalar]
    origin: int | None = None
    generation: int = 0


Table = dict[str, Any]  # `[sweep]` of a record
