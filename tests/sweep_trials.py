"""Puts trials of a sweep into a real repository, on branches and as runs that no branch holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from branchlab.tracking.state import RunState, write_state
from branchlab.workspace import open_workspace
from experiment_branches import put_experiment, state_folder
from record_strategies import example, run_example

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.record.model import Record
    from branchlab.workspace import Workspace
    from scratch_repository import ScratchRepository

WIDE = "wide"


def table(number: int, lr: float = 0.1, **more: Any) -> dict[str, Any]:
    """Returns `[sweep]` of a trial."""
    values = {"lr": lr, "model.depth": 2}
    return {"name": WIDE, "trial": number, "values": values, "method": "tpe", "mode": "batch", "seed": 1, **more}


def trial_record(number: int, lr: float = 0.1, *, status: str = "finished", run: str = "", **more: Any) -> Record:
    """Returns the record of a trial."""
    shown = run or f"run-{number}-{lr}-{more.get('rung', 0)}"
    return example(run=run_example(id=shown, status=status), sweep=table(number, lr, **more))


def branch_of(number: int, lr: float = 0.1) -> str:
    """Returns the branch of a trial."""
    return f"exp/tune/{WIDE}-{number:04d}-{lr}"


def put_trial(repository: ScratchRepository, number: int, lr: float = 0.1, *, ref: str = "", **more: Any) -> str:
    """Makes the branch of a trial, or another ref of it, and returns its commit."""
    return put_experiment(repository, branch_of(number, lr), trial_record(number, lr, **more), ref=ref)


def put_live(repository: ScratchRepository, run: str, number: int, lr: float = 0.1, **more: Any) -> Path:
    """Makes the folder of a run that is not recorded; `state` is what state.json says of it."""
    state: dict[str, Any] = more.pop("state", {})
    folder = state_folder(repository) / "runs" / run
    folder.mkdir(parents=True)
    fields = {"id": run, "project": os.path.realpath(repository.path), "name": branch_of(number, lr)}
    write_state(str(folder), RunState(**{**fields, "sweep": table(number, lr, **more), **state}))
    (folder / "journal.jsonl").write_text('{"k":"start","t":0}\n{"k":"log","s":1,"t":2.5,"m":{"accuracy":0.5}}\n')
    return folder


def workspace_of(repository: ScratchRepository) -> Workspace:
    """Opens the project of a repository."""
    return open_workspace(str(repository.path))
