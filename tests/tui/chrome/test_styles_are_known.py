"""A style that a widget is asked for and does not know would end the program."""

from __future__ import annotations

import ast
from pathlib import Path

from branchlab_tui.widgets.status_line.status_line import StatusLine

SCREENS = Path(__file__).parents[3] / "tui" / "branchlab_tui" / "screens"


def _asked() -> set[str]:
    """Returns every style that a fact is made with, wherever it is told as a text."""
    found = set()
    for path in SCREENS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fact":
                given = node.args[1:2] + [word.value for word in node.keywords if word.arg == "style"]
                parts = [part for one in given for part in ast.walk(one)]
                found |= {
                    part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found - {""}


def test_a_status_line_knows_every_style_of_the_facts() -> None:
    asked = _asked()
    assert "live" in asked
    assert {f"drawn--{style}" for style in asked} <= StatusLine.COMPONENT_CLASSES
