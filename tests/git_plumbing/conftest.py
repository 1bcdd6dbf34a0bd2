"""What the tests of git share: the state of a repository as one value, and small repositories."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import Protocol

import pytest

from powerless_user import powerless
from scratch_repository import ScratchRepository

__all__ = ["powerless"]  # a fixture that pytest finds here

State = dict[str, tuple[int, int, bytes]]


class Look(Protocol):
    """What the fixture `look` is."""

    def __call__(self, top: Path) -> State:
        """Reads mode, time and content of every file by path, those of git too; objects may be added."""


@pytest.fixture
def look() -> Look:
    """Reads everything a user could miss: files, index, HEAD, refs, logs, stash, configuration."""

    def read(top: Path) -> State:
        found: State = {}
        for folder, folders, files in os.walk(top):
            folders[:] = [name for name in folders if name not in ("objects", "branchlab")]
            for name in (*files, *(entry for entry in folders if os.path.islink(os.path.join(folder, entry)))):
                path = os.path.join(folder, name)
                status = os.lstat(path)
                if stat.S_ISLNK(status.st_mode):
                    content = os.fsencode(os.readlink(path))
                else:
                    content = Path(path).read_bytes() if stat.S_ISREG(status.st_mode) else b""
                found[os.path.relpath(path, top)] = (status.st_mode, status.st_mtime_ns, content)
        return found

    return read


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a file, a folder, a link and a stash; a library; and the project with it as a submodule."""
    folder = tmp_path_factory.mktemp("template")
    library, project = ScratchRepository(folder / "library"), ScratchRepository(folder / "project")
    for scratch in (library, project):
        scratch.path.mkdir()
        scratch.git("init", "--quiet", "--template=")
        if scratch is project:
            (scratch.path / "link").symlink_to("a")
        scratch.commit("base", a="1", **{"d/e": "2", "d/f": "3"})
    project.write("a", "stashed work")
    project.git("stash", "--quiet")
    shutil.copytree(project.path, folder / "with library", symlinks=True)
    outer = ScratchRepository(folder / "with library")
    outer.git("submodule", "--quiet", "add", str(library.path), "lib")
    outer.commit("add lib")
    return folder


@pytest.fixture
def project(template: Path, tmp_path: Path) -> ScratchRepository:
    """A repository with a file, a folder, a link and a stash."""
    return ScratchRepository(shutil.copytree(template / "project", tmp_path / "project", symlinks=True))


@pytest.fixture
def outer(template: Path, tmp_path: Path) -> ScratchRepository:
    """The same with a submodule `lib`."""
    return ScratchRepository(shutil.copytree(template / "with library", tmp_path / "outer", symlinks=True))
