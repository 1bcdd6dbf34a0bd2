"""A snapshot holds what the user sees, and the user's own things stay as they were, bit for bit."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import UnsavedWorkError
from branchlab.git.repository import find_repository
from branchlab.git.snapshot import (
    WorkingTree,
    check_snapshot,
    read_working_tree,
    write_snapshot,
)
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import MakeRepository

ODD_NAMES = ["new\nline", 'quo"te', "ta\tb", "\udcff\udcfe", " space ", "-f", "back\\slash", "é", "a\u202eb", ":(top)x"]


def _snapshot(scratch: ScratchRepository) -> str:
    """Returns the tree of the snapshot, HEAD's own when nothing differs."""
    opened = find_repository(str(scratch.path))
    return write_snapshot(opened, read_working_tree(opened)) or scratch.git("rev-parse", "HEAD^{tree}")


def _expected(scratch: ScratchRepository, copy: Path) -> str:
    """Returns the tree that `git add -A` makes in a copy of the repository."""
    shutil.copytree(scratch.path, copy, symlinks=True, ignore=shutil.ignore_patterns("pipe"))
    twin = ScratchRepository(copy)
    twin.git("add", "--all")
    return twin.git("write-tree")


def _file_becomes_folder(scratch: ScratchRepository) -> None:
    (scratch.path / "a").unlink()
    scratch.write("a/b", "below")


def _folder_becomes_file(scratch: ScratchRepository) -> None:
    shutil.rmtree(scratch.path / "d")
    scratch.write("d", "flat")


def _folder_becomes_link(scratch: ScratchRepository) -> None:
    (scratch.path / "d").rename(scratch.path / "moved")
    (scratch.path / "d").symlink_to("moved")


def _file_becomes_link(scratch: ScratchRepository) -> None:
    (scratch.path / "a").unlink()
    (scratch.path / "a").symlink_to("nowhere/\udcff")


def _link_becomes_file(scratch: ScratchRepository) -> None:
    (scratch.path / "link").unlink()
    scratch.write("link", "plain")


def _staged_then_changed(scratch: ScratchRepository) -> None:
    scratch.write("a", "staged")
    scratch.git("add", "a")
    scratch.write("a", "later")


def _staged_then_reverted(scratch: ScratchRepository) -> None:
    scratch.write("a", "staged")
    scratch.git("add", "a")
    scratch.write("a", "1")


def _new_staged_then_deleted(scratch: ScratchRepository) -> None:
    scratch.write("fresh", "staged")
    scratch.git("add", "fresh")
    (scratch.path / "fresh").unlink()


def _untracked_from_now_on(scratch: ScratchRepository) -> None:
    scratch.git("rm", "--quiet", "--cached", "a")
    scratch.write(".gitignore", "/a\n")


def _removed_from_the_index_only(scratch: ScratchRepository) -> None:
    scratch.git("rm", "--quiet", "--cached", "a")


def _intent_to_add(scratch: ScratchRepository) -> None:
    scratch.write("planned", "content")
    scratch.git("add", "--intent-to-add", "planned")


def _intent_to_add_then_deleted(scratch: ScratchRepository) -> None:
    _intent_to_add(scratch)
    (scratch.path / "planned").unlink()


def _deleted(scratch: ScratchRepository) -> None:
    (scratch.path / "d/e").unlink()


def _executable(scratch: ScratchRepository) -> None:
    (scratch.path / "a").chmod(0o755)


def _renamed(scratch: ScratchRepository) -> None:
    scratch.git("mv", "a", "b")


def _line_ends(scratch: ScratchRepository) -> None:
    scratch.git("config", "core.autocrlf", "true")
    scratch.write("a", "1\r\n2\r\n")


def _ignored(scratch: ScratchRepository) -> None:
    scratch.write(".gitignore", "*.log\n/d/\n")
    scratch.write("x.log", "no")
    scratch.write("d/new", "no")
    scratch.write("d/e", "tracked all the same")


