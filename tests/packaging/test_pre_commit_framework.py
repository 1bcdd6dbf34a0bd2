"""`.pre-commit-hooks.yaml` with the real pre-commit: tried, installed, passing and refusing, offline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from command_line import Said
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from conftest import MakeRepository

ROOT = Path(__file__).parents[2]
CONFIG = """\
repos:
-   repo: {repo}
    rev: {rev}
    hooks:
    -   id: branchlab-name
    -   id: branchlab-files
    -   id: branchlab-check
"""


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    """A repository with what the framework clones of ours."""
    ours = ScratchRepository(tmp_path_factory.mktemp("framework") / "branchlab")
    hidden = shutil.ignore_patterns("__pycache__")
    for folder in ("src", "hooks"):
        shutil.copytree(ROOT / folder, ours.path / folder, ignore=hidden)
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", ours.path)
    ours.git("init", "-q")
    ours.commit("all")
    (ours.path.parent / "store").mkdir()
    return ours


@pytest.fixture
def used(make_repository: MakeRepository, ours: ScratchRepository, tmp_path: Path) -> ScratchRepository:
    """A project that uses the framework, and a remote that it pushes to."""
    used, remote = make_repository("used"), make_repository("remote.git", bare=True)
    used.git("remote", "add", "origin", str(remote.path))
    config = CONFIG.format(repo=ours.path, rev=ours.git("rev-parse", "HEAD"))
    used.commit("project", **{"branchlab.toml": "", ".pre-commit-config.yaml": config})
    # one for all projects, as the framework means it: it clones once
    (tmp_path / "store").symlink_to(ours.path.parent / "store")
    return used


def run(repository: ScratchRepository, *command: str, **environment: str) -> Said:
    store = {"PRE_COMMIT_HOME": str(repository.path.parent / "store"), "PRE_COMMIT_COLOR": "never"}
    done = subprocess.run(
        command,
        cwd=repository.path,
        env={**os.environ, **store, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def framework(repository: ScratchRepository, *arguments: str, **environment: str) -> Said:
    return run(repository, sys.executable, "-m", "pre_commit", *arguments, **environment)


def test_it_can_be_tried(used: ScratchRepository, ours: ScratchRepository) -> None:
    said = framework(used, "try-repo", str(ours.path), "--all-files")
    assert said.code == 0, said.out + said.err
    assert said.out.count("Passed") == 2
    used.git("switch", "-q", "-c", "wider")
    said = framework(used, "try-repo", str(ours.path), "branchlab-name", "--all-files")
    assert said.code == 1
    assert "wider is no name for an experiment" in said.out
    assert "git branch -m wider exp/" in said.out


def test_commits_pass_or_are_refused(used: ScratchRepository) -> None:
    assert framework(used, "install").code == 0
    used.git("switch", "-q", "-c", "wider")
    used.write("train.py", "x")
    used.git("add", "train.py")
    said = run(used, "git", "commit", "-m", "work")
    assert said.code == 1
    assert "hint: git branch -m wider exp/" in said.err
    used.git("branch", "-m", "exp/model/wider")
    said = run(used, "git", "commit", "-m", "work")
    assert said.code == 0, said.err
    assert used.git("log", "-1", "--format=%s") == "work"


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("metrics.toml", "<<<<<<< ours\n", "metrics.toml has conflict markers at line 1"),
        ("sub/metrics.toml", "schema = 1\n", "sub/metrics.toml: run must be a table"),
        ("branchlab.toml", "[naming]\npattern = 'exp'\n", "branchlab.toml: naming.pattern has no {slug}"),
        ("branchlab.toml", "[namin]\n", "branchlab.toml: unknown key namin"),
    ],
)
def test_files_that_cannot_be_read_are_refused(used: ScratchRepository, path: str, content: str, words: str) -> None:
    assert framework(used, "install").code == 0
    used.write(path, content)
    used.git("add", path)
    said = run(used, "git", "commit", "-m", "work")
    assert said.code == 1
    assert words in said.err
    assert "Traceback" not in said.err


def test_a_push_is_judged_by_the_branch_it_makes(used: ScratchRepository) -> None:
    assert framework(used, "install", "--hook-type", "pre-push").code == 0
    used.git("switch", "-q", "-c", "exp/model/wider")
    said = run(used, "git", "push", "origin", "HEAD:refs/heads/wider")
    assert said.code == 1
    assert "wider is no name for an experiment" in said.out
    said = run(used, "git", "push", "origin", "main")
    assert said.code == 0, said.err
    used.commit("nobody measured it", code="x")
    said = run(used, "git", "push", "origin", "HEAD")
    assert said.code == 1
    assert "there is no metrics.toml" in said.out
    said = run(used, "git", "push", "origin", "HEAD", SKIP="branchlab-check")
    assert said.code == 0, said.err


def launch(repository: ScratchRepository, ours: ScratchRepository, folder: Path, *arguments: str) -> Said:
    shell = shutil.which("sh") or ""
    return run(repository, shell, str(ours.path / "hooks/framework/launch.sh"), *arguments, PATH=str(folder))


def put(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_an_old_python_gives_way_to_a_newer_one(used: ScratchRepository, ours: ScratchRepository) -> None:
    folder = used.path.parent / "bin"
    put(folder, "python3", "exit 77")
    put(folder, "python3.13", "exit 127")
    said = launch(used, ours, folder, "name")
    assert (said.code, said.out) == (1, "")
    assert "no Python 3.11 or newer is on the PATH. hint: install one, or SKIP=branchlab-name" in said.err
    put(folder, "python3.11", f'exec {sys.executable} "$@"')
    (folder / "git").symlink_to(shutil.which("git") or "")
    said = launch(used, ours, folder, "name")
    assert (said.code, said.err) == (0, "")


def test_the_check_says_when_branchlab_is_not_there(used: ScratchRepository, ours: ScratchRepository) -> None:
    said = launch(used, ours, used.path.parent / "nothing", "check")
    assert (said.code, said.out) == (1, "")
    assert "SKIP=branchlab-check" in said.err
