"""The history of a path is what `git log --first-parent` says, whoever wrote it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import EnvironmentProblemError
from branchlab.git.history import CommitInfo, commits_of
from branchlab.git.repository import find_repository
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository

RECORD = "sub/metrics.toml"


def _history(scratch: ScratchRepository, path: str = RECORD, limit: int = 50) -> list[CommitInfo]:
    return commits_of(find_repository(str(scratch.path)), scratch.git("rev-parse", "HEAD"), path, limit)


def _subjects(scratch: ScratchRepository, path: str = RECORD, limit: int = 50) -> list[str]:
    return [commit.subject for commit in _history(scratch, path, limit)]


def test_the_newest_commits_of_the_path_come_first(repository: ScratchRepository) -> None:
    oid = repository.commit("one", **{RECORD: "1"})
    repository.commit("elsewhere", other="x")
    repository.commit("two\n\nbody", **{RECORD: "2"})
    (repository.path / RECORD).unlink()
    repository.commit("removed")
    assert _subjects(repository) == ["removed", "two", "one"]
    assert _subjects(repository, limit=2) == ["removed", "two"]
    seconds = int(repository.git("log", "-1", "--format=%ct", oid))
    assert _history(repository)[2] == CommitInfo(oid, seconds, "Ada Example", "one")


def test_only_first_parents_are_followed(repository: ScratchRepository) -> None:
    repository.commit("base", **{RECORD: "1"})
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit("on the side", **{RECORD: "2"})
    repository.git("checkout", "--quiet", "main")
    repository.commit("elsewhere", other="x")
    repository.git("merge", "--quiet", "--no-ff", "--message=merged", "side")
    assert _subjects(repository) == ["merged", "base"]


@pytest.mark.parametrize("path", ["*.toml", ":(exclude)x", "-f", "new\nline", "\u202e", "--all", "a b"])
def test_a_path_is_taken_literally(repository: ScratchRepository, path: str) -> None:
    repository.commit("decoy", **{"x.toml": "1"})
    repository.commit("wanted", **{path: "1"})
    repository.commit("decoy", **{"y.toml": "1"})
    assert _subjects(repository, path) == ["wanted"]


def test_a_path_nobody_wrote_has_no_history(repository: ScratchRepository) -> None:
    assert _history(repository) == []


@pytest.mark.parametrize("encoding", ["", "encoding ISO-8859-1\n", "encoding none-such\n", "encoding \n"])
def test_odd_bytes_in_names_and_subjects_do_not_stop_the_list(repository: ScratchRepository, encoding: str) -> None:
    tree = repository.git("rev-parse", f"{repository.commit('base', **{RECORD: '1'})}^{{tree}}")
    raw = f"tree {tree}\nauthor \udce9 <> 1700000000 +0000\ncommitter x <x> 1700000001 +0000\n{encoding}\n\udce9t\x1b\n"
    repository.git(
        "reset", "--quiet", "--soft", repository.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw)
    )
    (found,) = _history(repository)
    assert found.seconds == 1700000001
    assert found.subject.endswith("t\x1b")


@pytest.mark.parametrize("kind", ["linked worktree", "submodule", "separate git dir", "shallow", "$HOME/%x~"])
def test_every_kind_of_repository_is_read(make_repository: MakeRepository, tmp_path: Path, kind: str) -> None:
    scratch = make_repository(kind if "$" in kind else "kind")
    scratch.commit("wanted", **{RECORD: "1"})
    place = tmp_path / "place"
    if kind == "linked worktree":
        scratch.git("worktree", "add", "--quiet", "--detach", str(place))
    elif kind == "shallow":
        scratch.git("clone", "--quiet", "--depth=1", f"file://{scratch.path}", str(place))
    elif kind == "submodule":
        make_repository("outer").git("submodule", "--quiet", "add", str(scratch.path), "lib")
        place = tmp_path / "outer/lib"
    else:
        place = scratch.path
    if kind == "separate git dir":
        scratch.git("init", "--quiet", f"--separate-git-dir={tmp_path / 'elsewhere'}")
    assert _subjects(ScratchRepository(place)) == ["wanted"]


def test_a_surrounding_hook_does_not_mislead(
    repository: ScratchRepository, make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("wanted", **{RECORD: "1"})
    other = make_repository("other")
    tip = repository.git("rev-parse", "HEAD")
    opened = find_repository(str(repository.path))
    for name, value in {"GIT_DIR": ".git", "GIT_WORK_TREE": ".", "GIT_INDEX_FILE": ".git/index"}.items():
        monkeypatch.setenv(name, str(other.path / value))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git/objects"))
    monkeypatch.setenv("GIT_COMMON_DIR", str(other.path / ".git"))
    assert [commit.subject for commit in commits_of(opened, tip, RECORD, 9)] == ["wanted"]


def test_sha256_is_refused_in_plain_words(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.git("init", "--quiet", "--object-format=sha256", str(tmp_path / "new"))
    scratch = ScratchRepository(tmp_path / "new")
    scratch.commit("base")
    with pytest.raises(EnvironmentProblemError, match="SHA-256"):
        _history(scratch)


def test_a_damaged_history_is_told_safely(repository: ScratchRepository) -> None:
    opened = find_repository(str(repository.path))
    with pytest.raises(EnvironmentProblemError, match=r"^the history cannot be read: bad object f{40}$"):
        commits_of(opened, "f" * 40, RECORD, 5)
    subprocess.run(["rm", "-r", repository.path / ".git"], check=True)
    with pytest.raises(EnvironmentProblemError, match=r"^the history cannot be read: [\x20-\x7e]+$") as caught:
        commits_of(opened, "f" * 40, RECORD, 5)
    assert caught.value.hint == "git fsck"


def test_without_git_the_history_says_so(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = find_repository(str(repository.path))
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(EnvironmentProblemError, match="git"):
        commits_of(opened, "f" * 40, RECORD, 5)
