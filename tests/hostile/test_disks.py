"""Repositories on a disk that is full or may not be written; needs the right to mount."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from in_process import call, rows_of, the_error
from mounted_disk import mounted_disk
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def small_disk(model: Path, tmp_path: Path) -> Iterator[ScratchRepository]:
    """A copy of the project on a disk of 4 MB."""
    with mounted_disk(tmp_path / "disk", 4) as place:
        yield ScratchRepository(shutil.copytree(model, place / "project", symlinks=True))


def fill(repository: ScratchRepository, leave: int) -> Path:
    """Fills the disk up to `leave` bytes."""
    status = os.statvfs(repository.path)
    filler = repository.path.parent / "filler"
    filler.write_bytes(b"x" * max(0, status.f_bavail * status.f_bsize - leave))
    return filler


def remount(repository: ScratchRepository, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(repository.path.parent)], check=True)


def test_a_read_only_repository_is_read_and_not_written(small_disk: ScratchRepository) -> None:
    shutil.rmtree(small_disk.path / ".git" / "branchlab" / "index.v1", ignore_errors=True)
    remount(small_disk, "ro")
    for line in (("ls",), ("ls", "--json"), ("show", "one"), ("diff", "one", "two"), ("compare", "one", "two")):
        assert call(small_disk.path, *line).code == 0, line
    assert call(small_disk.path, "log", "--branch", "exp/model/one").code == 0
    for line in (
        ("run", "-q"),
        ("run", "-q", "--here"),
        ("record",),
        ("new", "x"),
        ("apply", "one"),
        ("checkout", "one"),
        ("archive", "one"),
        ("rm", "one"),
        ("rename", "one", "uno"),
        ("reproduce", "one"),
    ):
        said = call(small_disk.path, *line)
        assert said.code == 3, (line, said.err)
        the_error(said)


@pytest.mark.parametrize("leave", [0, 40_000])
def test_a_full_disk_gets_one_line_and_leaves_nothing_half_made(small_disk: ScratchRepository, leave: int) -> None:
    before = small_disk.git("for-each-ref")
    filler = fill(small_disk, leave)
    for line in (("run", "-q", "-n", "again"), ("run", "-q", "-n", "again", "-S", "lr=0.1"), ("archive", "one")):
        if leave and line[0] == "archive":
            continue
        said = call(small_disk.path, *line)
        assert said.code == 3, (line, said.err)
        the_error(said)
    assert rows_of(small_disk.path)["exp/model/one"] == "finished"
    filler.unlink()
    assert small_disk.git("for-each-ref") == before
    assert small_disk.git("status", "--porcelain") == ""
    assert call(small_disk.path, "doctor").code == 0
    assert call(small_disk.path, "run", "-q", "-n", "again").code == 0


def test_init_on_a_full_disk_can_be_repeated(small_disk: ScratchRepository) -> None:
    for name in ("branchlab.toml", ".gitattributes", "dvc.yaml"):
        (small_disk.path / name).unlink()
    filler = fill(small_disk, 0)
    said = call(small_disk.path, "init")
    assert (said.code, "make room" in the_error(said)) == (3, True)
    filler.unlink()
    said = call(small_disk.path, "init")
    assert said.code == 0, said.err
    assert "command" in (small_disk.path / "branchlab.toml").read_text()
    assert (small_disk.path / ".gitattributes").read_text().count("metrics.toml") == 1


def test_a_run_that_fills_the_disk_can_be_recorded_later(small_disk: ScratchRepository) -> None:
    script = f"python train.py; head -c 9000000 /dev/zero > {small_disk.path.parent}/filler"
    said = call(small_disk.path, "run", "-q", "-n", "again", "--", "sh", "-c", script)
    assert said.code in (1, 3), said.err
    (small_disk.path.parent / "filler").unlink()
    assert rows_of(small_disk.path)["exp/model/again"] == "unrecorded"  # train.py said so, nobody could after it
    said = call(small_disk.path, "record", "-n", "again")
    assert said.code == 0, said.err
    assert small_disk.git("show", "exp/model/again:metrics.toml").count("accuracy") >= 1
