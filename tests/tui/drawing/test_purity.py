"""Drawing is pure: it can be used, and tested, where no terminal and no Textual is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import branchlab_tui.drawing

SLOW = {"textual", "rich", "numpy", "pandas", "PIL"}


def test_drawing_loads_no_textual_no_rich_and_no_pillow() -> None:
    modules = sorted(path.stem for path in Path(branchlab_tui.drawing.__file__).parent.glob("*.py"))
    names = [f"branchlab_tui.drawing.{name}" for name in modules if name != "__init__"]
    code = f"import importlib, sys\nfor name in {names}: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "branchlab_tui" in loaded
    assert loaded & SLOW == set()
