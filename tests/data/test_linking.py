"""A run's working tree gets its data without copying what is big, and writes through links are noticed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from branchlab.data import linking
from branchlab.data.digest import digest
from branchlab.data.linking import changed_links, link_outputs, place_file
from branchlab.errors import DamagedError, EnvironmentProblemError
from dvc_project import Project, make_project

if TYPE_CHECKING:
    from pathlib import Path

BIG = 2 << 20


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _no_reflinks(monkeypatch: pytest.MonkeyPatch) -> None:
    # The disks these tests run on differ in this one thing; the fallbacks are what needs proof.
    monkeypatch.setitem(linking._PLACE, "reflink", _refuse)


def _refuse(source: str, target: str) -> None:
    raise OSError(95, "Operation not supported", source, None, target)


def test_what_is_big_is_linked_and_what_is_small_is_copied(project: Project, target: Path) -> None:
    outputs = [project.track("big.bin", os.urandom(BIG)), project.track("data/small.csv", "a,b\n")]
    linked = link_outputs(project.store, str(target), outputs)
    assert [file.method for file in linked.files] == ["hardlink", "copy"]
    assert linked.missing == ()
    big = target / "big.bin"
    assert big.stat().st_ino == project.object(outputs[0].md5).stat().st_ino
    assert big.stat().st_mode & 0o777 == 0o444
    assert (target / "data/small.csv").read_text() == "a,b\n"
    assert (target / "data/small.csv").stat().st_mode & 0o200


def test_a_folder_is_made_anew_and_holds_links(project: Project, target: Path) -> None:
    project.write("data/deep/big", os.urandom(BIG))
    project.write("data/small", "x")
    output = project.track("data")
    linked = link_outputs(project.store, str(target), [output])
    assert {file.path: file.method for file in linked.files} == {"data/deep/big": "hardlink", "data/small": "copy"}
    assert digest(str(target / "data")).md5 == output.md5
    (target / "data/new").write_text("a run may add files")
    assert changed_links(linked) == []


def test_an_empty_folder_is_made(project: Project, target: Path) -> None:
    (project.path / "empty").mkdir()
    link_outputs(project.store, str(target), [project.track("empty")])
    assert (target / "empty").is_dir()


def test_small_files_are_linked_too_when_they_are_many(
    project: Project, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "COPY_BUDGET", 100)
    outputs = [project.track("a", "a" * 60), project.track("b", "b" * 60), project.track("c", "c" * 30)]
    linked = link_outputs(project.store, str(target), outputs)
    assert [file.method for file in linked.files] == ["copy", "hardlink", "copy"]


def test_an_executable_file_is_copied_so_that_the_object_keeps_its_mode(project: Project, target: Path) -> None:
    project.write("tool", os.urandom(BIG), executable=True)
    output = project.track("tool")
    [file] = link_outputs(project.store, str(target), [output]).files
    assert file.method == "copy"
    assert os.access(target / "tool", os.X_OK)
    assert project.object(output.md5).stat().st_mode & 0o111 == 0


def test_what_the_run_may_write_is_copied(project: Project, target: Path) -> None:
    output = project.track("model.bin", os.urandom(BIG))
    [file] = link_outputs(project.store, str(target), [output], writable=["model.bin"]).files
    assert file.method == "copy"
    (target / "model.bin").write_bytes(b"new model")
    assert digest(str(project.object(output.md5))).md5 == output.md5


def test_a_symbolic_link_stands_in_where_hard_links_are_refused(
    project: Project, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(linking._PLACE, "hardlink", _refuse)
    content = os.urandom(BIG)
    linked = link_outputs(project.store, str(target), [project.track("big.bin", content)])
    assert linked.files[0].method == "symlink"
    assert (target / "big.bin").is_symlink()
    assert (target / "big.bin").read_bytes() == content


@pytest.mark.parametrize("method", ["hardlink", "symlink"])
def test_a_write_through_a_link_is_noticed(
    project: Project, target: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    if method == "symlink":
        monkeypatch.setitem(linking._PLACE, "hardlink", _refuse)
    outputs = [project.track("one.bin", os.urandom(BIG)), project.track("two.bin", os.urandom(BIG))]
    linked = link_outputs(project.store, str(target), outputs)
    project.object(outputs[0].md5).chmod(0o644)  # what root may do without asking
    with (target / "one.bin").open("r+b") as file:
        file.write(b"careless")
    assert changed_links(linked) == ["one.bin"]


def test_replacing_or_removing_a_link_changes_no_object(project: Project, target: Path) -> None:
    outputs = [project.track("one.bin", os.urandom(BIG)), project.track("two.bin", os.urandom(BIG))]
    linked = link_outputs(project.store, str(target), outputs)
    (target / "one.bin").unlink()
    (target / "one.bin").write_bytes(b"own")
    (target / "two.bin").unlink()
    assert changed_links(linked) == []


def test_an_object_that_vanished_is_noticed(project: Project, target: Path) -> None:
    output = project.track("one.bin", os.urandom(BIG))
    linked = link_outputs(project.store, str(target), [output])
    project.object(output.md5).unlink()
    assert changed_links(linked) == ["one.bin"]


def test_a_torn_object_is_not_linked(project: Project, target: Path) -> None:
    output = project.track("one.bin", os.urandom(BIG))
    project.object(output.md5).chmod(0o644)
    os.truncate(project.object(output.md5), 0)
    with pytest.raises(DamagedError, match=output.md5):
        link_outputs(project.store, str(target), [output])
    assert not (target / "one.bin").exists()


def test_an_object_that_was_only_touched_is_not_reported(project: Project, target: Path) -> None:
    output = project.track("one.bin", os.urandom(BIG))
    linked = link_outputs(project.store, str(target), [output])
    os.utime(project.object(output.md5))
    assert changed_links(linked) == []


def test_what_git_brought_is_left_alone_and_what_is_not_cached_is_named(project: Project, target: Path) -> None:
    outputs = [project.track("kept", "from the cache"), project.track("lost", "x"), project.track("both", "y")]
    for output in outputs[1:]:
        project.object(output.md5).unlink()
    (target / "kept").write_text("from git")
    (target / "both").write_text("from git")
    linked = link_outputs(project.store, str(target), outputs)
    assert (target / "kept").read_text() == "from git"
    assert linked.present == ("kept", "both")
    assert [output.path for output in linked.missing] == ["lost"]
    assert linked.files == ()


def test_a_symbolic_link_in_the_commit_leads_nowhere(project: Project, target: Path, tmp_path: Path) -> None:
    output = project.track("data/keys", "hostile")
    (tmp_path / "home").mkdir()
    (target / "data").symlink_to(tmp_path / "home")
    with pytest.raises(DamagedError, match="symbolic link data"):
        link_outputs(project.store, str(target), [output])
    assert list((tmp_path / "home").iterdir()) == []


def test_a_file_in_the_way_of_a_folder_is_named(project: Project, target: Path) -> None:
    output = project.track("data/keys", "x")
    (target / "data").write_text("a file")
    with pytest.raises(EnvironmentProblemError, match="data/keys cannot be linked"):
        link_outputs(project.store, str(target), [output])


def test_a_copy_is_made_when_no_link_works(project: Project, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for method in ("hardlink", "symlink"):
        monkeypatch.setitem(linking._PLACE, method, _refuse)
    linked = link_outputs(project.store, str(target), [project.track("big.bin", os.urandom(BIG))])
    assert linked.files[0].method == "copy"


def test_nothing_is_placed_over_a_file(project: Project, target: Path) -> None:
    (target / "x").write_text("mine")
    source = str(project.object(project.track("x", "theirs").md5))
    for method in ("copy", "hardlink", "symlink"):
        with pytest.raises(FileExistsError):
            place_file(source, str(target / "x"), [method])
    assert (target / "x").read_text() == "mine"


def test_a_large_file_costs_no_space(project: Project, target: Path) -> None:
    with (project.path / "large.bin").open("wb") as file:
        file.truncate(64 << 20)
    output = project.track("large.bin")
    linked = link_outputs(project.store, str(target), [output])
    assert linked.files[0].method == "hardlink"
    assert (target / "large.bin").stat().st_nlink == 2
