"""git calls the drivers wherever Python lies, and merges and shows plain text where it is gone."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from branchlab.git.repository import find_repository
from branchlab_hooks import drivers
from merging_branches import experiment, prepare, read, record_here, try_git
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

ALONE = "/usr/bin:/bin"  # no branchlab there


@pytest.fixture
def experiments(repository: ScratchRepository) -> ScratchRepository:
    """Two experiments whose records would conflict; `exp/model/second` is checked out."""
    prepare(repository)
    experiment(repository, "first")
    experiment(repository, "second")
    return repository


@pytest.mark.parametrize("folder", ["with a blank", "100%P", 'it\'s "quoted"', "$HOME;x", "größe"])
def test_python_may_lie_anywhere(
    experiments: ScratchRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    python = tmp_path / folder / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\ntouch "$0.used"\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    drivers.configure(find_repository(str(experiments.path)))
    said = try_git(experiments, "merge", "--no-edit", "exp/model/first", PATH=ALONE)
    assert said.code == 0, said.text
    assert record_here(experiments).run.merged == ("first",)
    assert python.with_name("python.used").exists()
    python.with_name("python.used").unlink()
    assert "metrics.accuracy = 0.6" in try_git(experiments, "show", "HEAD~1", PATH=ALONE).text
    assert python.with_name("python.used").exists()


def test_a_module_in_the_repository_is_not_taken_for_ours(experiments: ScratchRepository) -> None:
    planted = dict.fromkeys(("tomllib.py", "branchlab.py", "json.py", "branchlab/__init__.py"), "open('ran', 'w')\n")
    experiments.commit("planted", **planted)
    assert try_git(experiments, "merge", "--no-edit", "exp/model/first").code == 0
    assert record_here(experiments).run.merged == ("first",)
    try_git(experiments, "log", "-p")
    assert not (experiments.path / "ran").exists()


def test_a_branchlab_on_the_path_steps_in_for_a_python_that_is_gone(
    experiments: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/gone/python")
    drivers.configure(find_repository(str(experiments.path)))
    assert try_git(experiments, "merge", "--no-edit", "exp/model/first").code == 0
    assert record_here(experiments).run.merged == ("first",)


def test_without_branchlab_git_merges_and_shows_plain_text(
    experiments: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/gone/python")
    drivers.configure(find_repository(str(experiments.path)))
    assert "+[metrics]\n+accuracy = 0.6\n" in try_git(experiments, "show", PATH=ALONE).text
    said = try_git(experiments, "merge", "--no-edit", "exp/model/first", PATH=ALONE)
    assert said.code == 1
    assert "Merge conflict in metrics.toml" in said.text
    assert '<<<<<<< ours\nid = "second"\n=======\nid = "first"\n>>>>>>> theirs\n' in read(experiments, "metrics.toml")


def test_without_branchlab_binary_files_conflict_as_ever(
    experiments: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/gone/python")
    drivers.configure(find_repository(str(experiments.path)))
    experiments.write("metrics.toml", b"schema = 1\0\n")
    experiments.git("commit", "--quiet", "-am", "zero")
    said = try_git(experiments, "merge", "--no-edit", "exp/model/first", PATH=ALONE)
    assert said.code == 1
    assert "Merge conflict in metrics.toml" in said.text


def test_in_a_fresh_clone_git_merges_and_shows_plain_text(experiments: ScratchRepository, tmp_path: Path) -> None:
    clone = ScratchRepository(tmp_path / "clone")
    subprocess.run(["git", "clone", "--quiet", experiments.path, clone.path], check=True)
    assert "+[metrics]\n+accuracy = 0.6\n" in try_git(clone, "show").text
    clone.git("config", "merge.conflictStyle", "merge")
    said = try_git(clone, "merge", "--no-edit", "origin/exp/model/first")
    assert said.code == 1
    assert '<<<<<<< HEAD\nid = "second"\n' in read(clone, "metrics.toml")


def test_a_fault_of_ours_leaves_the_merge_to_git(experiments: ScratchRepository) -> None:
    broken = experiments.git("config", "merge.branchlab.driver").replace("merge-record record", "merge-record nonsense")
    experiments.git("config", "merge.branchlab.driver", broken)
    said = try_git(experiments, "merge", "--no-edit", "exp/model/first")
    assert said.code == 1
    assert "Traceback" not in said.text
    assert '<<<<<<< ours\nid = "second"\n' in read(experiments, "metrics.toml")
