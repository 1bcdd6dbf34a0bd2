"""`branchlab doctor`: finds each kind of leftover, and mends it in one call."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import psutil

from branchlab.doctor.locks import check_locks
from branchlab.git.repository import find_repository
from command_line import branchlab, names, rows, start
from scratch_repository import ScratchRepository
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def findings(project: ScratchRepository, *arguments: str) -> list[str]:
    said = branchlab(project.path, "doctor", "--json", *arguments)
    assert said.code in (0, 1), said.err
    return [found["what"] for found in json.loads(said.out)]


def test_a_healthy_project_is_in_order(dvc_project: ScratchRepository) -> None:
    assert branchlab(dvc_project.path, "run").code == 0
    said = branchlab(dvc_project.path, "doctor", "--data")
    assert (said.code, said.err) == (0, "everything is in order\n")


def test_a_note_that_is_just_being_made_is_left_alone(
    dvc_project: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = dvc_project
    assert branchlab(project.path, "run", "-n", "first").code == 0
    private = f"refs/branchlab/runs/{rows(project.path)[0]['run']}.note.7.1234"
    project.git("update-ref", private, project.git("commit-tree", "main^{tree}", "-m", "note"))
    assert findings(project, "--fix") == []
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
    project.git("update-ref", private, project.git("commit-tree", "main^{tree}", "-m", "note"))
    assert findings(project, "--fix") == [f"{private} was left by a note that was killed"]
    assert not project.git("for-each-ref", private)


def test_everything_that_a_crash_leaves_is_mended_in_one_call(dvc_project: ScratchRepository) -> None:
    project = dvc_project
    assert branchlab(project.path, "run", "-n", "first").code == 0
    state = project.path / ".git" / "branchlab"
    process = start(project.path, "run", "-n", "killed", "--", "sh", "-c", "echo started; echo x > model.bin; sleep 60")
    wait_until(lambda: any(log.read_text() for log in state.glob("runs/*/output.log")))
    group = next(child.pid for child in psutil.Process(process.pid).children())
    process.kill()
    process.wait()
    os.killpg(group, 9)
    lock = project.write(".git/index.lock", "")
    os.utime(lock, (time.time() - 60, time.time() - 60))
    project.git("update-ref", "refs/archive/exp/model/first", "exp/model/first")
    project.git("update-ref", "refs/branchlab/runs/20200101T000000-abcdef", "main")
    (state / "runs" / "20200101T000000-aaaaaa").mkdir()
    shutil.copytree(state / "worktrees" / "1", state / "worktrees" / "7", ignore=shutil.ignore_patterns(".git"))
    rows(project.path)
    index = state / "index.v2"
    index.write_bytes(index.read_bytes().replace(b"finished", b"finishex"))
    found = " ".join(findings(project))
    for words in (
        "index.lock",
        "died without a word",
        "archived as well",
        "holds a run that is gone",
        "no readable state.json",
        "is not known to git",
        "index are damaged",
    ):
        assert words in found
    said = branchlab(project.path, "doctor", "--fix")
    assert said.code == 0, said.out
    assert findings(project) == []
    project.commit("the user can commit again")
    assert branchlab(project.path, "record").code == 0
    assert "model.bin.dvc" in project.git("ls-tree", "--name-only", "exp/model/killed")
    assert names(project.path) == ["exp/model/first", "exp/model/killed"]
    assert rows(project.path, "killed")[0]["status"] == "failed"


def test_a_lock_is_stale_unless_a_git_works_in_this_repository(project: ScratchRepository, tmp_path: Path) -> None:
    elsewhere = ScratchRepository(tmp_path / "elsewhere")
    elsewhere.path.mkdir()
    elsewhere.git("init", "-q")
    lock = project.write(".git/index.lock", "")
    os.utime(lock, (time.time() - 60, time.time() - 60))
    for place, words in ((elsewhere, "left by a git that was killed"), (project, "a git program is at work")):
        with subprocess.Popen(["git", "cat-file", "--batch"], cwd=place.path, stdin=subprocess.PIPE) as git:
            assert any(words in found for found in findings(project))
            git.communicate()


def test_the_locks_of_a_commit_that_was_killed_in_its_hook_are_removed(project: ScratchRepository) -> None:
    for name in ("index.lock", "index.lock.lock"):
        os.utime(project.write(f".git/{name}", ""), (1, 1))
    branchlab(project.path, "doctor", "--fix")
    assert list((project.path / ".git").glob("*.lock")) == []


def test_a_git_that_just_ended_elsewhere_is_not_taken_for_one_at_work(project: ScratchRepository) -> None:
    os.utime(project.write(".git/index.lock", ""), (1, 1))
    ending = "while true; do git --version >/dev/null; done"  # each is seen for a moment without the folder it was in
    with subprocess.Popen(["sh", "-c", ending], cwd="/", start_new_session=True) as gits:
        found = [check_locks(find_repository(str(project.path))) for _ in range(15)]
        os.killpg(gits.pid, signal.SIGKILL)
    assert all("left by a git that was killed" in finding.what for (finding,) in found)


def test_a_worktree_whose_making_was_cut_short_is_forgotten(project: ScratchRepository) -> None:
    assert branchlab(project.path, "run", "-q", "--", "true").code == 0
    (project.path / ".git/worktrees/1/commondir").write_bytes(b"")  # `git worktree list` stops at it
    said = branchlab(project.path, "doctor", "--fix")
    assert "making worktree 1 was cut short" in said.out
    assert project.git("worktree", "list", "--porcelain").count("worktree ") == 1
    assert project.git("fsck", "--no-dangling", "--no-progress") == ""


def test_a_worktree_whose_folder_is_gone_is_forgotten_and_the_users_own_is_not(
    project: ScratchRepository, tmp_path: Path
) -> None:
    assert branchlab(project.path, "run", "-n", "first").code == 0
    project.git("worktree", "add", "-q", "--detach", str(tmp_path / "own"))
    shutil.move(tmp_path / "own", tmp_path / "unmounted")
    shutil.rmtree(project.path / ".git/branchlab/worktrees/1")
    assert any("whose folder is gone" in found for found in findings(project))
    branchlab(project.path, "doctor", "--fix")
    assert not any("whose folder is gone" in found for found in findings(project))
    assert str(tmp_path / "own") in project.git("worktree", "list")


def test_damaged_data_is_set_aside(dvc_project: ScratchRepository) -> None:
    assert branchlab(dvc_project.path, "run", "-n", "first").code == 0
    cache = dvc_project.path / ".dvc" / "cache"
    damaged = next(path for path in cache.rglob("*") if path.is_file() and path.read_bytes() == b"model 0.5")
    damaged.chmod(0o644)
    damaged.write_bytes(b"modem 0.5")
    assert findings(dvc_project) == []
    assert len(findings(dvc_project, "--data")) == 1
    assert branchlab(dvc_project.path, "doctor", "--data", "--fix").code == 0
    assert not damaged.exists()


def test_what_only_the_user_can_mend_is_said(project: ScratchRepository) -> None:
    project.git("branch", "-m", "main", "trunk")
    said = branchlab(project.path, "doctor", GIT_CONFIG_GLOBAL="/dev/null")
    assert said.code == 1
    assert "the baseline main is no branch here" in said.out
    assert "git does not know who commits" in said.out
    assert "this project has no DVC" in said.out


def test_a_damaged_record_is_named(project: ScratchRepository) -> None:
    assert branchlab(project.path, "run", "-n", "first").code == 0
    project.git("switch", "-q", "exp/model/first")
    project.commit("broken", **{"metrics.toml": "<<<<<<< ours\n"})
    project.git("switch", "-q", "main")
    assert rows(project.path)[0]["status"] == "damaged"
    assert any("exp/model/first" in found for found in findings(project))
