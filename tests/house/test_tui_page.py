"""docs/tui.md lists the keys that the program has."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import branchlab_tui.widgets

DOCS = Path(__file__).parents[2] / "docs"
WIDGETS = Path(branchlab_tui.widgets.__file__).parent


def test_the_tables_of_keys_are_those_of_the_program() -> None:
    done = subprocess.run([sys.executable, str(DOCS / "keytable.py"), "--check"], check=False)
    assert done.returncode == 0, "write them with: python docs/keytable.py"


@pytest.mark.parametrize("widget", sorted(file.parent.name for file in WIDGETS.glob("*/keys.py")))
def test_the_keys_of_every_widget_are_told(widget: str) -> None:
    told = (DOCS / "tui.md").read_text("utf-8")
    for key in import_module(f"branchlab_tui.widgets.{widget}.keys").KEYS:
        assert f"| {key.description} |" in told
