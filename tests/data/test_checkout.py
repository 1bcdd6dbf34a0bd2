"""Restoring data touches nothing that is saved nowhere else, and believes no object it has not read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from branchlab.data.checkout import Restored, restore
from branchlab.data.digest import digest
from branchlab.errors import BranchlabError, DamagedError, EnvironmentProblemError, UnsavedWorkError
from dvc_project import Project, make_project

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.data.pointer import Output


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project")


def _restore(project: Project, *outputs: Output, previous: tuple[Output, ...] = ()) -> Restored:
    return restore(project.store, str(project.path), outputs, previous=previous)


def _tree(project: Project) -> dict[str, bytes]:
    return {
        str(path.relative_to(project.path)): path.read_bytes()
        for path in sorted(project.path.rglob("*"))
        if path.is_file() and not {".dvc", ".git"} & set(path.parts)
    }


def test_an_older_version_comes_back(project: Project) -> None:
    old = project.track("data.csv", "old")
    new = project.track("data.csv", "new!")
    assert _restore(project, old) == Restored(("data.csv",), ())
    assert (project.path / "data.csv").read_text() == "old"
    assert (project.path / "data.csv").stat().st_mode & 0o777 == 0o644
    _restore(project, new)
    assert (project.path / "data.csv").read_text() == "new!"


def test_a_folder_becomes_what_it_was(project: Project) -> None:
    project.write("data/a", "1")
    project.write("data/sub/b", "2")
    old = project.track("data")
    (project.path / "data/sub/b").unlink()
    project.write("data/a", "other")
    project.write("data/new/c", "3")
    project.track("data")
    assert _restore(project, old) == Restored(("data/a", "data/sub/b"), ("data/new/c",))
    assert digest(str(project.path / "data")).md5 == old.md5
    assert not (project.path / "data/new").exists()


def test_restoring_what_is_there_does_nothing(project: Project) -> None:
    output = project.track("data.csv", "x")
    before = (project.path / "data.csv").stat().st_mtime_ns
    assert _restore(project, output) == Restored((), ())
    assert (project.path / "data.csv").stat().st_mtime_ns == before


def test_a_name_may_be_as_long_as_the_disk_takes_it(project: Project) -> None:
    name = "数" * 85  # 255 bytes
    project.write(f"data/{name}", "old")
    old = project.track("data")
    project.write(f"data/{name}", "newer")
    project.track("data")
    assert _restore(project, old).placed == (f"data/{name}",)
    assert (project.path / "data" / name).read_text() == "old"


@pytest.mark.parametrize("place", ["data/a", "data/mine", "data/deep/er/mine"])
def test_a_file_that_exists_nowhere_else_stops_it_before_anything_changed(project: Project, place: str) -> None:
    project.write("data/a", "1")
    project.write("data/b", "2")
    old = project.track("data")
    project.write("data/b", "3")
    project.track("data")
    project.write(place, "hours of work")
    before = _tree(project)
    with pytest.raises(UnsavedWorkError, match=place):
        _restore(project, old)
    assert _tree(project) == before


def test_many_unsaved_files_are_counted(project: Project) -> None:
    outputs = [project.track(f"f{number}", str(number)) for number in range(5)]
    for number in range(5):
        project.write(f"f{number}", f"mine {number}")
    with pytest.raises(UnsavedWorkError, match="f0, f1, f2 and 2 more"):
        _restore(project, *outputs)


def test_outputs_that_are_tracked_no_longer_are_removed_when_they_are_saved(project: Project) -> None:
    kept, gone = project.track("kept", "1"), project.track("gone/file", "2")
    assert _restore(project, kept, previous=(kept, gone)) == Restored((), ("gone/file",))
    assert (project.path / "gone" / "file.dvc").exists()
    project.write("gone/file", "edited")
    with pytest.raises(UnsavedWorkError, match="gone/file"):
        _restore(project, kept, previous=(gone,))


def test_a_file_gives_way_to_a_folder_and_back(project: Project) -> None:
    file = project.track("thing", "a file")
    (project.path / "thing").unlink()
    project.write("thing/inside", "a folder")
    folder = project.track("thing")
    _restore(project, file)
    assert (project.path / "thing").read_text() == "a file"
    _restore(project, folder)
    assert (project.path / "thing/inside").read_text() == "a folder"


def test_the_executable_bit_comes_back(project: Project) -> None:
    project.write("tool", "#!/bin/sh", executable=True)
    output = project.track("tool")
    (project.path / "tool").chmod(0o644)
    _restore(project, output)
    assert os.access(project.path / "tool", os.X_OK)


def test_a_damaged_object_is_refused_before_anything_changed(project: Project) -> None:
    good, bad = project.track("good", "1"), project.track("bad", "2")
    for name in ("good", "bad"):
        (project.path / name).unlink()
    project.object(bad.md5).chmod(0o644)
    project.object(bad.md5).write_text("!")
    with pytest.raises(DamagedError, match=bad.md5):
        _restore(project, good, bad)
    assert not (project.path / "good").exists()


def test_missing_objects_are_named_with_the_way_to_get_them(project: Project) -> None:
    output = project.track("data.csv", "x")
    project.object(output.md5).unlink()
    (project.path / "data.csv").unlink()
    with pytest.raises(EnvironmentProblemError, match=r"lacks data\.csv") as caught:
        _restore(project, output)
    assert "branchlab pull" in caught.value.hint


def test_links_are_made_when_dvc_is_set_to_links(project: Project) -> None:
    output = project.track("data.bin", os.urandom(1000))
    (project.path / ".dvc/config").write_text("[cache]\n    type = hardlink,symlink\n")
    (project.path / "data.bin").unlink()
    _restore(project, output)
    assert (project.path / "data.bin").stat().st_ino == project.object(output.md5).stat().st_ino
    assert _restore(project, output) == Restored((), ())


def test_a_link_of_the_users_into_the_cache_is_not_unsaved_work(project: Project) -> None:
    old, new = project.track("data.bin", b"old"), project.track("data.bin", b"new")
    (project.path / "data.bin").unlink()
    (project.path / "data.bin").symlink_to(project.object(new.md5))
    _restore(project, old)
    assert not (project.path / "data.bin").is_symlink()
    assert project.object(new.md5).read_bytes() == b"new"


@pytest.mark.parametrize("link", ["nowhere", "/etc"])
def test_a_path_through_a_symbolic_link_is_refused(project: Project, link: str) -> None:
    output = project.track("data/file", "x")
    (project.path / "data/file").unlink()
    (project.path / "data/file.dvc").unlink()
    (project.path / "data").rmdir()
    (project.path / "data").symlink_to(link)
    with pytest.raises(BranchlabError, match="data"):
        _restore(project, output)
    assert not os.path.lexists("/etc/file")


def test_dvc_finds_a_restored_tree_clean(project: Project) -> None:
    project.write("data/a", "1")
    old = project.track("data")
    pointer = (project.path / "data.dvc").read_bytes()
    project.write("data/a", "2")
    project.track("data")
    _restore(project, old)
    (project.path / "data.dvc").write_bytes(pointer)
    assert "up to date" in project.dvc("status")