def _pipe_and_empty_folder(scratch: ScratchRepository) -> None:
    os.mkfifo(scratch.path / "pipe")
    (scratch.path / "empty/folder").mkdir(parents=True)


def _split_index(scratch: ScratchRepository) -> None:
    scratch.git("update-index", "--split-index")
    scratch.write("a", "2")


def _sparse(scratch: ScratchRepository) -> None:
    scratch.git("sparse-checkout", "set", "--no-cone", "/a")
    scratch.write("a", "2")


def _sparse_index(scratch: ScratchRepository) -> None:
    scratch.git("sparse-checkout", "set", "--cone", "--sparse-index", "other")
    scratch.write("a", "2")
    scratch.write("other/x", "new")


def _detached(scratch: ScratchRepository) -> None:
    scratch.git("checkout", "--quiet", "--detach")
    scratch.write("a", "2")


def _without_index(scratch: ScratchRepository) -> None:
    (scratch.path / ".git/index").unlink()
    scratch.write("a", "2")


def _stale_lock(scratch: ScratchRepository) -> None:
    scratch.write("a", "2")
    (scratch.path / ".git/index.lock").write_text("stale")


def _odd_names(scratch: ScratchRepository) -> None:
    for name in ODD_NAMES:
        scratch.write(f"{name}/{name}", name)


def _nothing(_: ScratchRepository) -> None:
    pass


