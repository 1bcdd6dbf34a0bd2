"""Each test begins as a program does that has shown nothing yet."""

from __future__ import annotations

import pytest

from branchlab_tui.model import sheet


@pytest.fixture(autouse=True)
def _nothing_shown() -> None:
    sheet._last.clear()
