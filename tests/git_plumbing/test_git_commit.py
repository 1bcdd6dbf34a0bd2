"""A commit is written as it was asked for, whatever the paths and the message hold."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchlab.errors import BusyError, EnvironmentProblemError
from branchlab.git.commit import NewCommit, quote_path, write_commit
from branchlab.git.objects import list_files, read_object, read_objects
from branchlab.git.process import GitError
from branchlab.git.repository import find_repository
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REF = "refs/branchlab/runs/x"


def _files(scratch: ScratchRepository, commit: str) -> dict[str, bytes]:
    opened = find_repository(str(scratch.path))
    blobs = list_files(opened, commit)
    bodies = read_objects(opened, blobs.values())
    return {path: found.body for path, found in zip(blobs, bodies, strict=True) if found}


def test_files_are_added_replaced_and_removed(repository: ScratchRepository) -> None:
    parent = repository.commit("base", a="1", b="2", **{"d/e": "3", "d/f": "4"})
    new = NewCommit(parent, "subject\n\nbody\n", files={"a": b"new", "d/g/h": b"\0\xff"}, removed=["b", "d/e", "none"])
    commit = write_commit(find_repository(str(repository.path)), REF, new)
    assert _files(repository, commit) == {"a": b"new", "d/f": b"4", "d/g/h": b"\0\xff"}
    assert repository.git("rev-parse", REF, f"{REF}^").split() == [commit, parent]
    assert repository.git("log", "-1", "--format=%B%an <%ae> %cn", commit) == (
        "subject\n\nbody\nAda Example <ada@example.org> Ada Example"
    )
    repository.git("fsck", "--strict")


def test_the_users_things_are_not_touched(repository: ScratchRepository, look: Callable[[Path], object]) -> None:
    repository.commit("base", a="1")
    repository.write("a", "changed")
    repository.write("d/e", "new")
    repository.git("add", "d/e")
    git_dir = repository.path / ".git"
    before = [look(repository.path / "d"), *((git_dir / name).read_bytes() for name in ("HEAD", "index", "logs/HEAD"))]
    head = repository.git("rev-parse", "HEAD")
    write_commit(find_repository(str(repository.path)), REF, NewCommit(head, "x", files={"a": b"9"}))
    after = [look(repository.path / "d"), *((git_dir / name).read_bytes() for name in ("HEAD", "index", "logs/HEAD"))]
    assert after == before
    assert repository.git("rev-parse", "HEAD") == head


def test_a_tree_replaces_the_parents_and_files_come_on_top(repository: ScratchRepository) -> None:
    parent = repository.commit("base", a="1", b="2")
    repository.write("c", "3")
    repository.git("rm", "--quiet", "--cached", "a")
    repository.git("add", "c")
    tree = repository.git("write-tree")
    new = NewCommit(parent, "x", tree=tree, files={"b": b"over"})
    commit = write_commit(find_repository(str(repository.path)), REF, new)
    assert _files(repository, commit) == {"b": b"over", "c": b"3"}


def test_a_folder_takes_the_place_of_a_file_and_the_reverse(repository: ScratchRepository) -> None:
    parent = repository.commit("base", a="1", **{"d/e": "2"})
    new = NewCommit(parent, "x", files={"a/b": b"3", "d": b"4"})
    commit = write_commit(find_repository(str(repository.path)), REF, new)
    assert _files(repository, commit) == {"a/b": b"3", "d": b"4"}


def test_the_private_ref_moves_to_whatever_is_written_last(repository: ScratchRepository) -> None:
    opened = find_repository(str(repository.path))
    parent = repository.commit("base")
    write_commit(opened, REF, NewCommit(parent, "one"))
    second = write_commit(opened, REF, NewCommit(parent, "two"))
    assert repository.git("rev-parse", REF) == second


def test_a_lock_that_a_killed_git_left_is_named_with_its_remedy(repository: ScratchRepository) -> None:
    opened = find_repository(str(repository.path))
    parent = repository.commit("base")
    repository.write(f".git/{REF}.lock", "")
    with pytest.raises(BusyError, match="being changed by another process") as caught:
        write_commit(opened, REF, NewCommit(parent, "one"))
    assert "branchlab doctor" in caught.value.hint


def test_sha256_repositories_get_commits_as_well(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.git("init", "--quiet", "--object-format=sha256", str(tmp_path / "new"))
    scratch = ScratchRepository(tmp_path / "new")
    parent = scratch.commit("base", a="1")
    commit = write_commit(find_repository(str(scratch.path)), REF, NewCommit(parent, "x", files={"b": b"2"}))
    assert len(commit) == 64
    assert _files(scratch, commit) == {"a": b"1", "b": b"2"}


@pytest.mark.parametrize(
    "message", ["", "\n\n", "done\nM 100644 inline x\ndata 1\nx\n", "é \u202e \udcff", "x" * 70000]
)
def test_a_message_is_kept_byte_for_byte(repository: ScratchRepository, message: str) -> None:
    opened = find_repository(str(repository.path))
    commit = write_commit(opened, REF, NewCommit(repository.commit("base"), message))
    found = read_object(opened, commit)
    assert found
    assert found.body.partition(b"\n\n")[2] == os.fsencode(message)
    assert _files(repository, commit) == {}


def test_nobody_to_commit_as_is_told_before_anything_is_written(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = find_repository(str(repository.path))
    parent = repository.commit("base")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    repository.git("config", "user.useConfigOnly", "true")
    with pytest.raises(GitError) as caught:
        write_commit(opened, REF, NewCommit(parent, "x"))
    assert caught.value.hint == "set user.name and user.email with git config"
    assert repository.git("for-each-ref", REF) == ""


def test_a_read_only_repository_says_so(powerless: Path) -> None:
    (powerless / "project").mkdir()
    scratch = ScratchRepository(powerless / "project")
    scratch.git("init", "--quiet", "--template=")
    parent = scratch.commit("base")
    for folder, _, _ in os.walk(scratch.path / ".git"):
        os.chmod(folder, 0o500)
    with pytest.raises(GitError) as caught:
        write_commit(find_repository(str(scratch.path)), REF, NewCommit(parent, "x", files={"a": b"1"}))
    assert caught.value.hint == "check the permissions of the repository"
    assert scratch.git("for-each-ref", REF) == ""


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "..", "a/../b", "./a", ".git", "a/.GIT/config", "a\0b"])
def test_a_path_no_tree_may_hold_is_refused(path: str) -> None:
    with pytest.raises(EnvironmentProblemError, match="cannot be committed"):
        quote_path(path)


parts = st.one_of(
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8),
    st.binary(min_size=1, max_size=8).map(lambda raw: os.fsdecode(raw.replace(b"/", b"_").replace(b"\0", b"_"))),
    st.sampled_from(["-f", "new\nline", 'quo"te', "back\\slash", "\\001", "\udcff", " ", "~", ":(top)"]),
).filter(lambda part: part not in (".", "..") and part.lower() != ".git")
paths = st.lists(parts, min_size=1, max_size=3).map(lambda names: "_" + "/_".join(names))


@given(st.dictionaries(paths, st.binary(max_size=20), max_size=8))
@settings(max_examples=15, deadline=None)
def test_any_path_and_content_comes_back(files: Mapping[str, bytes]) -> None:
    wanted = {path: body for path, body in files.items() if not any(other.startswith(f"{path}/") for other in files)}
    with tempfile.TemporaryDirectory() as folder:
        scratch = ScratchRepository(Path(folder))
        scratch.git("init", "--quiet", "--template=")
        new = NewCommit(scratch.commit("base"), "x", files=wanted)
        commit = write_commit(find_repository(folder), REF, new)
        assert _files(scratch, commit) == wanted
