"""A user whom file modes stop: root, as whom tests may run, is stopped by nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


@pytest.fixture
def powerless(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Path]:
    """A folder of a user whom file modes stop; root becomes such a user for the length of the test."""
    folder = Path(tempfile.mkdtemp(prefix="powerless-"))
    settings = folder / "gitconfig"
    settings.write_bytes((home / ".gitconfig").read_bytes())
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("HOME", str(folder))
    root = os.geteuid() == 0
    if root:
        for path in (folder, settings):
            os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for place, _, _ in os.walk(folder):
            os.chmod(place, 0o700)
        shutil.rmtree(folder)
