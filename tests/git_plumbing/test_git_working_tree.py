"""What git says of the working tree is read right, and what stops a snapshot is told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import EnvironmentProblemError, UnsavedWorkError, UsageError
from branchlab.git.process import GitError
from branchlab.git.repository import find_repository
from branchlab.git.snapshot import (
    WorkingTree,
    check_snapshot,
    ignored_paths,
    parse_status,
    read_working_tree,
    write_snapshot,
)
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import MakeRepository


def test_before_the_first_commit_the_remedy_is_named(make_repository: MakeRepository) -> None:
    scratch = make_repository(commit=False)
    scratch.write("a", "1")
    opened = find_repository(str(scratch.path))
    tree = read_working_tree(opened)
    assert (tree.head, tree.branch, tree.new) == (None, "main", ("a",))
    with pytest.raises(EnvironmentProblemError, match="has no commit yet"):
        check_snapshot(opened, tree, 100)
    assert write_snapshot(opened, tree) is not None


def test_a_conflict_stops_the_run_and_names_the_file(project: ScratchRepository) -> None:
    project.git("checkout", "--quiet", "-b", "other")
    project.commit("theirs", **{"new\nline": "theirs"})
    project.git("checkout", "--quiet", "main")
    project.commit("ours", **{"new\nline": "ours"})
    with pytest.raises(AssertionError, match="failed"):
        project.git("merge", "other")
    opened = find_repository(str(project.path))
    tree = read_working_tree(opened)
    assert tree.unmerged == ("new\nline",)
    with pytest.raises(UnsavedWorkError, match=r"^new\\nline is in conflict$"):
        check_snapshot(opened, tree, 100)


def test_a_large_new_file_stops_the_run_and_a_large_tracked_one_does_not(project: ScratchRepository) -> None:
    opened = find_repository(str(project.path))
    project.write("a", "x" * 101)
    assert check_snapshot(opened, read_working_tree(opened), 100) == project.git("rev-parse", "HEAD")
    project.write("big\x1b", "x" * 101)
    with pytest.raises(UsageError) as caught:
        check_snapshot(opened, read_working_tree(opened), 100)
    assert caught.value.message == "big\\x1b is new and has 101 B"
    assert "dvc add" in caught.value.hint


def test_a_new_file_that_vanished_is_not_too_large(project: ScratchRepository) -> None:
    opened = find_repository(str(project.path))
    tree = WorkingTree(project.git("rev-parse", "HEAD"), "main", new=("gone",))
    assert check_snapshot(opened, tree, 100) == tree.head


def test_a_detached_head_has_no_branch_and_a_branch_named_so_has(project: ScratchRepository) -> None:
    opened = find_repository(str(project.path))
    project.git("checkout", "--quiet", "-b", "exp/(detached)")
    assert read_working_tree(opened).branch == "exp/(detached)"
    project.git("checkout", "--quiet", "--detach")
    assert read_working_tree(opened).branch is None


def test_settings_of_the_user_do_not_change_what_is_seen(project: ScratchRepository) -> None:
    for key, value in {
        "status.showUntrackedFiles": "no",
        "status.renames": "copies",
        "status.showStash": "true",
    }.items():
        project.git("config", key, value)
    project.git("mv", "a", "b")
    project.write("c", "new")
    tree = read_working_tree(find_repository(str(project.path)))
    assert (tree.changed, tree.new, tree.gone) == (("a",), ("b", "c"), ("a",))


def test_what_is_ignored_is_told_where_it_is_asked_for_and_a_folder_stands_for_all_in_it(
    project: ScratchRepository,
) -> None:
    project.commit("rules", **{".gitignore": "/out/\n*.bin\n"})
    for path in ("out/a", "out/deep/b", "kept/c.bin", "new"):
        project.write(path, "1")
    project.git("config", "status.showUntrackedFiles", "no")
    opened = find_repository(str(project.path))
    tree = read_working_tree(opened, ignored=True)
    assert (tree.new, sorted(tree.ignored)) == (("new",), ["kept/c.bin", "out/"])
    assert read_working_tree(opened) == tree._replace(ignored=())


def test_lines_of_a_status_that_nobody_knows_are_passed_over() -> None:
    assert parse_status("# stash 3\0x future\0") == WorkingTree(None, None)


def test_ignored_paths_are_told_by_name(project: ScratchRepository) -> None:
    project.write(".gitignore", "*.log\n/d\n")
    opened = find_repository(str(project.path))
    paths = ["x.log", "a", "d/e", "new\nline.log", "\udcff.log", "-f.log", ":.log", ":!x.log"]
    assert ignored_paths(opened, paths) == {"x.log", "d/e", "new\nline.log", "\udcff.log", "-f.log", ":.log", ":!x.log"}
    assert ignored_paths(opened, ["a", "b"]) == set()


def test_without_git_nothing_is_called_ignored(project: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = find_repository(str(project.path))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EnvironmentProblemError, match="not on the PATH"):
        ignored_paths(opened, ["a"])


def test_a_read_only_repository_says_so_and_keeps_everything(powerless: Path, look: Callable[[Path], object]) -> None:
    (powerless / "project").mkdir()
    scratch = ScratchRepository(powerless / "project")
    scratch.git("init", "--quiet")
    scratch.commit("base", a="1")
    scratch.write("a", "2")
    before = look(scratch.path)
    opened = find_repository(str(scratch.path))
    (scratch.path / ".git").chmod(0o500)
    with pytest.raises(PermissionError):  # the command line names the file and the remedy
        write_snapshot(opened, read_working_tree(opened))
    (scratch.path / ".git").chmod(0o700)
    (scratch.path / ".git/branchlab").mkdir()
    for folder, _, _ in os.walk(scratch.path / ".git/objects"):
        os.chmod(folder, 0o500)
    with pytest.raises(GitError) as caught:
        write_snapshot(opened, read_working_tree(opened))
    assert "permission" in caught.value.message
    assert os.listdir(scratch.path / ".git/branchlab") == []
    assert look(scratch.path) == before
