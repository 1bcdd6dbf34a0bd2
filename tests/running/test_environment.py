"""The environment of commands that log nothing themselves."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from branchlab.running.environment import probe_environment
from branchlab.tracking.environment import capture_environment

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = "import json\nfrom sklearn import svm\nimport no_such_module\nraise SystemExit('must not run')\n"


def test_the_python_of_a_script_is_asked_which_of_its_packages_the_script_imports(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    found = probe_environment([sys.executable, "-u", "train.py", "--lr", "1"], str(tmp_path))
    assert found["packages"] == {"scikit-learn": version("scikit-learn")}
    assert found["python"] == platform.python_version()
    assert found["packages_hash"] == capture_environment()["packages_hash"]


def test_a_program_with_a_python_in_its_first_line_is_a_script(tmp_path: Path) -> None:
    program = tmp_path / "train"
    program.write_text(f"#!{sys.executable}\n{SCRIPT}")
    program.chmod(0o755)
    (tmp_path / "worktree").mkdir()
    found = probe_environment(["./train"], str(tmp_path / "worktree"), fallback=str(tmp_path))
    assert found["packages"] == {"scikit-learn": version("scikit-learn")}


@pytest.mark.parametrize("command", [["true"], ["sh", "-c", "python train.py"], ["no-such-program"], []])
def test_what_is_no_python_has_a_platform_only(tmp_path: Path, command: list[str]) -> None:
    assert probe_environment(command, str(tmp_path)) == {"platform": capture_environment()["platform"]}


@pytest.mark.parametrize("text", ["import (\n", "\0", "\udcff"])
def test_a_script_that_is_not_python_costs_its_packages_only(tmp_path: Path, text: str) -> None:
    (tmp_path / "train.py").write_bytes(text.encode(errors="surrogateescape"))
    found = probe_environment([sys.executable, "train.py"], str(tmp_path))
    assert (found["packages"], found["python"]) == ({}, platform.python_version())
