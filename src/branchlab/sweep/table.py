"""`[sweep]` of a record: written when a trial is asked for, read back from a row of the catalog."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from branchlab.sweep import trial as keys
from branchlab.sweep.pruning.final import converged
from branchlab.sweep.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Experiment, Number, Scalar
    from branchlab.sweep.plan import Plan
    from branchlab.sweep.trial import Proposal, Table, TrialStatus

REASON_LENGTH = 300  # characters; a row of the catalog carries it
_VALUES = f"{keys.VALUES}."
_SPLITS = "splits"  # `record.search.search_of` adds it


def sweep_table(
    plan: Plan,
    proposal: Proposal,
    number: int,
    batch: int,
    *,
    method: str = "",
    part: str = "",
    rung: int = 0,
    inputs: str = "",
    parent: str = "",
    reused: str = "",
) -> Table:
    """Returns what the record of a trial says of its sweep; what is 0 or empty is left out.

    Args:
        plan: the sweep.
        proposal: what the method asked for.
        number: of the trial, counts from 0.
        batch: which batch asked for it.
        method: what proposed it, where the plan says `auto`.
        part: which share of a divided sweep asked for it, `2/3`.
        rung: of a trial in rungs.
        inputs: what `branchlab.sweep.inputs.inputs_digest` gave.
        parent: commit whose checkpoint it goes on from.
        reused: commit whose record it repeats without running.
    """
    table: Table = {
        keys.NAME: plan.name,
        keys.TRIAL: number,
        keys.VALUES: dict(proposal.values),
        keys.METHOD: method or plan.method,
        keys.MODE: plan.mode,
        keys.SEED: plan.seed,
        keys.BATCH: batch,
    }
    rest = {
        keys.RUNG: rung,
        keys.GENERATION: proposal.generation,
        keys.PART: part,
        keys.INPUTS: inputs,
        keys.PARENT: parent,
        keys.REUSED: reused,
    }
    return table | {key: value for key, value in rest.items() if value}


def ended_early(table: Table, reason: str, *, pruned: bool = True) -> Table:
    """Returns the table of a trial that did not run to its end: pruned by the search, or stopped or failed."""
    short = reason if len(reason) <= REASON_LENGTH else f"{reason[: REASON_LENGTH - 1]}…"
    return {**table, keys.REASON: short, **({keys.PRUNED: True} if pruned else {})}


def trial_of(experiment: Experiment) -> Trial:
    """Reads a trial back from an experiment that is one (`experiment.trial` is not None).

    What is absent or of the wrong type counts as not said.
    """
    search = experiment.search
    return Trial(
        number=experiment.trial or 0,
        values={key.removeprefix(_VALUES): value for key, value in search.items() if key.startswith(_VALUES)},
        status=_status(experiment),
        metrics=_without_splits(experiment.metrics, search),
        best=experiment.best,
        branch=experiment.name,
        commit=experiment.commit,
        run=experiment.run,
        started=experiment.started or "",
        seconds=experiment.seconds or 0.0,
        reason=_text(search, keys.REASON),
        batch=_count(search, keys.BATCH),
        rung=_count(search, keys.RUNG),
        part=_text(search, keys.PART),
        method=_text(search, keys.METHOD),
        inputs=_text(search, keys.INPUTS),
        reused=_text(search, keys.REUSED),
        parent=_text(search, keys.PARENT),
        generation=_count(search, keys.GENERATION),
        author=experiment.author,
    )


def is_repeat(experiment: Experiment) -> bool:
    """Tells whether a run that no branch holds is only one repeat of a trial."""
    return keys.PART_OF_TRIAL in experiment.search


def _status(experiment: Experiment) -> TrialStatus:
    status = experiment.status
    if status == "running":
        return "running"
    # before the status: the run was stopped by a signal, so its record says `stopped`
    if experiment.search.get(keys.PRUNED) is True:
        return "finished" if converged(_text(experiment.search, keys.REASON)) else "pruned"
    if status in ("finished", "unrecorded"):
        return "finished"
    return "stopped" if status == "stopped" else "failed"


def _without_splits(metrics: Mapping[str, Number], search: Mapping[str, Scalar]) -> Mapping[str, Number]:
    """Leaves out the metrics of splits, which stand among the others as `test.accuracy`."""
    try:
        splits = json.loads(_text(search, _SPLITS) or "[]")
    # a row comes from a repository: thousands of brackets are a RecursionError
    except (ValueError, RecursionError):
        splits = []
    places = tuple(f"{split}." for split in splits) if isinstance(splits, list) else ()
    return {name: value for name, value in metrics.items() if not name.startswith(places)} if places else metrics


def _text(search: Mapping[str, Scalar], key: str) -> str:
    value = search.get(key)
    return value if isinstance(value, str) else ""


def _count(search: Mapping[str, Scalar], key: str) -> int:
    value = search.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
