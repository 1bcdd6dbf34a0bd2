"""The first frame: it fits every terminal, names project and branch, and lets nothing from a repository through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from branchlab.report.width import display_width
from branchlab_tui.skeleton import ENTER, find_head, first_frame

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository

_STYLE = re.compile(r"\x1b\[\d*m")


def _lines(frame: str) -> list[str]:
    assert frame.startswith(ENTER)
    return _STYLE.sub("", frame.removeprefix(ENTER)).split("\r\n")


@given(width=st.integers(1, 250), height=st.integers(1, 80), colour=st.booleans())
def test_the_frame_never_leaves_the_terminal(width: int, height: int, *, colour: bool) -> None:
    lines = _lines(first_frame("/", width, height, colour=colour))
    assert len(lines) <= height
    assert all(display_width(line) <= width for line in lines)


def test_project_and_branch_stand_in_the_first_line(repository: ScratchRepository) -> None:
    repository.git("switch", "--quiet", "--create", "exp/model/wider")
    deep = repository.path / "a" / "b"
    deep.mkdir(parents=True)
    first = _lines(first_frame(str(deep), 80, 24, colour=True))[0]
    assert first.split() == ["branchlab", "project", "@", "exp/model/wider", "loading"]


def test_a_linked_worktree_has_a_branch_of_its_own(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    assert find_head(str(tmp_path / "linked")) == (str(tmp_path / "linked"), "other")


def test_a_detached_head_has_no_branch(repository: ScratchRepository) -> None:
    repository.git("switch", "--quiet", "--detach")
    assert find_head(str(repository.path))[1] == ""


def test_no_repository_is_no_reason_to_fail(tmp_path: Path) -> None:
    assert find_head(str(tmp_path)) == (str(tmp_path), "")


def test_a_wide_name_fits_too(make_repository: MakeRepository) -> None:
    repository = make_repository("実験の木" * 8)
    assert all(display_width(line) <= 60 for line in _lines(first_frame(str(repository.path), 60, 16, colour=True)))


def test_a_hostile_folder_cannot_steer_the_terminal(make_repository: MakeRepository) -> None:
    repository = make_repository("evil\x1b[2Jname\u202e")
    frame = first_frame(str(repository.path), 80, 24, colour=False)
    assert "\x1b" not in frame.removeprefix(ENTER)
    assert "\u202e" not in frame


def test_no_colour_means_no_styles() -> None:
    assert not _STYLE.search(first_frame("/", 80, 24, colour=False))
    assert _STYLE.search(first_frame("/", 80, 24, colour=True))
