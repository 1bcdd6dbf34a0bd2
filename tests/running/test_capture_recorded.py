"""What becomes of a run by hand and its captured code: recorded, removed, killed."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import psutil
import pytest

from branchlab.tracking.capture import is_capturing
from captured_code import REF, RUN, captured, code_of, hold_git
from command_line import branchlab
from training_script import run_folder, run_script
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository


def test_a_killed_capture_leaves_a_run_without_exact_code(project: ScratchRepository, tmp_path: Path) -> None:
    environment, gate = hold_git(tmp_path)
    run_script(project.path, RUN, env=environment)
    folder = run_folder(project.path)
    (worker,) = [process for process in psutil.process_iter() if _works_on(process, folder)]
    worker.kill()
    gate.touch()
    assert code_of(project.path) is None
    said = branchlab(project.path, "record", "-n", "killed")
    assert said.code == 0, said.err
    assert "exact = false" in project.git("show", "exp/model/killed:metrics.toml")


def _works_on(process: psutil.Process, folder: Path) -> bool:
    try:
        return str(folder) in process.cmdline()
    except psutil.Error:
        return False


def test_a_run_that_was_recorded_meanwhile_leaves_no_ref(repository: ScratchRepository, tmp_path: Path) -> None:
    environment, gate = hold_git(tmp_path)
    run_script(repository.path, RUN, env=environment)
    folder = run_folder(repository.path)
    folder.rename(tmp_path / "moved")
    gate.touch()
    wait_until(lambda: not is_capturing(str(tmp_path / "moved")))
    assert repository.git("for-each-ref", REF) == ""


def test_a_run_by_hand_is_recorded_with_the_code_it_ran(project: ScratchRepository) -> None:
    project.write("train.py", (project.path / "train.py").read_text() + "# as it ran\n")
    subprocess.run(["python", "train.py"], cwd=project.path, check=True)
    assert captured(project.path).exact
    shown = branchlab(project.path, "show", run_folder(project.path).name)
    assert "exactly what ran" in shown.out
    assert branchlab(project.path, "doctor", "--fix").code in (0, 1)  # the private ref is on a tip, and no record
    project.write("train.py", "# changed later\n")
    said = branchlab(project.path, "record", "-n", "by-hand")
    assert said.code == 0, said.err
    table = json.loads(branchlab(project.path, "show", "by-hand", "--json").out)
    assert table["code"]["exact"] is True
    assert project.git("show", f"{table['code']['commit']}:train.py").endswith("# as it ran")
    assert project.git("for-each-ref", REF) == ""


def test_a_run_by_hand_is_recorded_with_the_parameters_and_the_files_of_where_it_ran(
    project: ScratchRepository, tmp_path: Path
) -> None:
    linked = tmp_path / "linked"
    settings = (project.path / "branchlab.toml").read_text()
    project.commit("collect", **{"branchlab.toml": settings.replace("[project]", '[project]\ncollect = ["out.json"]')})
    project.git("worktree", "add", "-q", "-b", "exp/model/linked", str(linked))
    (linked / "params.toml").write_text("lr = 0.25\n")
    run_script(linked, RUN + "open('out.json', 'w').write('{\"accuracy\": 0.75}')\n")
    assert captured(linked).exact
    (linked / "params.toml").write_text("lr = 0.125\n")
    said = branchlab(project.path, "record", "-n", "by-hand")
    assert said.code == 0, said.err
    table = json.loads(branchlab(project.path, "show", "by-hand", "--json").out)
    assert (table["params"], table["metrics"]) == ({"lr": 0.25}, {"x": 1, "accuracy": 0.75})


@pytest.mark.parametrize("clean", [True, False])
def test_doctor_and_rm_keep_a_run_by_hand_and_its_code(project: ScratchRepository, *, clean: bool) -> None:
    if not clean:
        project.write("params.toml", "lr = 0.25\n")
    subprocess.run(["python", "train.py"], cwd=project.path, check=True)
    code = captured(project.path)
    run = run_folder(project.path).name
    assert branchlab(project.path, "rm", run).code == 0
    assert branchlab(project.path, "doctor", "--fix").code in (0, 1)
    assert branchlab(project.path, "restore", run).code == 0
    assert branchlab(project.path, "doctor", "--fix").code in (0, 1)
    assert captured(project.path) == code
    assert project.git("rev-parse", REF + run) == code.commit
