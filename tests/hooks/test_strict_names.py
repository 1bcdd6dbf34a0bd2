"""`naming.strict`: a branch with a bad name is refused when it is made, and nothing else is held up."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest

from command_line import branchlab
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository

HOOK = ".git/hooks/reference-transaction"
PAUSED = f"{HOOK}.paused-branchlab"


class Answer(NamedTuple):
    """How a git command ended."""

    code: int
    err: str


def _git(repository: ScratchRepository, *arguments: str, **environment: str) -> Answer:
    done = subprocess.run(
        ["git", *arguments],
        cwd=repository.path,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Answer(done.returncode, done.stderr)


def _branches(repository: ScratchRepository) -> list[str]:
    return repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()


@pytest.fixture
def strict(repository: ScratchRepository) -> ScratchRepository:
    """A repository with hooks, in which a bad name is refused when it is made."""
    path = repository.write("branchlab.toml", "[naming]\nstrict = true\n")
    os.utime(path, (time.time() - 60,) * 2)
    repository.git("add", ".")
    repository.git("commit", "-qm", "settings")
    assert branchlab(repository.path, "hooks", "install").code == 0
    return repository


@pytest.fixture
def upstream(make_repository: MakeRepository) -> ScratchRepository:
    """A repository of somebody else, with names of its own."""
    other = make_repository("upstream")
    for name in ("one", "two", "three", "four"):
        other.git("branch", name)
    return other


@pytest.mark.parametrize(
    "command",
    [
        ("branch", "My_net"),
        ("switch", "-c", "My_net"),
        ("checkout", "-b", "My_net"),
        ("worktree", "add", "-b", "My_net", "../other"),
        ("update-ref", "refs/heads/My_net", "HEAD"),
    ],
)
def test_a_bad_name_is_refused_when_it_is_made(strict: ScratchRepository, command: tuple[str, ...]) -> None:
    before = strict.git("symbolic-ref", "HEAD")
    refused = _git(strict, *command)
    assert refused.code != 0
    assert (
        "branchlab: error: reference-transaction: My_net is no name for an experiment: it does not follow "
        "exp/{type}/{slug}. hint: call it exp/model/my-net, or let naming.exempt in branchlab.toml name My_net"
    ) in refused.err
    assert _branches(strict) == ["main"]
    assert strict.git("symbolic-ref", "HEAD") == before


@pytest.mark.parametrize("name", ["exp/model/wider", "release/1.2"])
def test_a_good_name_is_made_in_silence(strict: ScratchRepository, name: str) -> None:
    assert _git(strict, "branch", name) == Answer(0, "")
    assert name in _branches(strict)


def test_settings_that_are_no_longer_strict_refuse_nothing(strict: ScratchRepository) -> None:
    strict.write("branchlab.toml", "")
    assert _git(strict, "branch", "wip").code == 0


def test_the_skip_variable_goes_past_it(strict: ScratchRepository) -> None:
    assert _git(strict, "branch", "wip", BRANCHLAB_SKIP="1").code == 0


def test_a_branch_that_is_there_moves_and_goes_whatever_its_name(strict: ScratchRepository) -> None:
    strict.git("branch", "exp/model/a")
    strict.git("branch", "-m", "exp/model/a", "old_name")  # git tells no hook of this
    strict.git("pack-refs", "--all")
    assert _git(strict, "branch", "-f", "old_name", "HEAD~1").code == 0
    assert _git(strict, "update-ref", "refs/heads/old_name", "HEAD").code == 0
    assert _git(strict, "branch", "-D", "old_name").code == 0


def test_other_work_of_git_goes_on(strict: ScratchRepository) -> None:
    strict.git("switch", "-qc", "exp/model/a")
    strict.commit("a", a="1")
    strict.git("switch", "-qc", "exp/model/b", "main")
    strict.commit("b", b="1")
    strict.git("rebase", "-q", "exp/model/a")
    strict.write("a", "2")
    strict.git("stash")
    strict.git("stash", "pop")
    strict.git("tag", "v1")
    strict.git("worktree", "add", "-q", "--detach", "../other")
    strict.git("gc", "-q")
    assert strict.git("log", "--format=%s", "HEAD") == "b\na\nsettings\nstart"


def test_branchlab_brings_back_what_the_rule_no_longer_accepts(strict: ScratchRepository) -> None:
    assert _git(strict, "branch", "My_net", BRANCHLAB_SKIP="1").code == 0
    assert branchlab(strict.path, "archive", "My_net").code == 0
    assert _branches(strict) == ["main"]
    assert branchlab(strict.path, "restore", "My_net").code == 0
    assert _branches(strict) == ["My_net", "main"]


def test_a_fetch_brings_every_branch_and_the_hook_is_back_after_it(
    strict: ScratchRepository, upstream: ScratchRepository
) -> None:
    content = (strict.path / HOOK).read_bytes()
    strict.git("remote", "add", "origin", str(upstream.path))
    fetched = _git(strict, "fetch", "-q", "origin")
    assert fetched == Answer(0, "")
    assert len(strict.git("for-each-ref", "refs/remotes").splitlines()) == 5
    wait_until((strict.path / HOOK).exists)
    assert (strict.path / HOOK).read_bytes() == content
    assert not (strict.path / PAUSED).exists()
    assert _git(strict, "branch", "wip").code != 0


def test_the_hook_steps_aside_while_a_fetch_brings_more_than_one_ref(
    strict: ScratchRepository, upstream: ScratchRepository
) -> None:
    strict.git("remote", "add", "origin", str(upstream.path))
    trace = strict.path.parent / "trace"
    _git(strict, "fetch", "-q", "origin", GIT_TRACE=str(trace))
    assert trace.read_text().count("reference-transaction prepared") == 2


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="there a process that has ended cannot be told")
def test_the_hook_is_back_after_a_fetch_that_nobody_waits_for(
    strict: ScratchRepository, upstream: ScratchRepository
) -> None:
    command = ["git", "fetch", "-q", str(upstream.path), "+refs/heads/*:refs/remotes/up/*"]
    with subprocess.Popen(command, cwd=strict.path) as fetch:
        os.waitid(os.P_PID, fetch.pid, os.WEXITED | os.WNOWAIT)
        wait_until((strict.path / HOOK).exists)


def test_a_fetch_that_makes_branches_is_let_through(strict: ScratchRepository, upstream: ScratchRepository) -> None:
    mirrored = _git(strict, "fetch", "-q", str(upstream.path), "+refs/heads/*:refs/heads/their-*")
    assert mirrored == Answer(0, "")
    assert "their-one" in _branches(strict)


def test_the_hook_that_was_there_before_sees_every_ref(
    repository: ScratchRepository, upstream: ScratchRepository
) -> None:
    seen = repository.path.parent / "seen"
    own = repository.write(HOOK, f'#!/bin/sh\n[ "$1" = prepared ] && cat >>"{seen}"\nexit 0\n')
    own.chmod(0o755)
    repository.commit("settings", **{"branchlab.toml": "[naming]\nstrict = true\n"})
    assert branchlab(repository.path, "hooks", "install").code == 0
    repository.git("remote", "add", "origin", str(upstream.path))
    repository.git("fetch", "-q", "origin")
    assert seen.read_text().count("refs/remotes/") == 5
    assert _git(repository, "branch", "wip").code != 0


def test_hooks_can_be_taken_away_in_the_middle_of_a_fetch(strict: ScratchRepository) -> None:
    (strict.path / HOOK).rename(strict.path / PAUSED)
    assert branchlab(strict.path, "hooks", "uninstall").code == 0
    assert list((strict.path / ".git/hooks").glob("reference-transaction*branchlab")) == []


def test_a_branch_of_a_linked_working_tree_is_looked_at_as_well(strict: ScratchRepository, tmp_path: Path) -> None:
    strict.git("worktree", "add", "-q", "-b", "exp/model/a", "../other")
    other = strict._replace(path=tmp_path / "other")
    assert _git(other, "switch", "-c", "wip").code != 0
    assert _git(other, "switch", "-c", "exp/model/b").code == 0


def test_a_push_into_the_repository_is_for_its_own_check(
    strict: ScratchRepository, upstream: ScratchRepository
) -> None:
    assert _git(upstream, "push", "-q", str(strict.path), "one").code == 0
