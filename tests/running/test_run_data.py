"""Data and artifacts of a run: linked in, fingerprinted, kept in the cache."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from branchlab.data.pointer import dump_pointer
from branchlab.data.store import add, find_store
from branchlab.record.format import parse_record
from branchlab.running.artifacts import leftovers_of
from branchlab.running.place import Place
from branchlab.workspace import open_workspace
from command_line import branchlab, fingerprint, rows
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.record.model import Record

READ = "import pathlib; print(pathlib.Path('data/train.csv').read_text()[:9], pathlib.Path('data').is_symlink())"


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def record_of(repository: ScratchRepository, name: str) -> Record:
    return parse_record(repository.git("show", f"{name}:metrics.toml").encode())


@pytest.fixture
def tracked(dvc_project: ScratchRepository) -> ScratchRepository:
    """A project with a small and a large file that DVC tracks."""
    store = find_store(str(dvc_project.path), str(dvc_project.path))
    assert store is not None
    for name, content in (("data/train.csv", b"version 1\n"), ("data/large.bin", b"x" * 3_000_000)):
        dvc_project.write(name, content)
        dvc_project.write(f"{name}.dvc", dump_pointer(add(store, str(dvc_project.path), name)))
    dvc_project.write("data/.gitignore", "/train.csv\n/large.bin\n")
    dvc_project.commit("data")
    return dvc_project


def test_tracked_data_is_there_and_a_large_file_takes_no_second_copy(tracked: ScratchRepository) -> None:
    said = branchlab(tracked.path, "run", "-n", "reads", "--", sys.executable, "-c", READ)
    assert said.code == 0, said.err
    assert "version 1" in said.out
    data = record_of(tracked, "exp/model/reads").data
    assert data["data/train.csv"].md5 == md5(b"version 1\n")
    assert data["data/large.bin"].bytes == 3_000_000
    assert not data["data/train.csv"].output
    linked = tracked.path / ".git/branchlab/worktrees/1/data/large.bin"
    cached = tracked.path / f".dvc/cache/files/md5/{md5(b'x' * 3_000_000)[:2]}/{md5(b'x' * 3_000_000)[2:]}"
    assert linked.samefile(cached) or linked.stat().st_blocks == cached.stat().st_blocks


def test_data_missing_in_the_working_tree_comes_from_the_cache(tracked: ScratchRepository) -> None:
    (tracked.path / "data/train.csv").unlink()
    said = branchlab(tracked.path, "run", "-n", "reads", "--", sys.executable, "-c", READ)
    assert said.code == 0, said.err
    assert "version 1" in said.out


def test_data_missing_everywhere_is_named(tracked: ScratchRepository) -> None:
    (tracked.path / "data/train.csv").unlink()
    digest = md5(b"version 1\n")
    (tracked.path / f".dvc/cache/files/md5/{digest[:2]}/{digest[2:]}").unlink()
    said = branchlab(tracked.path, "run", "-n", "reads", "--", sys.executable, "-c", READ)
    assert said.code == 1
    assert "data/train.csv is not in the DVC cache" in said.err


def test_data_changed_since_dvc_add_is_what_the_run_sees_and_records(tracked: ScratchRepository) -> None:
    tracked.write("data/train.csv", "version 2\n")
    before = fingerprint(tracked)
    said = branchlab(tracked.path, "run", "-n", "changed", "--", sys.executable, "-c", READ)
    assert said.code == 0, said.err
    assert "version 2" in said.out
    assert "changed since dvc add" in said.err
    record = record_of(tracked, "exp/model/changed")
    assert record.data["data/train.csv"].md5 == md5(b"version 2\n")
    assert md5(b"version 2\n") in tracked.git("show", f"{record.run.code}:data/train.csv.dvc")
    assert fingerprint(tracked) == before


def test_an_input_changed_in_place_is_said_and_the_cache_stays_true(tracked: ScratchRepository) -> None:
    command = "chmod u+w data/large.bin; echo spoilt >> data/large.bin"
    said = branchlab(tracked.path, "run", "-n", "spoils", "--", "sh", "-c", command)
    assert said.code == 0, said.err
    digest = md5(b"x" * 3_000_000)
    cached = tracked.path / f".dvc/cache/files/md5/{digest[:2]}/{digest[2:]}"
    assert not cached.exists() or md5(cached.read_bytes()) == digest
    assert cached.exists() or "changed its input data/large.bin in place" in said.err


def test_artifacts_get_pointers_that_dvc_itself_finds_clean(tracked: ScratchRepository) -> None:
    said = branchlab(tracked.path, "run", "-n", "model")
    assert said.code == 0, said.err
    record = record_of(tracked, "exp/model/model")
    assert record.data["model.bin"].output
    assert record.data["model.bin"].md5 == md5(b"model 0.5")
    assert branchlab(tracked.path, "checkout", "model").code == 0
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "status"], cwd=tracked.path, capture_output=True, text=True, check=False
    )
    assert "up to date" in done.stdout + done.stderr
    assert tracked.git("status", "--porcelain") == ""


def test_the_pointer_of_an_artifact_that_was_not_made_goes_away(tracked: ScratchRepository) -> None:
    assert branchlab(tracked.path, "run", "-n", "model").code == 0
    tracked.git("merge", "-q", "exp/model/model")
    assert (tracked.path / "model.bin.dvc").exists()
    said = branchlab(tracked.path, "run", "-n", "none", "--", "true")
    assert said.code == 0, said.err
    assert "model.bin.dvc" not in tracked.git("ls-tree", "--name-only", "exp/model/none").split()
    assert not record_of(tracked, "exp/model/none").data.keys() & {"model.bin"}


def test_the_log_of_a_recorded_run_is_kept_with_dvc(tracked: ScratchRepository) -> None:
    assert branchlab(tracked.path, "run", "-n", "log", "--", "echo", "words of the training").code == 0
    assert branchlab(tracked.path, "checkout", "log").code == 0
    assert (tracked.path / "metrics/output.log").read_text() == "words of the training\n"


def test_files_outside_dvc_can_decide_what_is_comparable(project: ScratchRepository) -> None:
    settings = (project.path / "branchlab.toml").read_text().replace("[project]", '[project]\ndata = ["small.csv"]')
    project.commit("data in git", **{"branchlab.toml": settings, "small.csv": "1,2\n"})
    assert branchlab(project.path, "run", "-n", "small").code == 0
    assert record_of(project, "exp/model/small").data["small.csv"].md5 == md5(b"1,2\n")
    assert rows(project.path)[0]["data"] == {"small.csv": md5(b"1,2\n")}


@pytest.mark.parametrize(
    "damage",
    [
        "rm -r samples; mkfifo samples",
        "mkfifo samples/pipe",
        pytest.param(
            "ln -s /proc/self/mem samples/unreadable",  # also by root
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a file"),
        ),
    ],
)
def test_data_that_cannot_be_read_at_the_end_costs_its_digest_and_not_the_run(
    project: ScratchRepository, damage: str
) -> None:
    settings = (project.path / "branchlab.toml").read_text().replace("[project]", '[project]\ndata = ["samples"]')
    project.commit("data in git", **{"branchlab.toml": settings, "samples/small.csv": "1,2\n"})
    said = branchlab(project.path, "run", "-n", "small", "--", "sh", "-c", damage)
    assert "samples is not in the record: " in said.err
    record = record_of(project, "exp/model/small")
    assert (record.run.status, record.data) == ("finished", {})


def test_a_file_that_its_writer_let_nobody_read_is_left_out(powerless: Path) -> None:
    (powerless / "project").mkdir()
    repository = ScratchRepository(powerless / "project")
    repository.git("init", "--quiet")
    repository.commit("base", a="1")
    repository.write("secret", "2")
    repository.write("open", "3")
    (repository.path / "secret").chmod(0)
    place = Place(str(repository.path), str(repository.path), own=True)
    left = leftovers_of(open_workspace(str(repository.path)), place, frozenset())
    assert left.files == {"open": b"3"}
    assert left.warnings == ("secret is not kept: permission denied; name it under project.artifacts",)


def test_without_dvc_an_artifact_is_not_lost_in_silence(project: ScratchRepository) -> None:
    said = branchlab(project.path, "run", "-n", "model")
    assert said.code == 0
    assert "model.bin is not kept: this project has no DVC" in said.err
