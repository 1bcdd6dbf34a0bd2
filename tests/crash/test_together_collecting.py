"""Recorders beside `git gc --prune=now`, which deletes what it did not find when it began."""

from __future__ import annotations

import os
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.git.collection import despite_collection, is_collecting
from branchlab.git.process import GitError
from branchlab.git.repository import find_repository
from command_line import branchlab
from half_done_prune import half_done_prune, loose_objects
from oracle import assert_sound, remember
from quick_runs import assert_each_once, failed_run, make_quick

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [f"exp/model/kept-{number}" for number in range(2)]  # so that some objects of each kind are deleted late
SWEEP = """\
[sweep]
method = "grid"
reference = false
[space]
number = [21, 22, 23]
"""


def test_runs_beside_a_collection_that_read_the_refs_before_them_are_kept(tmp_path: Path, dvc_template: Path) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    failed = failed_run(repository, 5)
    repository.write("new-code.txt", "not committed")
    before = remember(repository)
    with half_done_prune(repository):
        for number, name in enumerate(NAMES):
            said = branchlab(repository.path, "run", "--quiet", "-n", name, "-S", f"number={number}")
            assert said.code == 0, said.err
        assert branchlab(repository.path, "record", failed).code == 0
    acknowledged = [*NAMES, "exp/fix/failed-5"]
    assert_each_once(repository, acknowledged)
    assert repository.git("show", f"{NAMES[0]}:new-code.txt") == "not committed"
    assert_sound(repository, before, acknowledged=acknowledged)


@pytest.mark.prove
def test_trials_beside_a_collection_that_read_the_refs_before_them_are_kept(tmp_path: Path, dvc_template: Path) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    repository.commit("sweep", **{"sweep.toml": SWEEP})
    before = remember(repository)
    with half_done_prune(repository):
        said = branchlab(repository.path, "sweep", "run")
        assert said.code == 0, said.err
    names = [name for name in repository.git("for-each-ref", "--format=%(refname:lstrip=2)").split() if "sweep" in name]
    assert len([name for name in names if name.startswith("exp/")]) == 3
    assert_sound(repository, before, acknowledged=[name for name in names if name.startswith("exp/")])


def test_objects_stay_loose_when_nothing_is_collected(tmp_path: Path, dvc_template: Path) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    packs = repository.path / ".git" / "objects" / "pack"
    before = loose_objects(repository)
    assert branchlab(repository.path, "run", "--quiet", "-n", NAMES[0]).code == 0
    assert loose_objects(repository) > before
    assert list(packs.glob("*.pack")) == []


def test_a_collection_is_at_work_while_its_process_lives(tmp_path: Path, dvc_template: Path) -> None:
    repository = find_repository(str(make_quick(tmp_path / "project", dvc_template).path))
    pid_file = tmp_path / "project" / ".git" / "gc.pid"
    assert not is_collecting(repository)
    pid_file.write_text(f"{os.getpid()} {socket.gethostname()}")
    assert is_collecting(repository)
    ended = subprocess.Popen(["true"])
    ended.wait()
    pid_file.write_text(f"{ended.pid} {socket.gethostname()}")
    assert not is_collecting(repository)
    pid_file.write_text("1 another.example.org")
    assert is_collecting(repository)
    os.utime(pid_file, (0, 0))
    assert not is_collecting(repository)
    pid_file.write_bytes(b"\xff" * 10_000)
    assert is_collecting(repository)


def test_what_vanished_beneath_a_writer_is_written_again_and_other_errors_are_not_hidden() -> None:
    gone = GitError("fast-import", 128, "error: unable to write file .git/objects/b8/ec39: No such file or directory")
    full = GitError("fast-import", 128, "fatal: No space left on device")
    left = [gone, gone]

    def write() -> str:
        if left:
            raise left.pop()
        return "written"

    assert despite_collection(write) == "written"
    left.extend([gone, full])
    with pytest.raises(GitError, match="No space left"):
        despite_collection(write)
    left.extend([gone] * 90)
    with pytest.raises(GitError, match="unable to write"):
        despite_collection(write)
