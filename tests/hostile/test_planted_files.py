"""What may stand where branchlab looks for a file of the user: damage, folders, pipes, devices, planted links."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from command_line import fingerprint
from in_process import call, rows_of, the_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scratch_repository import ScratchRepository


def fifo(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def circle(path: Path) -> None:
    path.symlink_to(path.name)


def folder(path: Path) -> None:
    path.mkdir()


def replace(path: Path, make: Callable[[Path], None]) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    make(path)


READING = [("ls",), ("show", "one"), ("diff", "one"), ("run", "-q"), ("apply", "one"), ("doctor",), ("init",)]


@pytest.mark.parametrize("make", [fifo, endless, circle, folder])
def test_settings_that_are_no_plain_file_are_named_by_every_command(
    hostile: ScratchRepository, make: Callable[[Path], None]
) -> None:
    replace(hostile.path / "branchlab.toml", make)
    for line in READING:
        said = call(hostile.path, *line)
        assert (said.code, "branchlab.toml" in the_error(said)) == (3, True), line


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (b"# x\n" * 100_000, 5, "larger than 128 KiB"),
        (b"a = " + b"[" * 5000, 5, "longer than 4 KiB"),
        (b"a = " + b"[\n" * 5000, 5, "nested too deeply"),
        (b"a" + b".a" * 30_000 + b" = 1", 5, "longer than 4 KiB"),
        (b"x = '\xff'", 5, "utf-8"),
        (b"<<<<<<< HEAD\na = 1\n=======\n>>>>>>> x\n", 5, "conflict markers"),
        (b'"a\\u001b[31m\\u202e" = 1', 2, r"a\x1b[31m\u202e"),
        (b"project = 3", 2, "must be a table"),
        (b"[metrics]\na = nan", 2, "metrics.a"),
        (b"[project]\nmax_file_bytes = 1e400", 2, "max_file_bytes"),
        (b"[record]\nmetrics = '../x'", 2, "leads out of the project"),
        (b"[record]\nmetrics = 'metrics'", 2, "the same place"),
    ],
)
def test_broken_settings_get_one_line_and_change_nothing(
    hostile: ScratchRepository, text: bytes, code: int, words: str
) -> None:
    hostile.write("branchlab.toml", text)
    before = fingerprint(hostile)
    for line in (("ls",), ("run", "-q"), ("new", "x")):
        said = call(hostile.path, *line)
        assert (said.code, words in said.err) == (code, True), said.err
    assert fingerprint(hostile) == before


def test_empty_settings_are_the_defaults(hostile: ScratchRepository) -> None:
    hostile.write("branchlab.toml", "")
    assert rows_of(hostile.path)["exp/model/one"] == "finished"


@pytest.mark.parametrize("name", ["params.toml", "metrics.toml"])
@pytest.mark.parametrize("make", [fifo, endless, circle])
def test_a_run_does_not_wait_for_a_pipe_or_read_a_device(
    hostile: ScratchRepository, name: str, make: Callable[[Path], None]
) -> None:
    replace(hostile.path / name, make)
    head = hostile.git("for-each-ref", "refs/heads")
    for line in (("run", "-q", "-n", "again"), ("run", "-q", "--here")):
        said = call(hostile.path, *line)
        assert (said.code, name in the_error(said)) == (3, True), said.err
    assert hostile.git("for-each-ref", "refs/heads") == head
    assert sorted(rows_of(hostile.path).values()) == ["failed", "finished", "finished"]


@pytest.mark.parametrize("name", ["metrics.toml", "metrics/history.csv"])
def test_here_refuses_a_folder_in_the_records_place_before_the_command_runs(
    hostile: ScratchRepository, name: str
) -> None:
    (hostile.path / name).mkdir(parents=True)
    head = hostile.git("rev-parse", "HEAD")
    said = call(hostile.path, "run", "--here", "-q", "--", "touch", "ran")
    assert (said.code, "move it away" in the_error(said)) == (1, True)
    assert hostile.git("rev-parse", "HEAD") == head
    assert not (hostile.path / "ran").exists()


def test_here_moves_no_branch_when_the_command_put_a_folder_in_the_way(hostile: ScratchRepository) -> None:
    head = hostile.git("rev-parse", "HEAD")
    said = call(hostile.path, "run", "--here", "-q", "--", "sh", "-c", "python train.py && mkdir metrics.toml")
    assert (said.code, "metrics.toml is a folder" in the_error(said)) == (1, True)
    assert hostile.git("rev-parse", "HEAD") == head
    (hostile.path / "metrics.toml").rmdir()
    assert call(hostile.path, "record", "-n", "kept").code == 0


def test_nothing_is_deleted_or_written_through_a_link_out_of_the_project(
    hostile: ScratchRepository, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    (outside / "plots").mkdir(parents=True)
    (outside / "plots" / "mine").write_text("mine")
    hostile.path.joinpath("metrics").symlink_to(outside)
    said = call(hostile.path, "run", "--here", "-q")
    assert (said.code, "metrics is in the way" in the_error(said)) == (1, True)
    assert [path.name for path in outside.rglob("*")] == ["plots", "mine"]


@pytest.mark.parametrize("name", [".gitattributes", ".dvc/.gitignore", "branchlab.toml"])
def test_init_writes_through_no_planted_link(hostile: ScratchRepository, tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("")
    if name == "branchlab.toml":
        victim.unlink()  # a link to nowhere: its target would be made
    replace(hostile.path / name, lambda path: path.symlink_to(victim))
    said = call(hostile.path, "init")
    assert (said.code, f"{name} is a symbolic link" in the_error(said)) == (3, True)
    assert not victim.exists() or victim.read_text() == ""


@pytest.mark.parametrize("name", ["dvc.yaml", ".gitattributes", ".dvc/.gitignore", ".dvc/config"])
@pytest.mark.parametrize("make", [fifo, folder])
def test_init_names_what_is_no_plain_file(hostile: ScratchRepository, name: str, make: Callable[[Path], None]) -> None:
    replace(hostile.path / name, make)
    said = call(hostile.path, "init")
    assert (said.code, name in the_error(said)) == (3, True)


def test_init_keeps_bytes_it_does_not_understand(hostile: ScratchRepository) -> None:
    hostile.write(".dvc/.gitignore", b"/caf\xe9")
    assert call(hostile.path, "init").code == 0
    assert (hostile.path / ".dvc/.gitignore").read_bytes().startswith(b"/caf\xe9\n/config.local\n")


@pytest.mark.parametrize("text", [b"outs: [&a [*a]]\xff", b"<<<<<<< x", b"a" * (2 << 20)])
def test_a_damaged_pointer_is_named_and_listing_goes_on(hostile: ScratchRepository, text: bytes) -> None:
    hostile.write("data.csv.dvc", text)
    said = call(hostile.path, "run", "-q")
    assert (said.code, "data.csv.dvc" in the_error(said)) == (5, True)
    assert rows_of(hostile.path)["exp/model/one"] == "finished"
