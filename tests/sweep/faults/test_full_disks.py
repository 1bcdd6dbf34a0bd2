"""A disk that fills up while a sweep runs: one clear line, nothing half made, and `resume` goes on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from in_process import call, the_error
from mounted_disk import mounted_disk
from scratch_repository import ScratchRepository
from swept_project import RANDOM, make_swept, runs, trials

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Trial 1 fills the disk up, and then everything that others write fails.
FILL = """\
lr=$(sed -n 's/^lr = //p' params.toml)
printf '{"k":"log","s":0,"t":0.0,"m":{"loss":%s}}\\n' "$lr" >> "$BRANCHLAB_RUN_DIR/journal.jsonl"
[ "$BRANCHLAB_TRIAL" = 1 ] && [ ! -e "$FILLER" ] && head -c 9000000 /dev/zero > "$FILLER"
exit 0
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[ScratchRepository]:
    """A sweep on a disk of 4 MB."""
    with mounted_disk(tmp_path / "disk", 4) as place:
        repository = ScratchRepository(place / "project")
        repository.path.mkdir()
        repository.git("init", "-q")
        yield make_swept(repository, RANDOM, **{"train.sh": FILL})


def is_sound(repository: ScratchRepository) -> None:
    assert repository.git("fsck", "--full", "--strict", "--no-dangling") == ""
    assert repository.git("status", "--porcelain") == ""
    call(repository.path, "doctor", "--fix")
    assert "+ " not in call(repository.path, "doctor").out


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_disk_that_fills_up_stops_the_sweep_and_resume_goes_on(
    small_disk: ScratchRepository, jobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filler = small_disk.path.parent / "filler"
    monkeypatch.setenv("FILLER", str(filler))
    said = call(small_disk.path, "sweep", "run", "-j", jobs)
    assert said.code == 3, said.err
    assert "sweep resume sweep" in the_error(said)
    filler.write_bytes(b"")
    said = call(small_disk.path, "sweep", "resume", "-j", jobs)
    assert said.code == 0, said.err
    found = trials(small_disk)
    assert sorted(record.sweep["trial"] for record in found.values()) == [0, 1, 2, 3, 4]
    assert {record.run.status for record in found.values()} == {"finished"}
    assert runs(small_disk) == []
    is_sound(small_disk)


def test_a_sweep_does_not_begin_on_a_full_disk(small_disk: ScratchRepository) -> None:
    filler = small_disk.path.parent / "filler"
    status = os.statvfs(small_disk.path)
    filler.write_bytes(b"x" * (status.f_bavail * status.f_bsize))
    said = call(small_disk.path, "sweep", "run")
    assert said.code == 3, said.err
    the_error(said)
    filler.unlink()
    assert trials(small_disk) == {}
    is_sound(small_disk)
