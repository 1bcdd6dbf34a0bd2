"""Runs that no branch holds yet: how they are listed, and what they are called by."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from branchlab.running.called import runs_called
from branchlab.tracking.state import RunState, hold_lock, release_lock, write_state
from branchlab.workspace import open_workspace
from experiment_branches import names, numbered, put_experiment, read, read_json, state_folder

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

NAME = "exp/model/wider"


def put_run(repository: ScratchRepository, run: str, **state: object) -> Path:
    folder = state_folder(repository) / "runs" / run
    folder.mkdir(parents=True)
    fields = {"project": os.path.realpath(repository.path), "started": "2026-12-01T00:00:00Z", "name": "exp/model/live"}
    write_state(str(folder), RunState(**{"id": run, **fields, **state}))  # type: ignore[arg-type]
    log = '{"k":"start","t":0,"params":{"lr":0.1},"seed":7}\n{"k":"log","s":1,"t":2.5,"m":{"accuracy":0.5}}\n'
    (folder / "journal.jsonl").write_text(log)
    return folder


def test_a_run_is_running_while_its_lock_is_held(repository: ScratchRepository) -> None:
    put_experiment(repository, NAME)
    folder = put_run(repository, "run-live")
    lock = hold_lock(str(folder))
    assert lock is not None
    found = read(repository).experiments[0]
    assert (found.name, found.commit, found.status, found.run) == ("exp/model/live", None, "running", "run-live")
    assert (found.params, found.metrics, found.seconds, found.seed) == ({"lr": 0.1}, {"accuracy": 0.5}, 2.5, 7)
    assert [row["status"] for row in read_json(repository)] == ["running", "finished"]
    release_lock(lock)
    assert read(repository).experiments[0].status == "failed"


@pytest.mark.parametrize(("said", "shown"), [("finished", "unrecorded"), ("failed", "failed"), ("stopped", "stopped")])
def test_a_run_that_ended_stays_listed_until_a_branch_holds_it(
    repository: ScratchRepository, said: str, shown: str
) -> None:
    put_run(repository, "run-1", status=said)
    assert [one.status for one in read(repository).experiments] == [shown]
    assert [row["status"] for row in read_json(repository)] == [shown]
    put_experiment(repository, NAME, numbered(1))
    assert names(read(repository)) == [NAME]
    assert [row["name"] for row in read_json(repository)] == [NAME]


def test_runs_of_another_project_and_broken_run_folders_are_left_out(repository: ScratchRepository) -> None:
    repository.commit(**{"sub/branchlab.toml": ""})
    root = os.path.realpath(repository.path)
    put_run(repository, "run-top")
    put_run(repository, "run-sub", project=f"{root}/sub")
    put_run(repository, "run-elsewhere", project="/somewhere/linked/sub")
    broken = state_folder(repository) / "runs" / "run-broken"
    broken.mkdir()
    (broken / "state.json").write_text("{torn")
    assert [one.run for one in read(repository, "sub").experiments] == ["run-elsewhere", "run-sub"]
    assert "run-top" in [one.run for one in read(repository).experiments]
    assert "run-sub" not in [one.run for one in read(repository).experiments]


def test_a_run_is_called_by_its_id_or_by_the_name_that_the_table_shows(repository: ScratchRepository) -> None:
    put_run(repository, "run-named", name="exp/model/wide")
    put_run(repository, "run-by-hand", name="", branch="main")
    workspace = open_workspace(str(repository.path))
    called = {name: runs_called(workspace, name) for name in ("run-n", "run", "wide", "exp/model/wide", "main", "ide")}
    assert called == {
        "run-n": ["run-named"],
        "run": ["run-by-hand", "run-named"],
        "wide": ["run-named"],
        "exp/model/wide": ["run-named"],
        "main": ["run-by-hand"],
        "ide": [],
    }


def test_no_name_calls_no_run_and_none_of_another_project(repository: ScratchRepository) -> None:
    repository.commit(**{"sub/branchlab.toml": ""})
    put_run(repository, "run-top", name="exp/model/wide")
    broken = state_folder(repository) / "runs" / "broken"
    broken.mkdir()
    (broken / "state.json").write_text("{torn")
    inside, top = (open_workspace(str(repository.path / folder)) for folder in ("sub", "."))
    assert runs_called(top, "wide") == ["run-top"]
    assert runs_called(inside, "wide") == runs_called(inside, "run-top") == runs_called(top, "") == []
    assert runs_called(inside, "broken") == ["broken"]
