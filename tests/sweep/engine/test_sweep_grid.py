"""`run -S a=1,2` is a small sweep: in slots, with a record of every run, and a study of its own."""

from __future__ import annotations

import json
import re
import signal
from typing import TYPE_CHECKING

from command_line import start
from in_process import call
from swept_project import alive_in, began, make_swept, runs, trials
from waiting import PATIENCE, press_ctrl_c, wait_until

if TYPE_CHECKING:
    import pytest

    from scratch_repository import ScratchRepository


def test_a_grid_is_a_study_of_its_own(repository: ScratchRepository) -> None:
    make_swept(repository)
    repository.write("new.txt", "uncommitted")
    said = call(repository.path, "run", "-S", "lr=0.1,0.2", "-S", "steps=1,2", "-j", "2")
    assert said.code == 0, said.err
    found = trials(repository)
    assert sorted(found) == [f"exp/tune/lr-{lr}-steps-{steps}" for lr in ("0.1", "0.2") for steps in (1, 2)]
    assert len({record.sweep["name"] for record in found.values()}) == 1
    assert [record.sweep["values"] for _, record in sorted(found.items())] == [
        {"lr": lr, "steps": steps} for lr in (0.1, 0.2) for steps in (1, 2)
    ]
    assert all(repository.git("show", f"{name}:new.txt") == "uncommitted" for name in found)
    assert repository.git("for-each-ref", "refs/branchlab/") == ""
    name = next(iter(found.values())).sweep["name"]
    best = json.loads(call(repository.path, "sweep", "best", name, "--json").out)
    assert best[0]["metrics"]["loss"] == 0.1


def test_a_run_of_a_grid_that_fails_is_recorded_and_the_others_run(repository: ScratchRepository) -> None:
    make_swept(repository)
    said = call(repository.path, "run", "-S", "how=fail,well", "--json")
    assert said.code == 1
    assert {row["name"]: (row["status"], row["exit_code"]) for row in json.loads(said.out)} == {
        "exp/tune/how-fail": ("failed", 3),
        "exp/tune/how-well": ("finished", 0),
    }
    assert trials(repository)["exp/tune/how-fail"].sweep["reason"] == "exit code 3: lr 0.5 is bad"
    assert runs(repository) == []


def test_a_killed_grid_leaves_nothing_running(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    make_swept(repository)
    monkeypatch.setenv("PAUSE", "60")
    process = start(repository.path, "run", "-S", "how=slow", "-S", "lr=0.1,0.2", "-j", "2")
    wait_until(lambda: len(began(repository)) == 2)
    process.kill()
    process.wait()
    wait_until(lambda: not alive_in(repository))


def test_ctrl_c_twice_stops_a_grid(repository: ScratchRepository) -> None:
    make_swept(repository)
    process = start(repository.path, "run", "-S", "how=slow", "-S", "lr=0.1,0.2,0.3", "-j", "2")
    wait_until(lambda: len(began(repository)) == 2)
    press_ctrl_c(process, 2)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert alive_in(repository) == []
    assert trials(repository) == {}


def test_what_ctrl_c_stops_in_a_grid_can_be_recorded_though_it_measured_nothing(repository: ScratchRepository) -> None:
    make_swept(repository)
    repository.write("new.txt", "uncommitted")
    script = 'echo some words; touch "$BRANCHLAB_RUN_DIR/began"; exec sleep 60'
    # 0.5 is what the file says, so that run has no code commit of its own
    process = start(repository.path, "run", "-S", "lr=0.5,0.1,0.2", "-j", "2", "--", "sh", "-c", script)
    wait_until(lambda: len(began(repository)) == 2)
    press_ctrl_c(process, 2, group=True)
    said = process.communicate(timeout=PATIENCE)[1].decode()
    assert process.returncode == 130
    kept = runs(repository)
    assert sorted(folder.name for folder in kept) == sorted(re.findall(r"\(signal 2\): run (\S+) is kept", said))
    assert all(f"its log is {folder}/output.log" in said and (folder / "output.log").exists() for folder in kept)
    assert "; 1 of 3 did not begin. hint: branchlab record makes a branch of the newest" in said
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "--quiet", "--prune=now")
    for folder in kept:
        assert call(repository.path, "record", folder.name).code == 0
    found = trials(repository)
    assert {name: record.run.status for name, record in found.items()} == {
        "exp/tune/lr-0.5": "stopped",
        "exp/tune/lr-0.1": "stopped",
    }
    assert all(repository.git("show", f"{name}:new.txt") == "uncommitted" for name in found)
    assert repository.git("for-each-ref", "refs/branchlab/", "refs/archive/") == ""


def test_ctrl_c_once_lets_a_grid_end_and_says_what_did_not_begin(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_swept(repository)
    monkeypatch.setenv("PAUSE", "2")
    process = start(repository.path, "run", "-S", "how=slow", "-S", "lr=0.1,0.2,0.3")
    wait_until(lambda: began(repository))
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=PATIENCE)[1].decode()
    assert process.returncode == 130
    assert said.endswith("error: stopped; 2 of 3 did not begin\n")
    assert [record.run.status for record in trials(repository).values()] == ["finished"]


def test_a_run_of_a_grid_that_was_stopped_by_name_is_recorded_and_needs_no_record(
    repository: ScratchRepository,
) -> None:
    make_swept(repository)
    process = start(repository.path, "run", "-S", "how=slow,well")
    wait_until(lambda: began(repository))
    stopped = call(repository.path, "stop", "how-slow")
    assert stopped.code == 0, stopped.err
    said = process.communicate(timeout=PATIENCE)[1].decode()
    assert process.returncode == 130
    assert re.search(r"^exp/tune/how-slow has ended after \S+, and is recorded$", stopped.err, re.MULTILINE)
    assert said.endswith("error: stopped; what was logged is kept\n")
    assert trials(repository)["exp/tune/how-slow"].run.status == "stopped"
