"""What git and its callers do where things go otherwise than nearly always."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import BusyError, EnvironmentProblemError
from branchlab.git import collection, commit, deepen, session
from branchlab.git.codetree import code_tree
from branchlab.git.commit import NewCommit
from branchlab.git.config import read_section
from branchlab.git.objects import ask_object
from branchlab.git.process import GitError
from branchlab.git.remote import fetch_refs
from branchlab.git.repository import find_repository
from branchlab.git.session import GitSession
from branchlab.git.touched import is_untouched, look_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchlab.git.repository import Repository
    from scratch_repository import ScratchRepository


@pytest.fixture
def opened(repository: ScratchRepository) -> Repository:
    return find_repository(str(repository.path))


@pytest.fixture
def lasting(opened: Repository) -> Iterator[GitSession]:
    with GitSession(opened, os.path.join(opened.state_dir, "scratch"), "branchlab: test") as lasting:
        yield lasting


def test_the_identity_of_code_is_the_same_without_the_quick_digest(
    repository: ScratchRepository, opened: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_id = repository.commit("work", a="1", **{"d/b": "2"})
    quick = code_tree(opened, commit_id, ["d/b"])
    monkeypatch.setitem(sys.modules, "_sha1", None)
    assert code_tree(opened, commit_id, ["d/b"]) == quick != repository.git("rev-parse", "HEAD^{tree}")


@pytest.mark.parametrize("pid", [1, 1 << 80])
def test_a_collection_that_cannot_be_asked_after_is_taken_to_be_at_work(opened: Repository, pid: int) -> None:
    with open(os.path.join(opened.common_dir, "gc.pid"), "w", encoding="utf-8") as file:
        file.write(f"{pid} {os.uname().nodename}")
    assert collection.is_collecting(opened)


def test_a_process_that_may_not_be_asked_after_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert collection._is_there(1)


@pytest.mark.parametrize("failures", [1, commit._TRIES])
def test_what_a_collection_deleted_is_written_again_and_not_without_end(
    repository: ScratchRepository, opened: Repository, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    left = [GitError("pack-objects", 128, "fatal: bad object")] * failures
    packed: list[str] = []

    def pack(_repository: Repository, oid: str) -> None:
        if left:
            raise left.pop()
        packed.append(oid)

    monkeypatch.setattr(commit, "pack_commit", pack)
    monkeypatch.setattr(commit, "is_collecting", lambda _repository: True)
    new = NewCommit(repository.git("rev-parse", "HEAD"), "x\n")
    if failures == commit._TRIES:
        with pytest.raises(BusyError, match="git gc"):
            commit.write_commit(opened, "refs/branchlab/runs/x", new)
    else:
        written = commit.write_commit(opened, "refs/branchlab/runs/x", new)
        assert packed == [written] == [repository.git("rev-parse", "refs/branchlab/runs/x")]


def test_a_configuration_that_does_not_parse_is_no_empty_one(opened: Repository) -> None:
    assert read_section(opened, "nothing") == {}
    with open(os.path.join(opened.git_dir, "config"), "a", encoding="utf-8") as file:
        file.write("[broken\n")
    with pytest.raises(GitError, match="config"):
        read_section(opened, "nothing")


def test_a_process_without_pipes_answers_nothing() -> None:
    with subprocess.Popen(["true"]) as process:
        assert ask_object(process, "HEAD") is None


@pytest.mark.parametrize("answer", ["", "aa blob 5\\nab", "aa blob 2\\nab"])
def test_an_answer_that_is_cut_off_is_no_object(answer: str) -> None:
    words = ["sh", "-c", f"read -r _; printf '{answer}'"]
    with (
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
        pytest.raises(EnvironmentProblemError, match="ended too early"),
    ):
        ask_object(process, "HEAD")


def test_of_a_large_object_only_the_beginning_is_kept(repository: ScratchRepository, opened: Repository) -> None:
    head = repository.commit("base", large="x" * 1000, small="y")
    with subprocess.Popen(
        ["git", "cat-file", "--batch"], cwd=opened.top, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        found = ask_object(process, f"{head}:large", 10), ask_object(process, f"{head}:small", 10)
    assert [one.body for one in found if one] == [b"x" * 10, b"y"]


def test_a_fresh_file_that_cannot_be_read_any_more_is_touched(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("content")
    look = look_at(str(tmp_path))
    assert look is not None
    assert look.fresh == {str(file): b"content"}
    assert is_untouched(str(tmp_path), look)
    unreadable = look._replace(fresh={str(tmp_path / "gone"): b"content"})
    assert not is_untouched(str(tmp_path), unreadable)


@pytest.fixture
def shallow(repository: ScratchRepository, tmp_path: Path) -> tuple[Repository, str]:
    """A clone of one commit out of four, and the id of the first."""
    first = repository.git("rev-parse", "HEAD")
    for number in range(3):
        repository.commit(str(number))
    repository.git("clone", "-q", "--depth=1", f"file://{repository.path}", str(tmp_path / "clone"))
    return find_repository(str(tmp_path / "clone")), first


def test_a_remote_that_fails_on_the_way_is_not_taken_for_one_that_lacks_something(
    shallow: tuple[Repository, str], repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone, first = shallow
    tip = repository.git("rev-parse", "HEAD")
    asked: list[tuple[str, ...]] = []

    def fail(at: Repository, remote: str, refs: list[str], *options: str) -> None:
        asked.append(options)
        if any(option.startswith("--deepen") for option in options):
            raise GitError("fetch", 128, "fatal: the remote end hung up unexpectedly")
        fetch_refs(at, remote, refs, *options)

    monkeypatch.setattr(deepen, "fetch_refs", fail)
    with pytest.raises(GitError, match="hung up"):
        deepen.fetch_history(clone, "origin", first, tip, 1)
    assert asked[-1] == ("--deepen=1",)


@pytest.mark.parametrize("what", ["main", "0" * 40])
def test_a_remote_that_is_gone_is_said_to_be(shallow: tuple[Repository, str], tmp_path: Path, what: str) -> None:
    clone, _ = shallow
    os.rename(tmp_path / "project", tmp_path / "elsewhere")
    with pytest.raises(GitError, match="project"):
        deepen.fetch_history(clone, "origin", what, "HEAD", 1)


def test_a_fetch_that_brings_no_branch_is_no_success(
    shallow: tuple[Repository, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deepen, "fetch_refs", lambda *_arguments: None)
    with pytest.raises(EnvironmentProblemError, match="branch never"):
        deepen.fetch_history(shallow[0], "origin", "never", "HEAD", 1)


def test_after_the_last_step_all_of_the_history_is_asked_for(
    shallow: tuple[Repository, str], repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone, first = shallow
    monkeypatch.setattr(deepen, "_STEPS", 1)
    tip = repository.git("rev-parse", "HEAD")
    assert deepen.fetch_history(clone, "origin", first, tip, 1) == (first, tip)
    assert not os.path.exists(os.path.join(clone.git_dir, "shallow"))


def test_a_session_names_a_parent_that_is_not_there(lasting: GitSession) -> None:
    with pytest.raises(EnvironmentProblemError, match="0000 is not there"):
        lasting.write_commit(NewCommit("0" * 40, "x\n"))


def test_a_session_forgets_objects_before_they_are_too_many(
    repository: ScratchRepository, lasting: GitSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_KEPT", 2)
    parent = repository.commit("base", **{"a/x": "1", "b/x": "2", "c/x": "3"})
    for name in "abcabc":
        parent = lasting.write_commit(NewCommit(parent, "x\n", files={f"{name}/x": b"new"}))
    assert len(lasting._trees) <= 2
    assert len(lasting._tops) <= 2
    assert repository.git("ls-tree", "-r", "--name-only", parent).split() == ["a/x", "b/x", "c/x"]


def test_a_session_writes_again_what_is_packed_already(repository: ScratchRepository, lasting: GitSession) -> None:
    head = repository.git("rev-parse", "HEAD")
    written = lasting.write_commit(NewCommit(head, "x\n", files={"a": b"1"}))
    repository.git("update-ref", "refs/heads/kept", written)
    repository.git("gc", "--quiet", "--prune=now")
    again = lasting.write_commit(NewCommit(head, "x\n", files={"a": b"1"}))
    assert repository.git("rev-parse", f"{again}:a") == repository.git("rev-parse", f"{written}:a")


def test_a_session_tells_of_a_disk_that_refuses(
    repository: ScratchRepository, lasting: GitSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: str) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(session, "sync_file", refuse)
    with pytest.raises(OSError, match="Input/output error"):
        lasting.write_commit(NewCommit(repository.git("rev-parse", "HEAD"), "x\n", files={"a": b"1"}))


def test_a_session_beside_a_collection_packs_what_a_ref_holds(
    repository: ScratchRepository, opened: Repository, lasting: GitSession
) -> None:
    written = lasting.write_commit(NewCommit(repository.git("rev-parse", "HEAD"), "x\n"))
    with open(os.path.join(opened.common_dir, "gc.pid"), "w", encoding="utf-8") as file:
        file.write(f"{os.getpid()} {os.uname().nodename}")
    lasting.create_ref("refs/heads/held", written)
    packs = os.path.join(opened.common_dir, "objects", "pack")
    indexes = [name for name in os.listdir(packs) if name.endswith(".idx")]
    assert any(written in repository.git("show-index", stdin=_read(os.path.join(packs, name))) for name in indexes)


def _read(path: str) -> str:
    with open(path, "rb") as file:
        return os.fsdecode(file.read())


def test_a_git_that_ended_unasked_is_started_again_and_its_words_are_told(
    repository: ScratchRepository, lasting: GitSession
) -> None:
    head = repository.git("rev-parse", "HEAD")
    lasting.create_ref("refs/heads/one", head)
    process = lasting._refs._process
    assert process is not None
    process.kill()
    process.wait()  # what is written to it now finds a broken pipe, as after a full disk
    lasting._refs.started = lambda: process  # type: ignore[method-assign]
    with pytest.raises(GitError, match="update-ref"):
        lasting.create_ref("refs/heads/two", head)
    del lasting._refs.started
    lasting.create_ref("refs/heads/two", head)
    assert repository.git("rev-parse", "two") == head


def test_a_session_without_pipes_answers_nothing(opened: Repository) -> None:
    git = session._Git(opened, ["cat-file", "--batch"])
    with subprocess.Popen(["true"]) as process:
        git.started = lambda: process  # type: ignore[method-assign]
        assert git.ask(b"HEAD\n", 1) == []
