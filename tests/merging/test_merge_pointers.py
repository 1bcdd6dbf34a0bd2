"""DVC pointers in real merges: those of outputs follow the record, those of inputs conflict as any file would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from merging_branches import experiment, prepare, read, record_here, try_git

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

LOCK = """\
schema: '2.0'
stages:
  prepare:
    cmd: python prepare.py
    outs:
    - path: clean.csv
      md5: {prepare}
      size: 1
  train:
    cmd: python train.py
    outs:
    - path: model.bin
      md5: {train}
      size: 1
"""


def pointer(name: str, digit: str) -> str:
    return f"outs:\n- md5: {digit * 32}\n  size: {digit}\n  hash: md5\n  path: {name}\n"


def two(repository: ScratchRepository, path: str, settings: str = "") -> None:
    """Makes two experiments that both changed a pointer; `second` is checked out."""
    prepare(repository, settings)
    repository.commit("base", **{path: pointer("model.bin", "1")})
    experiment(repository, "first", **{path: pointer("model.bin", "2")})
    experiment(repository, "second", **{path: pointer("model.bin", "3")})


@pytest.mark.parametrize(("command", "kept"), [("merge --no-edit", "second"), ("rebase", "second")])
def test_the_pointer_of_an_output_follows_the_record(repository: ScratchRepository, command: str, kept: str) -> None:
    two(repository, "model.bin.dvc")
    said = try_git(repository, *command.split(), "exp/model/first")
    assert said.code == 0, said.text
    assert record_here(repository).run.id == kept
    assert read(repository, "model.bin.dvc") == pointer("model.bin", "3")


def test_an_output_that_only_the_settings_name_is_one(repository: ScratchRepository) -> None:
    two(repository, "out/big.bin.dvc", '[project]\nartifacts = ["out/big.bin"]\n')
    assert try_git(repository, "merge", "--no-edit", "exp/model/first").code == 0
    assert read(repository, "out/big.bin.dvc") == pointer("model.bin", "3")


def test_the_pointer_of_an_input_conflicts(repository: ScratchRepository) -> None:
    two(repository, "data/train.csv.dvc")
    said = try_git(repository, "merge", "--no-edit", "exp/model/first")
    assert said.code == 1
    assert "Merge conflict in data/train.csv.dvc" in said.text
    assert f"<<<<<<< ours\n- md5: {'3' * 32}\n" in read(repository, "data/train.csv.dvc")


def test_with_broken_settings_a_pointer_conflicts(repository: ScratchRepository) -> None:
    two(repository, "model.bin.dvc")
    repository.commit("broken", **{"branchlab.toml": "[project\n"})
    said = try_git(repository, "merge", "--no-edit", "exp/model/first")
    assert said.code == 1
    assert "Merge conflict in model.bin.dvc" in said.text


def test_the_log_of_a_run_follows_the_record(repository: ScratchRepository) -> None:
    two(repository, "metrics/output.log.dvc")
    assert try_git(repository, "merge", "--no-edit", "exp/model/first").code == 0
    assert read(repository, "metrics/output.log.dvc") == pointer("model.bin", "3")


def test_stages_of_a_pipeline_merge_and_never_hold_markers(repository: ScratchRepository) -> None:
    prepare(repository)
    repository.commit("base", **{"dvc.lock": LOCK.format(prepare="1" * 32, train="1" * 32)})
    experiment(repository, "first", **{"dvc.lock": LOCK.format(prepare="2" * 32, train="2" * 32)})
    experiment(repository, "second", **{"dvc.lock": LOCK.format(prepare="1" * 32, train="3" * 32)})
    assert try_git(repository, "merge", "--no-edit", "exp/model/first").code == 0
    assert read(repository, "dvc.lock") == LOCK.format(prepare="2" * 32, train="3" * 32)


def test_what_both_let_git_ignore_is_ignored(repository: ScratchRepository) -> None:
    prepare(repository)
    repository.commit("base", **{".gitignore": "/cache\n"})
    experiment(repository, "first", **{".gitignore": "/cache\n/a.bin\n"})
    experiment(repository, "second", **{".gitignore": "/cache\n/b.bin\n"})
    assert try_git(repository, "merge", "--no-edit", "exp/model/first").code == 0
    assert sorted(read(repository, ".gitignore").split()) == ["/a.bin", "/b.bin", "/cache"]


def test_a_project_in_a_folder_has_outputs_of_its_own(repository: ScratchRepository) -> None:
    repository.commit("project", **{"ml/branchlab.toml": '[project]\nartifacts = ["model.bin"]\n'})
    prepare(type(repository)(repository.path / "ml"), '[project]\nartifacts = ["model.bin"]\n')
    for name, digit in (("base", "1"), ("first", "2"), ("second", "3")):
        if name != "base":
            repository.git("switch", "--quiet", "--create", name, "main")
        repository.commit(name, **{"ml/model.bin.dvc": pointer("model.bin", digit)})
    said = try_git(repository, "merge", "--no-edit", "first")
    assert said.code == 0, said.text
    assert read(repository, "ml/model.bin.dvc") == pointer("model.bin", "3")