CHANGES = [
    _file_becomes_folder,
    _folder_becomes_file,
    _folder_becomes_link,
    _file_becomes_link,
    _link_becomes_file,
    _staged_then_changed,
    _staged_then_reverted,
    _new_staged_then_deleted,
    _untracked_from_now_on,
    _removed_from_the_index_only,
    _intent_to_add,
    _intent_to_add_then_deleted,
    _deleted,
    _executable,
    _renamed,
    _line_ends,
    _ignored,
    _pipe_and_empty_folder,
    _split_index,
    _sparse,
    _sparse_index,
    _detached,
    _without_index,
    _stale_lock,
    _odd_names,
    _nothing,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_a_snapshot_is_what_git_add_all_would_write_and_touches_nothing(
    project: ScratchRepository,
    tmp_path: Path,
    look: Callable[[Path], object],
    change: Callable[[ScratchRepository], None],
) -> None:
    change(project)
    before = look(project.path)
    taken = _snapshot(project)
    if change is not _split_index:  # git itself renews the time of the shared half whenever it reads it
        assert look(project.path) == before
    (project.path / ".git/index.lock").unlink(missing_ok=True)
    assert taken == _expected(project, tmp_path / "copy")


@pytest.mark.parametrize("kind", ["branch", "linked worktree", "submodule", "separate git dir", "sha256"])
def test_every_kind_of_repository_is_captured(
    make_repository: MakeRepository, tmp_path: Path, look: Callable[[Path], object], kind: str
) -> None:
    scratch = make_repository("kind")
    scratch.commit("base", a="1")
    if kind == "linked worktree":
        scratch.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
        scratch = ScratchRepository(tmp_path / "linked")
    elif kind == "submodule":
        outer = make_repository("outer")
        outer.git("submodule", "--quiet", "add", str(scratch.path), "lib")
        scratch = ScratchRepository(outer.path / "lib")
    elif kind == "separate git dir":
        scratch.git("init", "--quiet", f"--separate-git-dir={tmp_path / 'elsewhere'}")
    elif kind == "sha256":
        scratch.git("init", "--quiet", "--object-format=sha256", str(tmp_path / "new"))
        scratch = ScratchRepository(tmp_path / "new")
        scratch.commit("base", a="1")
    scratch.write("a", "2")
    scratch.write("b", "new")
    before = look(tmp_path)
    taken = _snapshot(scratch)
    assert look(tmp_path) == before
    scratch.git("add", "--all")
    assert taken == scratch.git("write-tree")


def test_a_clean_tree_is_none(project: ScratchRepository) -> None:
    opened = find_repository(str(project.path))
    tree = read_working_tree(opened)
    assert tree == WorkingTree(project.git("rev-parse", "HEAD"), "main")
    assert write_snapshot(opened, tree) is None


@pytest.mark.parametrize("change", [_staged_then_reverted, _new_staged_then_deleted])
def test_a_tree_that_came_back_to_head_is_none(
    project: ScratchRepository, change: Callable[[ScratchRepository], None]
) -> None:
    change(project)
    opened = find_repository(str(project.path))
    assert write_snapshot(opened, read_working_tree(opened)) is None


def test_a_file_as_young_as_the_index_is_read_again(project: ScratchRepository) -> None:
    project.git("config", "core.trustctime", "false")
    index, file = project.path / ".git/index", project.path / "a"
    os.utime(file, ns=(10**18, 10**18))
    project.git("add", "a")
    file.write_text("2")  # as long as before
    for path in (file, index):
        os.utime(path, ns=(10**18, 10**18))
    taken = _snapshot(project)
    assert project.git("cat-file", "blob", f"{taken}:a") == "2"


def test_a_file_that_vanishes_after_the_look_is_left_out(project: ScratchRepository) -> None:
    project.write("fresh", "1")
    project.write("a", "2")
    opened = find_repository(str(project.path))
    tree = read_working_tree(opened)
    for name in ("fresh", "a"):
        (project.path / name).unlink()
    taken = write_snapshot(opened, tree)
    assert project.git("ls-tree", "--name-only", str(taken)) == "d\nlink"


def test_a_nested_repository_is_named_and_left_out(project: ScratchRepository, make_repository: MakeRepository) -> None:
    inner = make_repository("project/new/inner")
    inner.commit("x", x="1")
    make_repository("project/unborn", commit=False)
    project.write("new/beside", "kept")
    opened = find_repository(str(project.path))
    tree = read_working_tree(opened)
    assert (tree.nested, tree.new) == (("new/inner/", "unborn/"), ("new/beside",))
    taken = write_snapshot(opened, tree)
    assert "new/beside" in project.git("ls-tree", "-r", "--name-only", str(taken)).split("\n")
    assert "inner" not in project.git("ls-tree", "-r", str(taken))


def test_the_commit_checked_out_in_a_submodule_is_captured(outer: ScratchRepository) -> None:
    moved = ScratchRepository(outer.path / "lib").commit("y", y="2")
    taken = _snapshot(outer)
    assert outer.git("ls-tree", taken, "lib") == f"160000 commit {moved}\tlib"


@pytest.mark.parametrize("work", ["x", "untracked"])
def test_work_in_a_submodule_that_is_not_committed_stops_the_run(outer: ScratchRepository, work: str) -> None:
    outer.write(f"lib/{work}", "uncommitted")
    outer.git("config", "diff.ignoreSubmodules", "all")
    opened = find_repository(str(outer.path))
    with pytest.raises(UnsavedWorkError, match=r"^submodule lib holds uncommitted work$"):
        check_snapshot(opened, read_working_tree(opened), 100)


@pytest.mark.parametrize("change", ["removed", "not initialised", "staged as new"])
def test_submodules_that_come_and_go_are_captured(
    outer: ScratchRepository, tmp_path: Path, template: Path, change: str
) -> None:
    if change == "removed":
        shutil.rmtree(outer.path / "lib")
    elif change == "not initialised":
        outer.git("submodule", "--quiet", "deinit", "--force", "lib")
    else:
        outer.git("submodule", "--quiet", "add", str(template / "library"), "second")
    opened = find_repository(str(outer.path))
    check_snapshot(opened, read_working_tree(opened), 10**6)
    assert _snapshot(outer) == _expected(outer, tmp_path / "copy")
