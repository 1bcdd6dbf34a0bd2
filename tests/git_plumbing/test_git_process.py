"""Git is started without a shell, in a clean environment, with a time limit, and speaks in plain words."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import EnvironmentProblemError
from branchlab.git.process import (
    GitError,
    VanishedDirectoryError,
    finish_git,
    git_environment,
    last_line,
    run_git,
    start_git,
)

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository


def test_output_comes_back_as_bytes_and_input_goes_in(repository: ScratchRepository) -> None:
    oid = run_git(["hash-object", "-w", "--stdin"], cwd=str(repository.path), stdin=b"\0\xff\n")
    assert repository.git("cat-file", "-s", oid.decode().strip()) == "3"


def test_what_a_hook_left_in_the_environment_does_not_reach_git(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_PREFIX"):
        monkeypatch.setenv(name, "/nowhere")
    assert run_git(["rev-parse", "--show-toplevel"], cwd=str(repository.path)).decode().strip() == str(repository.path)


@pytest.mark.parametrize(
    "name",
    [
        "GIT_ALLOW_PROTOCOL",
        "GIT_AUTHOR_NAME",
        "GIT_COMMITTER_DATE",
        "GIT_CONFIG_GLOBAL",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_LFS_SKIP_SMUDGE",
        "GIT_SSH_COMMAND",
    ],
)
def test_what_a_person_sets_on_purpose_reaches_git(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x")
    assert git_environment()[name] == "x"


def test_git_speaks_plainly_and_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    clean = git_environment({"GIT_INDEX_FILE": "mine"})
    assert (clean["LC_ALL"], clean["GIT_TERMINAL_PROMPT"], clean["GIT_OPTIONAL_LOCKS"]) == ("C.UTF-8", "0", "0")
    assert clean["GIT_INDEX_FILE"] == "mine"


def test_a_refusal_names_the_command_and_the_reason(repository: ScratchRepository) -> None:
    with pytest.raises(GitError) as caught:
        run_git(["-c", "a.b=c", "--no-pager", "cat-file", "-t", "refs/heads/none"], cwd=str(repository.path))
    assert caught.value.message == "git cat-file failed: Not a valid object name refs/heads/none"
    assert caught.value.returncode == 128
    assert "refs/heads/none" in caught.value.stderr


def test_a_silent_refusal_names_the_exit_code(repository: ScratchRepository) -> None:
    with pytest.raises(GitError, match=r"^git symbolic-ref failed: exit code 1$"):
        run_git(["symbolic-ref", "-q", "refs/heads/main"], cwd=str(repository.path))
    with pytest.raises(GitError, match=r"^git  failed: "):
        run_git(["--no-such-option"], cwd=str(repository.path))


@pytest.mark.parametrize(
    ("stderr", "shown"),
    [
        ("", ""),
        ("warning: old\nfatal: it broke.\nhint: look\n", "it broke"),
        ("error: first\nfatal: second\n", "first"),
        ("hint: a\nlast words\n\n", "last words"),
        ("fatal: \x1b[31m'a\u202eb'", "\\x1b[31m'a\\u202eb'"),
    ],
)
def test_the_line_that_matters_is_chosen_and_made_harmless(stderr: str, shown: str) -> None:
    assert last_line(stderr) == shown


def test_a_missing_identity_gets_the_remedy(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    repository.git("config", "user.useConfigOnly", "true")
    with pytest.raises(GitError) as caught:
        run_git(["var", "GIT_COMMITTER_IDENT"], cwd=str(repository.path))
    assert caught.value.hint == "set user.name and user.email with git config"


@pytest.mark.parametrize(
    "words",
    [
        "fatal: Unable to create '/x/index.lock': Input/output error",
        "fatal: sha1 file '/x/index.lock' write error: Input/output error",
        "fatal: Unable to write new index file",
        "fatal: update_ref failed for ref 'HEAD': couldn't set 'HEAD'",
        "fatal: Could not write new index file",
        'fatal: Tree not found: M 040000 317c42fefbda6ba1f7130ae64eaa364dd7edf9c9 ""',
    ],
)
def test_a_disk_that_fails_gets_a_remedy(words: str) -> None:
    assert "disk" in GitError("write-tree", 128, words).hint


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("git@host: Permission denied (publickey).\nfatal: Could not read from remote repository.", "the key"),
        ("fatal: 'x' does not appear to be a git repository\nfatal: Could not read from remote", "check git remote"),
        ("error: unable to write file a: No space left on device", "make room"),
    ],
)
def test_the_cause_has_the_remedy_and_not_what_failed_for_it(words: str, remedy: str) -> None:
    assert remedy in GitError("fetch", 128, words).hint


def test_a_stale_index_lock_gets_the_remedy(repository: ScratchRepository) -> None:
    repository.write("a", "1")
    (repository.path / ".git/index.lock").touch()
    with pytest.raises(GitError) as caught:
        run_git(["add", "a"], cwd=str(repository.path))
    assert "branchlab doctor" in caught.value.hint


def test_without_git_on_the_path_the_message_says_so(
    repository: ScratchRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(EnvironmentProblemError) as caught:
        run_git(["status"], cwd=str(repository.path))
    assert caught.value.message == "git is not on the PATH"
    assert "install git" in caught.value.hint


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(VanishedDirectoryError, match=r"the folder .*gone\\x1b is not there"):
        run_git(["status"], cwd=str(tmp_path / "gone\x1b"))


def test_a_file_in_place_of_the_folder_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentProblemError, match=r"^git cannot be started: Not a directory$"):
        run_git(["status"], cwd=str(tmp_path / "file"))


def test_a_hanging_git_is_ended_at_the_limit_even_when_its_child_holds_the_pipes(
    repository: ScratchRepository,
) -> None:
    arguments = ["-c", "alias.hang=!sleep 30", "hang"]
    started = time.monotonic()
    with pytest.raises(EnvironmentProblemError, match="git hang did not answer within 0 s"):
        run_git(arguments, cwd=str(repository.path), timeout=0.3)
    assert time.monotonic() - started < 15


def test_two_gits_work_side_by_side(repository: ScratchRepository) -> None:
    arguments = ["cat-file", "--batch-check"]
    both = [start_git(arguments, cwd=str(repository.path)) for _ in range(2)]
    assert [finish_git(process, arguments, b"HEAD\n").split()[1] for process in both] == [b"commit", b"commit"]


@pytest.mark.parametrize(
    ("fetched", "hook", "remedy"),
    [(False, "", "git fetch, then"), (True, "", "git fetch, then"), (True, "exit 1", "a hook of the remote refused")],
)
def test_a_push_that_is_rejected_gets_the_remedy(
    repository: ScratchRepository, make_repository: MakeRepository, *, fetched: bool, hook: str, remedy: str
) -> None:
    bare, other = make_repository("bare", bare=True), make_repository("other")
    repository.git("remote", "add", "origin", str(bare.path))
    if hook:
        script = bare.path / "hooks" / "pre-receive"
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!/bin/sh\n{hook}\n")
        script.chmod(0o755)
    else:
        other.commit("theirs")
        other.git("push", "-q", str(bare.path), "main")
    if fetched:
        repository.git("fetch", "-q", "origin")
    with pytest.raises(GitError) as caught:
        run_git(["push", "-q", "origin", "HEAD:refs/heads/main"], cwd=str(repository.path))
    assert remedy in caught.value.hint
