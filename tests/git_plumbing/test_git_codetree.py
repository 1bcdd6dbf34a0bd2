"""The id of code is that of the tree which git would write without the left-out paths."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchlab.git.codetree import code_tree, code_tree_by
from branchlab.git.objects import one_reader, read_object
from branchlab.git.repository import find_repository
from branchlab.project import RecordSettings
from branchlab.record.model import DataFile
from branchlab.record.paths import written_paths
from sample_records import record

if TYPE_CHECKING:
    from conftest import MakeRepository
    from scratch_repository import ScratchRepository

PATHS = ["a", "a.b", "d/a", "d/e/a", "d/e.f/é", "d/e/x y", "z/only", "metrics.toml", "metrics/history.csv"]
FOLDERS = ["d", "d/e", "z", "metrics", "nowhere", "a/below"]


def by_git(repository: ScratchRepository, without: list[str]) -> str:
    repository.git("read-tree", "HEAD")
    for path in without:
        repository.git("rm", "-r", "-q", "--cached", "--ignore-unmatch", "--", path)
    return repository.git("write-tree")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PATHS + FOLDERS), max_size=6))
def test_it_is_what_git_writes_without_the_paths(repository: ScratchRepository, without: list[str]) -> None:
    if repository.git("rev-list", "--count", "HEAD") == "1":
        repository.commit(**{path: path for path in PATHS})
    opened = find_repository(str(repository.path))
    found = code_tree(opened, "HEAD", without)
    with one_reader(opened):
        assert code_tree_by(partial(read_object, opened), "sha1", "HEAD", without) == found
    assert found == by_git(repository, without)


def test_nothing_left_is_the_empty_tree(repository: ScratchRepository) -> None:
    repository.commit(only="x")
    names = repository.git("ls-tree", "--name-only", "HEAD").splitlines()
    assert code_tree(find_repository(str(repository.path)), "HEAD", names) == repository.git("mktree", stdin="")


def test_a_repository_of_the_other_hash_has_longer_ids(make_repository: MakeRepository) -> None:
    repository = make_repository("long", commit=False)
    (repository.path / ".git").rename(repository.path / "old")
    repository.git("init", "-q", "--object-format=sha256")
    repository.commit(**{"d/a": "1", "metrics.toml": "x"})
    tree = code_tree(find_repository(str(repository.path)), "HEAD", ["metrics.toml", "d"])
    assert tree == by_git(repository, ["metrics.toml", "d"])


@pytest.mark.parametrize("prefix", ["", "sub/"])
def test_a_record_writes_its_file_its_folder_and_what_makes_its_outputs_known(prefix: str) -> None:
    data = {"data/in.csv": DataFile("a" * 32, 1), "out/m.bin": DataFile("b" * 32, 1, output=True)}
    data["top.bin"] = data["out/m.bin"]
    run = {"not_code": ("notes.md", "/docs")}
    written = written_paths(record(run=run, data=data), RecordSettings(), prefix)
    names = ("metrics.toml", "metrics", "out/m.bin.dvc", "top.bin.dvc", "out/.gitignore", ".gitignore", "notes.md")
    assert written == (*(prefix + name for name in names), "docs")
