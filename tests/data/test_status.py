"""Edits of tracked data are found, and unchanged data is not read again."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from branchlab.data import remembered
from branchlab.data.remembered import Digests
from branchlab.data.status import changed_outputs
from branchlab.errors import UsageError
from dvc_project import Project, make_project

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.data.pointer import Output


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project")


@pytest.fixture
def outputs(project: Project) -> list[Output]:
    project.write("folder/a", "1")
    project.write("folder/b", "22")
    return [project.track("folder"), project.track("file", "333")]


def _changed(project: Project, outputs: list[Output], memory: str = "") -> list[str]:
    return [output.path for output in changed_outputs(project.store, str(project.path), outputs, memory=memory)]


def test_nothing_changed_when_nothing_was_touched(project: Project, outputs: list[Output]) -> None:
    assert _changed(project, outputs) == []


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("file", "444", "file"),
        ("file", "longer", "file"),
        ("folder/a", "9", "folder"),
        ("folder/new", "", "folder"),
    ],
)
def test_an_edit_is_found(project: Project, outputs: list[Output], path: str, content: str, expected: str) -> None:
    project.write(path, content)
    assert _changed(project, outputs) == [expected]


def test_what_is_not_there_did_not_change_and_what_changed_kind_did(project: Project, outputs: list[Output]) -> None:
    (project.path / "file").unlink()
    assert _changed(project, outputs) == []
    (project.path / "file").mkdir()
    assert _changed(project, outputs) == ["file"]


def test_links_into_the_cache_are_known_without_reading(project: Project, outputs: list[Output]) -> None:
    (project.path / "file").unlink()
    (project.path / "file").symlink_to(project.object(outputs[1].md5))
    assert _changed(project, outputs) == []


def _age(project: Project) -> None:
    for path in project.path.rglob("f*/*"):
        os.utime(path, (time.time() - 60, time.time() - 60))
    os.utime(project.path / "file", (time.time() - 60, time.time() - 60))


def test_settled_data_is_read_once(
    project: Project, outputs: list[Output], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = str(tmp_path / "state/digests.json")
    _age(project)
    assert _changed(project, outputs, memory) == []
    monkeypatch.setattr(remembered, "digest", None)
    assert _changed(project, outputs, memory) == []


def test_data_that_changed_a_moment_ago_is_read_again(project: Project, outputs: list[Output], tmp_path: Path) -> None:
    memory = tmp_path / "digests.json"
    assert _changed(project, outputs, str(memory)) == []
    assert not memory.exists()


def test_an_edit_that_keeps_size_is_found_by_its_time(project: Project, outputs: list[Output], tmp_path: Path) -> None:
    memory = str(tmp_path / "digests.json")
    _age(project)
    _changed(project, outputs, memory)
    project.write("folder/a", "X")
    assert _changed(project, outputs, memory) == ["folder"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"/x": 1}', "[" * 100_000, "\xff"])
def test_a_damaged_memory_is_forgotten(project: Project, outputs: list[Output], tmp_path: Path, content: str) -> None:
    memory = tmp_path / "digests.json"
    memory.write_text(content)
    _age(project)
    assert _changed(project, outputs, str(memory)) == []
    assert memory.read_text().startswith('{"/')


def test_a_memory_that_cannot_be_written_is_no_error(project: Project, outputs: list[Output], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    _age(project)
    assert _changed(project, outputs, str(tmp_path / "file/digests.json")) == []


def test_the_memory_of_several_processes_is_merged(project: Project, outputs: list[Output], tmp_path: Path) -> None:
    _age(project)
    path = str(tmp_path / "digests.json")
    first, second = Digests(path), Digests(path)
    first.of(str(project.path / "file"))
    second.of(str(project.path / "folder"))
    first.save()
    second.save()
    assert len(Digests(path)._known) == len(outputs)


def test_a_dvcignore_that_is_no_text_is_named(project: Project, outputs: list[Output]) -> None:
    (project.path / ".dvcignore").write_bytes(b"caf\xe9\n")
    project.write("folder/a", "9")
    with pytest.raises(UsageError, match=r"\.dvcignore is not UTF-8"):
        _changed(project, outputs)
