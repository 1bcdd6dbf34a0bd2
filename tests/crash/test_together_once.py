"""Two who want to record the same run: one does, the other is told so in one line."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.tracking.state import hold_lock, release_lock
from command_line import COMMAND, branchlab
from in_process import call
from protocol_breaker import broken
from quick_runs import assert_each_once, failed_run, make_quick, recordings, run_folders

if TYPE_CHECKING:
    from pathlib import Path

LINES = [
    ("run", "--quiet"),
    pytest.param(("run", "--here", "--quiet"), marks=pytest.mark.prove),
    pytest.param(("sweep", "run"), marks=pytest.mark.prove),
]


def test_a_run_cannot_be_recorded_a_second_time_while_it_is_being_recorded(tmp_path: Path, dvc_template: Path) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    said = broken(repository.path, "none", "record-as-well", "run", "--quiet", "-n", "exp/model/once")
    assert said.code == 0, said.err
    assert "the other: 4" in said.err
    assert_each_once(repository, ["exp/model/once"])
    failed = failed_run(repository)
    said = broken(repository.path, "none", "record-as-well", "record", failed)
    assert said.code == 0, said.err
    assert "is just being recorded. hint: " in said.err
    assert_each_once(repository, ["exp/model/once", "exp/fix/failed-7"])


@pytest.mark.prove
def test_a_run_in_place_cannot_be_recorded_a_second_time(tmp_path: Path, dvc_template: Path) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    repository.git("switch", "--quiet", "--create", "exp/model/here")
    during = "[ -z \"$(ls .git/branchlab/runs)\" ] || python3 -c 'import time; time.sleep(0.1)'"
    process = subprocess.Popen(
        [*COMMAND, "run", "--here", "--quiet", "--", "sh", "-c", f"{during}; sh train.sh"],
        cwd=repository.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    codes = set()
    while process.poll() is None:
        for folder in run_folders(repository):
            codes.add(branchlab(repository.path, "record", folder.name, "-n", "exp/model/again").code)
    _, words = process.communicate()
    assert process.returncode == 0, words
    assert codes <= {2, 4}
    assert list(recordings(repository)) == ["exp/model/here"]


@pytest.mark.parametrize("together", [2, pytest.param(8, marks=pytest.mark.prove)])
def test_of_several_who_record_one_run_at_a_time_one_does(tmp_path: Path, dvc_template: Path, together: int) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    failed = failed_run(repository)
    lock = hold_lock(str(run_folders(repository)[0]))
    assert lock is not None
    processes = [
        subprocess.Popen(
            [*COMMAND, "record", failed, "-n", f"exp/fix/by-{number}"],
            cwd=repository.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(together)
    ]
    release_lock(lock)
    said = [process.communicate() for process in processes]
    codes = sorted(process.returncode for process in processes)
    assert codes.count(0) <= 1, said
    assert set(codes) <= {0, 2, 4}, said
    if 0 in codes:
        assert len(recordings(repository)) == 1
    else:  # each came while the test held the run
        assert len(run_folders(repository)) == 1
    assert_each_once(repository, [])


@pytest.mark.parametrize("line", LINES)
def test_a_git_that_holds_the_list_of_refs_does_not_make_a_recorded_run_fail(
    tmp_path: Path, dvc_template: Path, line: tuple[str, ...]
) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    if "--here" in line:
        repository.git("switch", "--quiet", "--create", "exp/model/here")
    repository.commit("sweep", **{"sweep.toml": '[sweep]\nmethod = "grid"\nreference = false\n[space]\nnumber = [3]\n'})
    repository.write("params.toml", "number = 2\n")
    lock = repository.write(".git/packed-refs.lock", "")  # as `git pack-refs` and `git gc` hold it
    said = branchlab(repository.path, *line)
    assert said.code == 0, said.err
    lock.unlink()
    assert {one.number for one in recordings(repository).values()} & {2, 3}
    assert run_folders(repository) == []
    assert call(repository.path, "doctor", "--fix").code == 0
    assert call(repository.path, "doctor").out == ""
    assert repository.git("for-each-ref", "refs/branchlab/runs/") == ""
