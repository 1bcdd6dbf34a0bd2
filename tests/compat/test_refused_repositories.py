"""Repositories that the system or git itself does not let us read or write: one line, a remedy, and nothing is done."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

import pytest

from in_process import call, the_error
from kinds_of_repository import Kind, Place, plain
from powerless_user import NOBODY, powerless
from scratch_repository import ScratchRepository
from walk_of_commands import WALK, everything, listed, walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kinds_of_repository import Template

__all__ = ["powerless"]

WRITERS = ("run", "reproduce", "sweep", "note change", "rename", "archive", "rm", "new", "run here", "apply")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository away")
def test_a_repository_of_somebody_else_is_refused_by_every_command(template: Template, tmp_path: Path) -> None:
    place = plain(template, tmp_path)
    for path in (place.folder, place.folder / ".git"):
        os.chown(path, 4242, 4242)
    before = everything(tmp_path)
    for step in WALK:
        if step.name in {"ls", "run", "init", "doctor", "new", "sweep status", "push", "hooks"}:
            line = the_error(call(place.folder, *step.arguments))
            assert "dubious ownership" in line
            assert line.endswith(f"hint: git config --global --add safe.directory {place.folder}")
    assert everything(tmp_path) == before


def test_in_a_read_only_repository_everything_can_be_read(template: Template, powerless: Path) -> None:
    place = _given(template, powerless)
    with _read_only(place.folder):
        assert listed(place) == {"exp/model/first": "finished", "exp/model/second": "finished"}
        walk(place, Kind(plain), ("show", "diff", "compare", "log", "note", "watch", "check", "doctor"))


@pytest.mark.parametrize("name", WRITERS)
def test_in_a_read_only_repository_nothing_is_begun(template: Template, powerless: Path, name: str) -> None:
    place = _given(template, powerless)
    (step,) = (step for step in WALK if step.name == name)
    known = {"third": "first", "by-hand": "first"}  # what the walk makes on its way is not there
    arguments = [known.get(word, word) for word in step.arguments]
    if step.before:
        step.before(place)
    with _read_only(place.folder):
        before = everything(powerless)
        line = the_error(call(place.folder, *arguments))
        assert "ermission" in line, line
        assert everything(powerless) == before


def test_with_umask_077_the_repository_stays_private(template: Template, tmp_path: Path) -> None:
    place = plain(template, tmp_path)
    before = set(_modes(tmp_path))
    old = os.umask(0o077)
    try:
        walk(place, Kind(plain), ("run", "record", "apply", "archive", "restore"))
    finally:
        os.umask(old)
    new = {path: mode for path, mode in _modes(tmp_path).items() if path not in before}
    assert new
    open_to_others = {path: oct(mode) for path, mode in new.items() if mode & 0o077}
    assert [path for path in open_to_others if "/.dvc/cache/" not in path] == []  # there, the mode is DVC's own


def _given(template: Template, folder: Path) -> Place:
    """Copies the project for a user who is not root."""
    root = os.getuid() == 0
    if root:
        os.seteuid(0)
        for command in ("log", "check", "doctor"):  # loads modules that this user may not read
            call(template.project.path, command)
    shutil.copytree(template.project.path, folder / "project", symlinks=True)
    if root:
        for where, _, files in os.walk(folder / "project"):
            for path in (where, *(os.path.join(where, name) for name in files)):
                os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    repository = ScratchRepository(folder / "project")
    repository.git("status", "--porcelain")
    return Place(repository, repository.path, folder)


class _read_only:  # noqa: N801 - reads as a phrase
    """Takes the right to write from all files and folders of a tree for a while."""

    def __init__(self, top: Path) -> None:
        self._modes = _modes(top)

    def __enter__(self) -> None:
        for path, mode in self._modes.items():
            os.chmod(path, mode & ~0o222)

    def __exit__(self, *_: object) -> None:
        for path, mode in self._modes.items():
            os.chmod(path, mode)


def _modes(top: Path) -> dict[str, int]:
    return dict(_walk_modes(str(top)))


def _walk_modes(top: str) -> Iterator[tuple[str, int]]:
    for folder, _, files in os.walk(top):
        for path in (folder, *(os.path.join(folder, name) for name in files)):
            if not os.path.islink(path):
                yield path, stat.S_IMODE(os.stat(path).st_mode)
