"""What happens when a run fails, is stopped, or its branchlab is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from branchlab.record.format import parse_record
from command_line import COMMAND, branchlab, fingerprint, names, rows, start
from waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

LONG = """\
import signal, sys, time
import branchlab

def stop(number, frame):
    print("told to stop", flush=True)
    sys.exit(0 if "--polite" in sys.argv else 7)

def ignore(number, frame):
    print("does not listen", flush=True)

signal.signal(signal.SIGINT, ignore if "--stubborn" in sys.argv else stop)
with branchlab.start_run(params={"lr": 1.0}) as run:
    for step in range(2000):
        run.log(loss=1 / (step + 1))
        print("step", step, flush=True)
        time.sleep(0.02)
        if step == int(sys.argv[1]):
            open("model.bin", "w").write("trained")
            break
"""


def wait_for(path: Path, text: str) -> None:
    wait_until(lambda: any(text in log.read_text() for log in path.glob("*/output.log")), text)


def start_long(project: ScratchRepository, *arguments: str) -> subprocess.Popen[bytes]:
    project.commit("long", **{"long.py": LONG})
    process = start(project.path, "run", "-n", "long", "--", "python", "long.py", *arguments)
    wait_for(runs(project), "step 3")
    return process


def runs(project: ScratchRepository) -> Path:
    return project.path / ".git" / "branchlab" / "runs"


def test_a_failed_command_leaves_a_run_with_its_log_that_can_be_recorded(project: ScratchRepository) -> None:
    before = fingerprint(project)
    said = branchlab(project.path, "run", "-n", "bad", "--", "sh", "-c", "echo some words; exit 3")
    assert said.code == 1
    assert "failed" in said.err
    assert "exit code 3" in said.err
    row = rows(project.path)[0]
    assert (row["name"], row["status"], row["commit"]) == ("exp/model/bad", "failed", None)
    assert next(runs(project).glob("*/output.log")).read_text() == "some words\n"
    said = branchlab(project.path, "record")
    assert said.code == 0, said.err
    assert said.out == "exp/model/bad\n"
    record = parse_record(project.git("show", "exp/model/bad:metrics.toml").encode())
    assert (record.run.status, record.run.exit_code) == ("failed", 3)
    assert rows(project.path)[0]["status"] == "failed"
    assert list(runs(project).iterdir()) == []
    assert fingerprint(project) == before


def test_ctrl_c_stops_the_command_first_and_keeps_what_was_logged(project: ScratchRepository) -> None:
    process = start_long(project, "5000")
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"told to stop" in out
    assert b"stopped" in err
    assert rows(project.path)[0]["status"] == "stopped"
    assert branchlab(project.path, "record").code == 0
    record = parse_record(project.git("show", "exp/model/long:metrics.toml").encode())
    assert record.run.status == "stopped"
    assert record.metrics["loss"] <= 1 / 4


def test_a_command_that_ends_well_after_ctrl_c_is_stopped_all_the_same(project: ScratchRepository) -> None:
    process = start_long(project, "5000", "--polite")
    os.kill(process.pid, signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert rows(project.path)[0]["status"] == "stopped"


def test_a_second_ctrl_c_ends_a_stubborn_command(project: ScratchRepository) -> None:
    process = start_long(project, "5000", "--stubborn")
    os.kill(process.pid, signal.SIGINT)
    wait_for(runs(project), "does not listen")
    assert process.poll() is None
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"signal 9" in err


def test_a_killed_branchlab_does_not_take_the_training_with_it(dvc_project: ScratchRepository) -> None:
    process = start_long(dvc_project, "200")
    process.kill()
    process.communicate()
    assert rows(dvc_project.path)[0]["status"] == "running"
    said = branchlab(dvc_project.path, "record")
    assert said.code == 2
    wait_for(runs(dvc_project), "step 200")
    wait_until(lambda: rows(dvc_project.path)[0]["status"] != "running")
    said = branchlab(dvc_project.path, "run", "-n", "other", "--", "true")  # must not take the dead run's worktree
    assert said.code == 0, said.err
    said = branchlab(dvc_project.path, "record")
    assert said.code == 0, said.err
    record = parse_record(dvc_project.git("show", "exp/model/long:metrics.toml").encode())
    assert record.run.status == "finished"  # as the script itself said
    assert record.metrics == {"loss": 1 / 201}
    assert record.data["model.bin"].bytes == len("trained")
    assert "model.bin.dvc" in dvc_project.git("ls-tree", "--name-only", "exp/model/long")


@pytest.mark.parametrize("mended", [False, True])
def test_a_run_that_was_killed_before_it_had_a_worktree_takes_nothing_of_the_users_tree(
    dvc_project: ScratchRepository, tmp_path: Path, *, mended: bool
) -> None:
    settings = (
        (dvc_project.path / "branchlab.toml").read_text().replace("[project]", '[project]\ncollect = ["results.json"]')
    )
    dvc_project.commit("collect", **{"branchlab.toml": settings, "results.json": '{"f1": 0.5}'})
    dvc_project.write("model.bin", "of another run")
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    kill = 'case "$*" in *"worktree add"*) kill -9 $PPID;; esac'
    git.write_text(f'#!/bin/sh\n{kill}\nexec {shutil.which("git")} "$@"\n')
    git.chmod(0o755)
    said = branchlab(dvc_project.path, "run", "-n", "dead", PATH=f"{git.parent}:{os.environ['PATH']}")
    assert said.code == -signal.SIGKILL
    if mended:
        branchlab(dvc_project.path, "doctor", "--fix")
    said = branchlab(dvc_project.path, "record")
    assert (said.code, said.out) == (0, "exp/model/dead\n"), said.err
    record = parse_record(dvc_project.git("show", "exp/model/dead:metrics.toml").encode())
    assert (record.run.status, record.params["lr"]) == ("failed", 0.5)
    assert (record.metrics, record.data) == ({}, {})


def test_a_caller_that_ignores_the_end_of_children_does_not_hide_a_failure(project: ScratchRepository) -> None:
    ignore = (
        "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    command = [sys.executable, "-c", ignore, *COMMAND, "run", "-n", "bad", "--", "false"]
    done = subprocess.run(command, cwd=project.path, capture_output=True, check=False)
    assert done.returncode == 1
    assert rows(project.path)[0]["status"] == "failed"


def test_what_the_command_left_running_ends_with_it(project: ScratchRepository) -> None:
    said = branchlab(project.path, "run", "-n", "daemon", "--", "sh", "-c", "sleep 1000 & echo pid $!")
    assert said.code == 0, said.err
    pid = int(said.out.split("pid ")[1].split()[0])
    wait_until(lambda: not alive(pid))


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_script_run_by_hand_can_be_recorded_and_says_that_its_code_may_differ(project: ScratchRepository) -> None:
    project.write("train.py", (project.path / "train.py").read_text() + "# changed\n")
    uncaptured = {**os.environ, "BRANCHLAB_CAPTURE": "0"}
    subprocess.run(["python", "train.py"], cwd=project.path, check=True, env=uncaptured)
    assert rows(project.path)[0]["status"] == "unrecorded"
    before = fingerprint(project)
    # By the branch it was started on, as the table calls it.
    said = branchlab(project.path, "record", "main", "-n", "by-hand", "--note", "forgot branchlab run")
    assert said.code == 0, said.err
    record = parse_record(project.git("show", "exp/model/by-hand:metrics.toml").encode())
    assert record.run.exact is False
    assert record.run.note == "forgot branchlab run"
    assert "# changed" in project.git("show", f"{record.run.code}:train.py")
    assert fingerprint(project) == before


def test_nothing_to_record_is_said(project: ScratchRepository) -> None:
    said = branchlab(project.path, "record")
    assert (said.code, said.err.count("\n")) == (2, 1)
    said = branchlab(project.path, "record", "no-such-run")
    assert said.code == 2
    assert "no-such-run" in said.err


def test_a_removed_run_comes_back(project: ScratchRepository) -> None:
    assert branchlab(project.path, "run", "-n", "bad", "--", "false").code == 1
    said = branchlab(project.path, "rm", "bad")
    assert said.code == 0, said.err
    assert names(project.path) == []
    run = said.err.split("restore ")[1].split()[0]
    assert branchlab(project.path, "restore", run).code == 0
    assert names(project.path) == ["exp/model/bad"]
