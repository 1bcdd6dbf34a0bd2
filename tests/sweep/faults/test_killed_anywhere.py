"""kill -9 of the engine at chosen moments, of its helpers and of commands, and damage to what it left."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from command_line import fingerprint, start
from in_process import call
from swept_project import PARAMS, RANDOM, alive_in, began, make_swept, runs, state_of, trials
from waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

# Runs `sweep` and dies at the n-th call of a function, before or after it.
DIES = """\
import os, shutil, signal, sys
from branchlab.cli.main import entry
from branchlab.git.session import GitSession
name, when, at = sys.argv.pop(1).split(":")
place = {"rmtree": shutil, "replace": os}.get(name, GitSession)
real, left = getattr(place, name), [int(at)]
def dying(*given, **named):
    left[0] -= 1
    if not left[0] and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    found = real(*given, **named)
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return found
setattr(place, name, dying)
entry()
"""
REPEATS = """\
[repeats]
parameter = "seed"
values = [1, 2]
"""
SMALL = RANDOM.replace("trials = 5", "trials = 3")
SLOW = PARAMS.replace("well", "slow")


def die(repository: ScratchRepository, moment: str, *line: str) -> None:
    """Runs a sweep that is killed at a moment."""
    done = subprocess.run(
        [sys.executable, "-c", DIES, moment, "sweep", *line],
        cwd=repository.path,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == -9, done.stderr


def is_whole(repository: ScratchRepository, count: int) -> None:
    """Every trial is there once, git finds nothing wrong, nothing runs, and nothing is left after one fix."""
    said = call(repository.path, "sweep", "show", "sweep", "--json")
    assert sorted(trial["trial"] for trial in json.loads(said.out)) == list(range(count))
    assert {trial["status"] for trial in json.loads(said.out)} == {"finished"}
    assert len(trials(repository)) == count
    assert repository.git("fsck", "--full", "--strict", "--no-dangling") == ""
    assert alive_in(repository) == []
    call(repository.path, "doctor", "--fix")
    assert "+ " not in call(repository.path, "doctor").out
    assert runs(repository) == []


MOMENTS = ("create_ref:before:2", "create_ref:after:3", "replace:after:5")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sweep_that_dies_at_a_moment_goes_on_as_if_it_had_not(repository: ScratchRepository, moment: str) -> None:
    make_swept(repository, SMALL)
    before = fingerprint(repository)
    die(repository, moment, "run")
    assert call(repository.path, "sweep", "resume").code == 0
    is_whole(repository, 3)
    assert fingerprint(repository) == before


def test_repeats_of_a_trial_that_was_recorded_as_the_engine_died_go_away(repository: ScratchRepository) -> None:
    make_swept(repository, SMALL + REPEATS)
    die(repository, "create_ref:after:2", "run")  # the code of the second repeat, then the branch
    assert len(trials(repository)) == 1
    assert len(runs(repository)) == 2
    assert call(repository.path, "sweep", "resume").code == 0
    assert runs(repository) == []
    is_whole(repository, 3)


def test_a_run_that_was_put_into_the_archive_as_the_engine_died_lies_there_once(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAUSE", "60")
    make_swept(repository, SMALL, **{"params.toml": SLOW})
    process = start(repository.path, "sweep", "run")
    wait_until(lambda: began(repository))
    process.kill()
    process.communicate()
    die(repository, "create_ref:after:1", "resume")
    monkeypatch.setenv("PAUSE", "0")
    assert call(repository.path, "sweep", "resume").code == 0
    assert len(trials(repository, "refs/archive/")) == 1
    is_whole(repository, 3)


def killed_in_the_middle(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Kills a sweep while a command runs, and returns its run folder."""
    monkeypatch.setenv("PAUSE", "60")
    make_swept(repository, SMALL, **{"params.toml": SLOW})
    process = start(repository.path, "sweep", "run")
    wait_until(lambda: began(repository))
    process.kill()
    process.communicate()
    wait_until(lambda: not alive_in(repository))
    monkeypatch.setenv("PAUSE", "0")
    return began(repository)[0]


def test_a_torn_state_costs_one_run_and_no_trial(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = killed_in_the_middle(repository, monkeypatch)
    (folder / "state.json").write_text('{"id": "')
    assert call(repository.path, "sweep", "resume").code == 0
    is_whole(repository, 3)


def test_a_damaged_record_in_a_run_folder_is_made_anew(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = killed_in_the_middle(repository, monkeypatch)
    state = state_of(folder)
    (folder / "state.json").write_text(json.dumps({**state, "status": "finished", "seconds": 1.0, "exit_code": 0}))
    (folder / "journal.jsonl").open("ab").write(b'{"k":"log","s":1,"t":0.1,"m":{"lo')
    head = {"files": {"metrics.toml": 8}, "removed": [], "warnings": [], "crc": 0}
    (folder / "harvest").write_bytes(json.dumps(head).encode() + b"\nschema =")
    assert call(repository.path, "sweep", "resume").code == 0
    (record,) = [record for record in trials(repository).values() if record.run.id == folder.name]
    assert record.metrics == {"loss": 0.5}
    is_whole(repository, 3)


def test_helpers_that_are_killed_are_replaced_or_the_sweep_ends_with_one_line(repository: ScratchRepository) -> None:
    make_swept(repository, SMALL.replace("trials = 3", "trials = 8"))
    chance = random.Random(5)
    for _ in range(3):
        verb = "resume" if repository.git("for-each-ref", "refs/branchlab/sweeps") else "run"
        process = start(repository.path, "sweep", verb, "-j", "2")
        for _ in range(4):
            time.sleep(chance.uniform(0.02, 0.1))
            _kill_one(process.pid, chance)
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode in (0, 3), err
        assert b"fault of branchlab" not in err
    said = call(repository.path, "sweep", "resume")
    assert said.code == 0, said.err
    wait_until(lambda: not alive_in(repository))
    is_whole(repository, 8)


def _kill_one(engine: int, chance: random.Random) -> None:
    """Kills one of the processes that an engine keeps."""
    try:
        helpers = psutil.Process(engine).children()
    except psutil.Error:
        return
    kept = []
    for helper in helpers:
        try:
            line = " ".join(helper.cmdline())
        except psutil.Error:
            continue
        if any(word in line for word in ("reaper", "cat-file", "hash-object", "update-ref --", "update-ref -m")):
            kept.append(helper.pid)
    if kept:
        try:
            os.kill(chance.choice(kept), 9)
        except ProcessLookupError:
            return
