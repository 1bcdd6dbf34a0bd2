"""docs/architecture.md names files and rooms that are there, and the rooms in the order that the layers have."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
FILES = sorted({name for name in re.findall(r"`([\w./]+\.(?:py|md|toml))`", PAGE) if not re.search("NAME|VIEW", name)})
FOLDERS = sorted(set(re.findall(r"`(tests/[\w/]+/)`", PAGE)))
WRITTEN = {"branchlab.toml", "params.toml", "metrics.toml", "sweep.toml"}  # by people and runs, in their projects
PLACES = (".", "src/branchlab", "tui/branchlab_tui", "hooks/branchlab_hooks")


@pytest.mark.parametrize("name", [name for name in FILES if name not in WRITTEN] + FOLDERS)
def test_each_file_on_the_map_is_there(name: str) -> None:
    assert any((ROOT / place / name).exists() for place in PLACES)


def test_each_room_of_the_core_is_on_the_map() -> None:
    core = ROOT / "src" / "branchlab"
    rooms = {f"{path.parent.name}/" for path in core.glob("*/__init__.py")}
    modules = {path.name for path in core.glob("*.py")} - {"__init__.py"}
    assert {name for name in rooms | modules if f"`{name}`" not in PAGE} == set()


def test_the_rooms_stand_in_the_order_of_their_layers() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    names = [name.strip().removeprefix("branchlab.") for layer in layers for name in layer.split(":")]
    table = PAGE[PAGE.index("## The rooms") : PAGE.index("## A sweep")]
    places = [table.index(f"`{name}/`") for name in names if f"`{name}/`" in table]
    assert len(places) > len(names) // 2
    assert places == sorted(places)
