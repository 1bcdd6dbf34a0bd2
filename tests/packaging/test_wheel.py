"""The wheel, built from the source distribution as an index would serve it, holds and does what it should."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]

ALLOWED = re.compile(
    r"(branchlab|branchlab_tui|branchlab_hooks)/([a-z_]+/)*([a-z_]+\.py|py\.typed|[a-z_]+\.tcss)"
    r"|branchlab_hooks/sh/[a-z-]+\.sh"
    r"|branchlab/demo/project/(params\.toml|branchlab\.toml|sweep\.toml|gitignore)"
    r"|branchlab-[0-9.]+\.dist-info/(METADATA|WHEEL|RECORD|entry_points\.txt|licenses/LICENSE)"
)


class Bare(NamedTuple):
    """An environment in which only the wheel was installed; its dependencies are those of the tests."""

    folder: Path

    def run(self, *command: str, cwd: Path) -> str:
        """Runs a command of the environment as in an activated one and returns what it printed."""
        done = subprocess.run(
            command,
            cwd=cwd,
            env={"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", "HOME": str(cwd), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """Installs the wheel into an environment of its own.

    Downloading a hundred packages again would test the index, not the wheel: a .pth lends those of this environment,
    after the wheel's own place on the path, and without running the .pth of an editable install.
    """
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=120)
    place = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    pip = [sys.executable, "-m", "pip", f"--python={folder}", "install", "--quiet", "--no-cache-dir"]
    home = {**os.environ, "HOME": str(folder)}  # pip asks a rustc on the path for its version, which may write there
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], env=home, check=True, timeout=120)
    (place / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Bare(folder)


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if not ALLOWED.fullmatch(name)] == []
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "branchlab",
        "branchlab_hooks",
        "branchlab_tui",
    }


def test_the_wheel_has_every_module_and_file_of_the_packages(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        str(path.relative_to((ROOT / package).parent))
        for package in ("src/branchlab", "tui/branchlab_tui", "hooks/branchlab_hooks")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sources - names == set()


def test_both_commands_answer_from_a_bare_environment(bare: Bare, tmp_path: Path) -> None:
    assert re.fullmatch(r"branchlab \d+\.\d+\.\d+\n", bare.run("branchlab", "--version", cwd=tmp_path))
    # git itself keeps `--help` for man pages; `-h` reaches the program.
    assert "usage: branchlab" in bare.run("git", "branchlab", "-h", cwd=tmp_path)
    assert "usage: branchlab" in bare.run("git-branchlab", "--help", cwd=tmp_path)


def test_the_demo_makes_its_project_from_a_bare_environment(bare: Bare, tmp_path: Path) -> None:
    bare.run("branchlab", "demo", "digits", "--no-runs", cwd=tmp_path)
    project = tmp_path / "digits"
    assert bare.run("git", "status", "--porcelain", cwd=project) == ""
    assert (project / "data/validation.csv.dvc").is_file()
    where = bare.run("python", "-c", "import branchlab; print(branchlab.__file__)", cwd=project)
    assert Path(where.strip()).is_relative_to(bare.folder)
