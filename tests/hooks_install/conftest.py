"""Hooks whose bodies say what they were given, so that the beginning which all hooks share can be seen at work."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchlab.git.repository import find_repository
from branchlab_hooks import script
from branchlab_hooks.events import EVENTS
from branchlab_hooks.install import install_files
from branchlab_hooks.places import find_place

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


BODY = """
{
    printf '%s\\n' "event=$event" "branch=$branch" "git_dir=$git_dir" "state=$state" "cwd=$PWD" "input=[$input]"
    for argument; do printf '%s\\n' "argument=$argument"; done
    printf '%s\\n' .
} >>"$common_dir/told"
"""


@pytest.fixture
def bodies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the parts of hooks: the real beginning, and bodies that append to `.git/told`."""
    folder = tmp_path / "parts"
    folder.mkdir()
    for name in ("header", "names"):
        shutil.copy(Path(script.__file__).parent / "sh" / f"{name}.sh", folder)
    for event in EVENTS:
        (folder / f"{event}.sh").write_text(BODY)
    monkeypatch.setattr(script, "_PARTS", str(folder))
    return folder


@pytest.fixture
def hooked(repository: ScratchRepository, bodies: Path) -> ScratchRepository:
    """A repository in which every event that branchlab knows tells what it was given."""
    assert bodies.is_dir()
    install_files(find_place(find_repository(str(repository.path))), EVENTS)
    return repository
