"""A disk of one megabyte: runs until it is full, and runs on what little room is left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from in_process import call, rows_of, the_error
from mounted_disk import mounted_disk
from oracle import assert_sound, remember
from scratch_repository import ScratchRepository
from struck_commands import ONE, age_locks, assert_runs_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from struck_commands import Stage

RUN = ("run", "-q", "--", sys.executable, "train.py")


@pytest.fixture
def small_disk(stages: Callable[[str], Stage], tmp_path: Path) -> Iterator[ScratchRepository]:
    """A project with one experiment on a disk of 1 MB, a third of which is free."""
    with mounted_disk(tmp_path / "disk", 1) as place:
        template = stages("archive").template / "project"
        yield ScratchRepository(shutil.copytree(template, place / "project", symlinks=True))


def make_room(repository: ScratchRepository) -> None:
    """Makes the disk larger, as the person does who reads that there is no room."""
    subprocess.run(["mount", "-o", "remount,size=8m", str(repository.path.parent)], check=True)


def test_a_full_disk_ends_the_runs_and_loses_none(small_disk: ScratchRepository) -> None:
    before = remember(small_disk)
    recorded: list[str] = []
    while (said := call(small_disk.path, *RUN, "--round", str(len(recorded)))).code == 0:
        recorded.append(said.err.split()[1])
        assert len(recorded) < 200
    assert said.code in (1, 3), said.err
    if said.code == 3:
        the_error(said)
    assert len(recorded) > 2
    assert rows_of(small_disk.path).keys() >= {ONE, *recorded}
    for line in (("record",), ("archive", recorded[0])):
        said = call(small_disk.path, *line)
        assert said.code in (0, 2, 3), said.err
        if said.code:
            the_error(said)
    make_room(small_disk)
    age_locks(small_disk)
    restored = call(small_disk.path, "restore", recorded[0])
    assert restored.code in (0, 2), restored.err
    while call(small_disk.path, "record").code == 0:
        pass
    assert_sound(small_disk, before, acknowledged=recorded)
    assert_runs_once(small_disk)


@pytest.mark.prove
@pytest.mark.parametrize("pages", range(0, 60, 2))
def test_a_run_with_so_much_room(small_disk: ScratchRepository, pages: int) -> None:
    before = remember(small_disk)
    status = os.statvfs(small_disk.path)
    filler = small_disk.path.parent / "filler"
    filler.write_bytes(b"x" * ((status.f_bavail - pages) * status.f_bsize))
    said = call(small_disk.path, *RUN[:2], "-n", "two", *RUN[2:])
    assert said.code in (0, 1, 3), said.err
    if said.code == 3:
        the_error(said)
    filler.unlink()
    age_locks(small_disk)
    folders = sorted((small_disk.path / ".git/branchlab/runs").glob("*"))
    for folder in folders:
        again = call(small_disk.path, "record", folder.name, "-n", "two")
        assert again.code == 0, (pages, said, again)
    assert_sound(small_disk, before, acknowledged=["exp/model/two"] if said.code == 0 or folders else [])
    assert_runs_once(small_disk)
