"""The view of a sweep at every size, as it was when somebody last looked at it.

WRITE_GOLDEN=1 writes the files anew; then look at them, or at pictures (python docs/screens.py).
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchlab_tui.screens.sweep.panes import ALL_FROM
from pictured_project import NOW
from screen_pictures import Golden, Shown, check_pictures
from tui_sweeps import make_sweep_project

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

GOLDEN = Path(__file__).parent / "golden"
OPEN = Shown("sweep", ("j", "7"))
ALONE = tuple(Shown(name, ("tab",)) for name in ("slices", "contour", "strands", "importance", "progress"))


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    return make_sweep_project(tmp_path_factory.mktemp("pictured") / "project")


@pytest.mark.parametrize(
    ("size", "mode"),
    [
        ((60, 16), "dark"),
        ((80, 24), "dark"),
        ((80, 24), "light"),
        ((80, 24), "no-colour"),
        ((120, 40), "dark"),
        ((200, 60), "light"),
    ],
)
def test_the_sweep_is_as_it_was_looked_at(
    swept: ScratchRepository, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], mode: str
) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW)
    if mode == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    alone = size < ALL_FROM
    golden = [Golden(GOLDEN / f"{size[0]}x{size[1]}.txt")]
    if alone and size[0] > 60:
        golden.append(Golden(GOLDEN / f"{size[0]}x{size[1]}-{mode}.styles.txt", styles=True))
    check_pictures(swept, size, mode, (OPEN, *(ALONE if alone else ())), golden)
