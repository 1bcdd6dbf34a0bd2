"""Every view at every size, in dark, light and without colour, as it was when somebody last looked at it.

WRITE_GOLDEN=1 writes the files anew; then look at them, or at pictures (python docs/screens.py).
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pictured_project import NOW, live_run, make_pictured_project
from screen_pictures import MODES, Golden, Shown, check_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scratch_repository import ScratchRepository

GOLDEN = Path(__file__).parent / "golden"
SIZES = ((60, 16), (80, 24), (120, 40), (200, 60))
STYLED = (80, 24)  # at this size styles are part of the picture
SOON = {((60, 16), "dark"), *((STYLED, mode) for mode in MODES)}
EACH = [
    pytest.param(size, mode, id=f"{mode}-{size[0]}x{size[1]}", marks=() if (size, mode) in SOON else pytest.mark.prove)
    for size in SIZES
    for mode in MODES
]

VIEWS = (
    Shown("experiments", ()),
    Shown("filter", ("slash", *"wider")),
    Shown("marked", ("escape", "j", "j", "space", "j", "space")),
    Shown("deltas", ("d",)),
    Shown("groups", ("d", "d", "d")),
    Shown("keys", ("question_mark",)),
    Shown("diff", ("escape", "D")),
    Shown("compare", ("4",)),
    Shown("curves", ("5",)),
    Shown("plots", ("6",)),
    Shown("experiment", ("2",)),
)


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchRepository]:
    repository = make_pictured_project(tmp_path_factory.mktemp("pictured") / "project")
    with live_run(repository) as folder:
        for path in (folder, *folder.iterdir()):
            os.utime(path, (NOW - 5, NOW - 5))
        yield repository


@pytest.mark.parametrize(("size", "mode"), EACH)
def test_every_view_is_as_it_was_looked_at(
    pictured: ScratchRepository, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], mode: str
) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW)
    if mode == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    lines = "-no-colour" if mode == "no-colour" else ""  # dark and light share a picture: colour says nothing alone
    golden = [Golden(GOLDEN / f"{size[0]}x{size[1]}{lines}.txt")]
    if size == STYLED:
        golden.append(Golden(GOLDEN / f"{size[0]}x{size[1]}-{mode}.styles.txt", styles=True))
    check_pictures(pictured, size, mode, VIEWS, golden)
