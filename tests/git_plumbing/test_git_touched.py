"""A folder in which anything changed is never taken for untouched."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from branchlab.git.touched import MOST_ENTRIES, is_untouched, look_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_text("1")
    (tmp_path / "b").write_text("2")
    (tmp_path / "link").symlink_to("b")
    (tmp_path / ".git").write_text("gitdir: x")
    return tmp_path


def _rewrite_at_once(folder: Path) -> None:
    """Changes a file within the tick of the clock in which it was looked at: size and times stay."""
    status = (folder / "b").stat()
    (folder / "b").write_text("3")
    os.utime(folder / "b", ns=(status.st_atime_ns, status.st_mtime_ns))


def _turn(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").symlink_to("c")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file is new": lambda folder: (folder / "sub" / "new").write_text(""),
    "a file is gone": lambda folder: (folder / "sub" / "a").unlink(),
    "a file is longer": lambda folder: (folder / "b").write_text("22"),
    "a file is another one at once": _rewrite_at_once,
    "a mode changed": lambda folder: (folder / "b").chmod(0o755),
    "a folder is new": lambda folder: (folder / "empty").mkdir(),
    "a link leads elsewhere": _turn,
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(folder: Path, change: str) -> None:
    before = look_at(str(folder))
    CHANGES[change](folder)
    assert not is_untouched(str(folder), before)


def test_what_nobody_touched_is_untouched(folder: Path) -> None:
    before = look_at(str(folder))
    (folder / ".git").write_text("gitdir: y")
    assert is_untouched(str(folder), before)


def test_a_large_folder_is_left_to_git(tmp_path: Path) -> None:
    for number in range(MOST_ENTRIES + 1):
        (tmp_path / str(number)).touch()
    assert look_at(str(tmp_path)) is None
    assert not is_untouched(str(tmp_path), None)


def test_a_large_file_of_this_moment_cannot_be_vouched_for(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * (1 << 17))
    assert look_at(str(tmp_path)) is None
