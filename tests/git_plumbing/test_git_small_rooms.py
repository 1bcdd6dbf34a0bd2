"""The small modules: merges of texts, sparse checkouts, sections of the configuration, the text of commits."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import EnvironmentProblemError, NotFoundError
from branchlab.git.collection import despite_collection, is_collecting
from branchlab.git.commit_text import author_line, author_name, first_parent, is_rewritten
from branchlab.git.config import read_config, read_section, remove_section, write_config
from branchlab.git.history import commits_since
from branchlab.git.mergefile import merge_text
from branchlab.git.objects import one_reader, read_object, read_objects, resolve_commit
from branchlab.git.process import GitError, run_git, shielded
from branchlab.git.refs import Ref, create_refs, delete_refs, list_refs
from branchlab.git.repository import find_repository
from branchlab.git.sparse import folders_above, left_out
from branchlab.git.touched import is_untouched, look_at
from branchlab.git.worktree import bring_worktree, take_worktree
from branchlab.record.model import unrecorded

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.git.repository import Repository
    from scratch_repository import ScratchRepository

BASE = b"one\ntwo\nthree\n"


@pytest.fixture
def opened(repository: ScratchRepository) -> Repository:
    return find_repository(str(repository.path))


def test_lines_that_both_changed_are_a_conflict_unless_one_side_is_chosen(opened: Repository) -> None:
    sides = BASE.replace(b"two", b"2"), BASE, BASE.replace(b"two", b"II")
    found = merge_text(*sides, cwd=opened.top, labels=("main", "before", "wider"), marker_size=9)
    assert not found.clean
    assert found.text == b"one\n<<<<<<<<< main\n2\n=========\nII\n>>>>>>>>> wider\nthree\n"
    assert merge_text(*sides, cwd=opened.top, style="union") == (b"one\n2\nII\nthree\n", True)
    assert merge_text(*sides, cwd=opened.top, style="theirs") == (sides[2], True)


def test_changes_apart_from_each_other_are_both_taken(opened: Repository) -> None:
    ours, theirs = b"zero\n" + BASE, BASE + b"four\n"
    assert merge_text(ours, BASE, theirs, cwd=opened.top) == (b"zero\n" + BASE + b"four\n", True)


def test_what_is_no_text_is_not_merged(opened: Repository) -> None:
    with pytest.raises(GitError):
        merge_text(b"\0", b"", b"\1\0", cwd=opened.top)


def test_a_path_that_a_sparse_checkout_leaves_out_is_found(repository: ScratchRepository, opened: Repository) -> None:
    repository.commit("base", **{"in/a": "1", "out/b": "2", "top": "3"})
    assert left_out(opened, ["out/b"]) == ""
    repository.git("sparse-checkout", "set", "in")
    assert left_out(opened, ["top", "in/a", "none"]) == ""
    assert left_out(opened, ["in/a", "out/b"]) == "out/b"


@pytest.mark.parametrize(("prefix", "found"), [("", [""]), ("a/", ["a/", ""]), ("a/b c/", ["a/b c/", "a/", ""])])
def test_the_folders_above_come_deepest_first(prefix: str, found: list[str]) -> None:
    assert folders_above(prefix) == found


def test_a_section_is_read_and_removed_as_a_whole(opened: Repository) -> None:
    write_config(opened, "merge.ours.driver", "a = b\n# c")
    write_config(opened, "merge.ours.name", "")
    assert read_section(opened, "merge.ours") == {"merge.ours.driver": "a = b\n# c", "merge.ours.name": ""}
    assert read_config(opened, "merge.ours.driver") == "a = b\n# c"
    assert "user.name" in read_section(opened, "user", everywhere=True)
    remove_section(opened, "merge.ours")
    assert read_section(opened, "merge.ours") == {}
    with pytest.raises(GitError):
        remove_section(opened, "merge.ours")


def test_the_text_of_a_commit_tells_who_when_and_after_what(repository: ScratchRepository) -> None:
    parent = repository.git("rev-parse", "HEAD")
    repository.git("commit", "-q", "--allow-empty", "-m", "x", "--author", "Eve <e@x>", "--date", "2020-01-01T00:00Z")
    text = repository.git("cat-file", "commit", "HEAD").encode()
    assert author_line(text) == b"Eve <e@x> 1577836800 +0000"
    assert author_name(text) == b"Eve"
    assert is_rewritten(text)
    assert first_parent(text) == parent
    first = repository.git("cat-file", "commit", parent).encode()
    assert (is_rewritten(first), first_parent(first)) == (False, "")
    assert author_name(b"tree 0\n\nauthor Eve <e@x> 1 +0000\n") == b""


def test_one_git_answers_all_questions_of_a_block(repository: ScratchRepository, opened: Repository) -> None:
    head = repository.commit("base", a="1", b="2")
    specs = [f"{head}:a", f"{head}:none", f"{head}:b", f"{head}:a b"]
    alone = list(read_objects(opened, specs))
    with one_reader(opened):
        assert [read_object(opened, spec) for spec in specs] == list(read_objects(opened, specs)) == alone
        assert resolve_commit(opened, "main") == head
        with pytest.raises(NotFoundError, match="none is no branch"):
            resolve_commit(opened, "none")
    assert read_object(opened, specs[0]) == alone[0]


def test_a_reader_that_was_killed_says_so(opened: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    from branchlab.git import objects

    with one_reader(opened):
        process = objects._open[opened.top]
        assert process.stdin is not None
        process.kill()
        process.wait()
        monkeypatch.setattr(process.stdin, "flush", lambda: None)  # else the question itself would fail
        with pytest.raises(EnvironmentProblemError, match="ended too early"):
            read_object(opened, "HEAD")


def test_many_refs_are_made_and_deleted_by_one_git(repository: ScratchRepository, opened: Repository) -> None:
    refs = [Ref(f"refs/branchlab/x/{number}", repository.git("rev-parse", "HEAD")) for number in range(3)]
    create_refs(opened, refs, reason="test")
    assert [ref.name for ref in list_refs(opened, "refs/branchlab/x/")] == [ref.name for ref in refs]
    delete_refs(opened, refs, reason="test")
    assert list(list_refs(opened, "refs/branchlab/x/")) == []


def test_ctrl_c_does_not_reach_a_git_in_a_shield(opened: Repository) -> None:
    alias = ["-c", "alias.group=!ps -o pgid= -p $$", "group"]
    outside = run_git(alias, cwd=opened.top)
    assert int(outside) == os.getpgrp()
    with shielded():
        assert int(run_git(alias, cwd=opened.top)) != os.getpgrp()
    assert run_git(alias, cwd=opened.top) == outside


def test_the_commits_since_another_come_newest_first(repository: ScratchRepository, opened: Repository) -> None:
    base = repository.git("rev-parse", "HEAD")
    made = [repository.commit(name) for name in ("one", "two")]
    assert [commit.oid for commit in commits_since(opened, base, made[-1], 10)] == made[::-1]
    assert [commit.oid for commit in commits_since(opened, base, made[-1], 1)] == made[1:]


def test_a_commit_without_a_record_has_a_run_without_an_id() -> None:
    record = unrecorded({"lr": 0.1})
    assert (record.run.id, record.params, record.metrics) == ("", {"lr": 0.1}, {})


def test_a_folder_that_is_gone_is_touched(tmp_path: Path) -> None:
    look = look_at(str(tmp_path))
    assert is_untouched(str(tmp_path), look)
    tmp_path.rmdir()
    assert not is_untouched(str(tmp_path), look)


def test_a_collection_on_another_machine_is_judged_by_its_age(opened: Repository) -> None:
    path = os.path.join(opened.common_dir, "gc.pid")
    with open(path, "w", encoding="utf-8") as file:
        file.write("1 elsewhere")
    assert is_collecting(opened)
    os.utime(path, (0, 0))
    assert not is_collecting(opened)


def test_a_collection_that_ended_without_a_word_is_over(opened: Repository) -> None:
    with open(os.path.join(opened.common_dir, "gc.pid"), "w", encoding="utf-8") as file:
        file.write(f"{(1 << 22) + 1} {os.uname().nodename}")  # above what Linux gives out
    assert not is_collecting(opened)


def test_only_what_a_collection_took_is_written_again() -> None:
    said = ["fatal: No such file or directory", "error: invalid object"]

    def write() -> str:
        if said:
            raise GitError("hash-object", 128, said.pop())
        return "written"

    assert despite_collection(write) == "written"
    said += ["fatal: no space left", "fatal: invalid object"]
    with pytest.raises(GitError, match="no space"):
        despite_collection(write)
    said += ["fatal: invalid object"] * 5
    with pytest.raises(GitError, match="invalid object"):
        despite_collection(write)
    assert said == []


def test_a_held_worktree_goes_on_to_another_commit(repository: ScratchRepository, opened: Repository) -> None:
    first, second = repository.commit("one", a="1"), repository.commit("two", a="2")
    held = take_worktree(opened, "run-1", first, lambda _path: False)
    try:
        place = os.path.join(held.path, "a")
        for commit, content, tidy in ((second, "2", True), (first, "1", False)):
            brought = bring_worktree(opened, held, "run-2", commit, tidy=tidy)
            with open(place, encoding="utf-8") as file:
                assert (file.read(), brought.fresh) == (content, False)
    finally:
        os.close(held.lock)


def test_a_folder_beside_its_working_tree_is_told_where_that_is(repository: ScratchRepository, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    repository.git("config", "core.worktree", str(elsewhere))
    with pytest.raises(EnvironmentProblemError, match="not in the working tree") as caught:
        find_repository(str(repository.path))
    assert str(elsewhere) in caught.value.hint
