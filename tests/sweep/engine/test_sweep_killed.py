"""Kills, Ctrl-C and closed terminals: nothing runs on, no trial is lost, none counts twice."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from branchlab.sweep.engine.reaper import Reaper
from command_line import start
from in_process import call, the_error
from swept_project import (
    HOW,
    RANDOM,
    alive_in,
    began,
    is_gone,
    make_swept,
    runs,
    state_of,
    trials,
    values_of,
)
from waiting import PATIENCE, press_ctrl_c, wait_until

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    import pytest

    from scratch_repository import ScratchRepository

SLOW = 'lr = 0.5\nhow = "slow"\nsteps = 3\nseed = 1\n'


def _begin(repository: ScratchRepository, running: int = 2) -> subprocess.Popen[bytes]:
    """Starts a sweep and waits until so many trials are in the middle of their work."""
    process = start(repository.path, "sweep", "run", "-j", "2")
    wait_until(lambda: len(began(repository)) == running)
    return process


def test_a_killed_sweep_leaves_nothing_running_and_loses_nothing(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_swept(repository, **{"params.toml": SLOW})
    monkeypatch.setenv("PAUSE", "0.3")
    process = start(repository.path, "sweep", "run", "-j", "2")
    wait_until(lambda: len(trials(repository)) >= 3 and len(began(repository)) == 2)
    done = trials(repository)
    interrupted = {state_of(folder)["sweep"]["trial"] for folder in began(repository)}
    process.kill()
    process.wait()
    wait_until(lambda: not alive_in(repository))
    monkeypatch.setenv("PAUSE", "0")
    said = call(repository.path, "sweep", "resume")
    assert said.code == 0, said.err
    found = trials(repository)
    assert sorted(record.sweep["trial"] for record in found.values()) == [0, 1, 2, 3, 4]
    assert {name: found[name] for name in done} == done
    assert runs(repository) == []
    archived = trials(repository, "refs/archive/")
    assert {record.sweep["trial"] for record in archived.values()} <= interrupted
    assert {record.sweep["reason"] for record in archived.values()} == {"interrupted"}
    assert all(record.metrics == {"loss": 0.5} or record.metrics for record in archived.values())


def test_a_resumed_sweep_has_the_trials_of_one_that_was_never_killed(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_swept(repository, **{"params.toml": SLOW})
    monkeypatch.setenv("PAUSE", "0")
    call(repository.path, "sweep", "run")
    whole = values_of(repository)
    for name in trials(repository):
        repository.git("branch", "-q", "-D", name)
    monkeypatch.setenv("PAUSE", "0.3")
    process = start(repository.path, "sweep", "run")
    wait_until(lambda: len(trials(repository)) >= 2 and began(repository))
    process.kill()
    process.wait()
    monkeypatch.setenv("PAUSE", "0")
    assert call(repository.path, "sweep", "resume", "-j", "3").code == 0
    assert values_of(repository) == whole


def test_a_run_that_ended_before_it_could_be_recorded_is_recorded_and_not_run_again(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_swept(repository, HOW % '"slow"')
    monkeypatch.setenv("PAUSE", "1")
    process = _begin(repository, 1)
    folder = began(repository)[0]
    process.send_signal(signal.SIGSTOP)  # nobody watches while the command comes to its end
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write('{"k":"end","t":1.0,"status":"finished"}\n')
    wait_until(lambda: not alive_in(repository))
    process.kill()
    process.wait()
    said = call(repository.path, "sweep", "resume")
    assert "recorded what had ended before: trial 0" in said.err
    (record,) = trials(repository).values()
    assert record.run.id == folder.name
    assert record.run.status == "finished"
    assert runs(repository) == []


def test_ctrl_c_once_lets_what_runs_end_and_starts_nothing(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_swept(repository, **{"params.toml": SLOW})
    monkeypatch.setenv("PAUSE", "2")
    process = _begin(repository)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"no new trial starts; 2 trials run to their end" in err
    assert b"sweep resume sweep goes on" in err
    assert sorted(values_of(repository)) == [0, 1]
    assert {record.run.status for record in trials(repository).values()} == {"finished"}


def test_ctrl_c_twice_stops_what_runs_and_resume_runs_it_again(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_swept(repository, **{"params.toml": SLOW})
    process = _begin(repository)
    press_ctrl_c(process, 2)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert alive_in(repository) == []
    assert trials(repository) == {}
    assert {record.sweep["trial"] for record in trials(repository, "refs/archive/").values()} == {0, 1}
    monkeypatch.setenv("PAUSE", "0")
    assert call(repository.path, "sweep", "resume").code == 0
    assert sorted(values_of(repository)) == [0, 1, 2, 3, 4]


def test_a_trial_that_hears_no_signal_is_killed_in_the_end(repository: ScratchRepository) -> None:
    make_swept(repository, HOW % '"hang"')
    process = start(repository.path, "sweep", "run")
    wait_until(lambda: any((folder / "journal.jsonl").exists() for folder in runs(repository)))
    press_ctrl_c(process, 3)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert alive_in(repository) == []


def test_a_sweep_runs_once_at_a_time(repository: ScratchRepository) -> None:
    make_swept(repository, **{"params.toml": SLOW})
    process = _begin(repository)
    said = call(repository.path, "sweep", "run")
    assert said.code == 4
    assert "the sweep sweep runs already" in the_error(said)
    process.kill()
    process.wait()


def test_a_detached_sweep_says_how_to_come_back_and_can_be_stopped(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_swept(repository, **{"params.toml": SLOW})
    monkeypatch.setenv("PAUSE", "60")
    said = call(repository.path, "sweep", "run", "--detach")
    assert said.code == 0, said.err
    assert "branchlab sweep status sweep" in said.err
    assert "branchlab sweep stop sweep" in said.err
    wait_until(lambda: began(repository))
    stopped = call(repository.path, "sweep", "stop", "--now")
    assert stopped.code == 0, stopped.err
    assert alive_in(repository) == []
    again = call(repository.path, "sweep", "stop")
    assert again.code == 2
    assert "no sweep runs on this machine" in the_error(again)


def test_a_detached_sweep_that_cannot_begin_says_why(repository: ScratchRepository) -> None:
    make_swept(repository, RANDOM, **{"metrics.toml": "mine = 1\n"})
    said = call(repository.path, "sweep", "run", "--detach")
    assert said.code == 3
    assert "metrics.toml belongs to something else" in the_error(said)


def test_the_reaper_ends_what_is_left_when_the_pipe_closes(tmp_path: Path) -> None:
    import subprocess

    reaper = Reaper()
    left = subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 60 & wait"], start_new_session=True)
    folder = str(tmp_path / "a folder\nof two lines")
    reaper.expect(folder)
    reaper.watch(folder, left.pid)
    reaper.close()
    assert left.wait(timeout=PATIENCE) == -signal.SIGKILL


def test_the_reaper_leaves_alone_what_has_ended(tmp_path: Path) -> None:
    import subprocess

    reaper = Reaper()
    other = subprocess.Popen(["sleep", "60"], start_new_session=True)
    reaper.watch(str(tmp_path), other.pid)
    reaper.forget(str(tmp_path))
    reaper.close()
    assert other.poll() is None
    other.kill()
    other.wait()


def test_the_reaper_finds_a_command_that_began_as_the_engine_died(tmp_path: Path) -> None:
    import subprocess

    reaper = Reaper()
    reaper.expect(str(tmp_path))
    environment = {**os.environ, "BRANCHLAB_RUN_DIR": str(tmp_path)}
    left = subprocess.Popen(["sleep", "60"], env=environment, start_new_session=True)
    reaper.close()
    assert left.wait(timeout=PATIENCE) == -signal.SIGTERM


def test_a_killed_reaper_is_replaced(tmp_path: Path) -> None:
    import subprocess

    reaper = Reaper()
    left = subprocess.Popen(["sleep", "60"], start_new_session=True)
    reaper.watch(str(tmp_path), left.pid)
    first = reaper._process.pid
    reaper._process.kill()
    reaper._process.wait()
    assert is_gone(first)
    reaper.expect(str(tmp_path / "other"))
    reaper.close()
    assert left.wait(timeout=PATIENCE) == -signal.SIGTERM
