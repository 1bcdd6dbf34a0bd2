"""Slow packages are loaded by the command that needs them, and layers are imported one way only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOW = {"dvc", "git", "numpy", "optuna", "pandas", "pyarrow", "rich", "scipy", "sklearn", "textual"}

# The one module that owns a slow package may load it; nothing may load that module while it loads itself.
OWNERS = {"branchlab.git.history"}

LOADED = """
import sys
before = set(sys.modules)
{statement}
print(*sorted({{name.partition(".")[0] for name in set(sys.modules) - before}}), sep="\\n", file=sys.stderr)
"""


def _loaded_by(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(statement=statement)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def _core_modules() -> list[str]:
    source = ROOT / "src"
    modules = {
        ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        for path in (source / "branchlab").rglob("*.py")
        if "project" not in path.relative_to(source).parts  # the demo's own files are copied, never imported
    }
    return sorted(modules - OWNERS - {"branchlab.__main__"})


def test_help_loads_no_slow_package() -> None:
    statement = """
from branchlab.cli.main import entry
sys.argv = ["branchlab", "--help"]
try:
    entry()
except SystemExit:
    pass
"""
    assert _loaded_by(statement) & SLOW == set()


def test_a_subcommand_loads_no_other_one() -> None:
    statement = """
from branchlab.cli.main import load_command, make_parser
make_parser("sweep", load_command("sweep")).parse_args(["stop", "rates"])
print("ours:", *(name for name in sys.modules if name.startswith("branchlab.cli.sweeps.")), file=sys.stderr)
"""
    loaded = _loaded_by(statement)
    assert {name for name in loaded if name.startswith("branchlab.cli.sweeps.")} == {"branchlab.cli.sweeps.stop"}


def test_no_core_module_loads_a_slow_package() -> None:
    statement = f"import importlib\nfor name in {_core_modules()}: importlib.import_module(name)"
    loaded = _loaded_by(statement)
    assert "branchlab" in loaded
    assert loaded & SLOW == set()


@pytest.mark.parametrize("statement", ["import branchlab", "import branchlab; branchlab.start_run"])
def test_a_training_script_loads_the_standard_library_only(statement: str) -> None:
    assert _loaded_by(statement) - set(sys.stdlib_module_names) == {"branchlab"}


def test_layers_are_imported_one_way_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
