"""A commit that is not made loses no run, and leaves index and working tree as they were."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from command_line import TRAIN
from hooked_project import HookedProject
from mounted_disk import mounted_disk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WAYS = {
    "staged": ("commit",),
    "all": ("commit", "--all"),
    "partial": ("commit", "train.py"),
    "amended": ("commit", "--amend"),
}
REFUSAL = "#!/bin/sh\necho not so >&2\nexit 1\n"


def _seen(hooked: HookedProject) -> dict[str, str]:
    """Returns what a failed commit must not change."""
    found = {name: hooked.git(*name.split()) for name in ("rev-parse HEAD", "ls-files --stage", "status --porcelain")}
    for path in sorted(hooked.path.rglob("*")):
        if ".git" not in path.relative_to(hooked.path).parts and path.is_file():
            found[str(path)] = path.read_text()
    return found


def _changed(hooked: HookedProject) -> HookedProject:
    """Returns the project with a change that is staged, one that is not, and a run of them."""
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.git("add", "train.py")
    hooked.write("params.toml", "lr = 0.7\n")
    hooked.train()
    return hooked


def _recovers(hooked: HookedProject, run: str) -> None:
    """Makes the next commit, which has to record the run if none did."""
    for lock in (hooked.path / ".git").rglob("*.lock"):
        lock.unlink()  # what git itself leaves when it is killed
    hooked.does("commit", "--allow-empty", "--message", "the next")
    named = hooked.git("log", "--format=%(trailers:key=Branchlab-Run,valueonly)", "main..HEAD").split()
    assert named == [run]
    assert hooked.record()["run"]["id"] == run
    assert (hooked.runs(), hooked.leftovers()) == ([], [])
    shown = hooked.git("status", "--porcelain", "metrics.toml", "metrics")
    assert shown == ""


@pytest.mark.parametrize("way", WAYS)
def test_a_hook_that_refuses_the_message(hooked: HookedProject, way: str) -> None:
    refusing = hooked.path / ".git" / "hooks" / "commit-msg.before-branchlab"
    refusing.write_text(REFUSAL)
    refusing.chmod(0o755)
    _changed(hooked)
    before, run = _seen(hooked), hooked.run_id()
    done = hooked.attempt(*WAYS[way], "--message", "wider net")
    assert (done.code, "not so" in done.words) == (1, True)
    assert _seen(hooked) == before
    assert hooked.run_id() == run
    refusing.unlink()
    _recovers(hooked, run)


@pytest.mark.parametrize("way", WAYS)
def test_an_editor_that_fails(hooked: HookedProject, way: str) -> None:
    _changed(hooked)
    before, run = _seen(hooked), hooked.run_id()
    assert hooked.attempt(*WAYS[way], GIT_EDITOR="false").code == 1
    assert _seen(hooked) == before
    _recovers(hooked, run)


def test_an_editor_that_is_left_without_a_word(hooked: HookedProject) -> None:
    _changed(hooked)
    before, run = _seen(hooked), hooked.run_id()
    done = hooked.attempt("commit", GIT_EDITOR="true")
    assert "empty commit message" in done.words
    assert _seen(hooked) == before
    _recovers(hooked, run)


@pytest.mark.parametrize("way", ["plain", "verbose", "signoff"])
def test_a_template_that_is_left_as_it_is(hooked: HookedProject, way: str) -> None:
    hooked.write(".git/template", "type: subject\n\n# what and why\nRefs: \n")
    hooked.git("config", "commit.template", ".git/template")
    _changed(hooked)
    before, run = _seen(hooked), hooked.run_id()
    done = hooked.attempt("commit", *([] if way == "plain" else [f"--{way}"]), GIT_EDITOR="true")
    assert "you did not edit the message" in done.words
    assert _seen(hooked) == before
    _recovers(hooked, run)


def test_a_message_that_is_not_there_is_settled_by_the_next_commit(hooked: HookedProject) -> None:
    _changed(hooked)
    run = hooked.run_id()
    assert hooked.attempt("commit", "--file", "missing").code == 128
    assert not (hooked.path / "metrics.toml").exists()
    _recovers(hooked, run)


def test_a_bypassed_commit_after_a_failed_one_holds_no_record(hooked: HookedProject) -> None:
    _changed(hooked)
    run = hooked.run_id()
    assert hooked.attempt("commit", GIT_EDITOR="false").code == 1
    hooked.does("commit", "--no-verify", "--message", "bypassed")
    assert (hooked.record(), hooked.trailer()) == ({}, "")
    assert hooked.leftovers() == []
    _recovers(hooked, run)


END = ""
STEPS = (
    ("pre-commit", "    python_hook $known"),
    ("pre-commit", END),
    ("prepare-commit-msg", '    add_trailers "$1"\nelif'),
    ("prepare-commit-msg", "    case ${GIT_INDEX_FILE-} in"),
    ("prepare-commit-msg", END),
    ("post-commit", '        [ -f "$pending/staged" ]'),
    ("post-commit", "        git checkout-index"),
    ("post-commit", "        git update-ref"),
    ("post-commit", '        rm -rf "$state'),
    ("post-commit", END),
)


SOON = (STEPS[1], STEPS[3], STEPS[7])
EACH = [pytest.param(*step, marks=() if step in SOON else pytest.mark.prove) for step in STEPS]


@pytest.mark.parametrize(("event", "step"), EACH)
def test_a_kill_before_each_step(hooked: HookedProject, event: str, step: str) -> None:
    _changed(hooked)
    run = hooked.run_id()
    hook = hooked.path / ".git" / "hooks" / event
    whole = hook.read_text()
    place = whole.index(step) if step else len(whole)
    hook.write_text(f"{whole[:place]}kill -9 0; sleep 9\n{whole[place:]}")
    assert _killed(hooked, ("commit", "--message", "wider net")) == -signal.SIGKILL
    hook.write_text(whole)
    _recovers(hooked, run)


@pytest.mark.parametrize("way", ["staged", pytest.param("partial", marks=pytest.mark.prove)])
def test_a_kill_at_any_time(hooked: HookedProject, way: str) -> None:
    for delay in (0.05, 0.08, 0.12):
        copy = HookedProject(hooked.path.parent / f"{way}-{delay}")
        shutil.copytree(hooked.path, copy.path)
        _changed(copy)
        run = copy.run_id()
        _killed(copy, (*WAYS[way], "--message", "wider net"), delay)
        _recovers(copy, run)


def _killed(hooked: HookedProject, arguments: Sequence[str], delay: float = 30.0) -> int:
    """Starts git in a session of its own, kills all of it after a while and returns how git ended."""
    process = subprocess.Popen(
        ["git", *arguments],
        cwd=hooked.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    end = time.monotonic() + delay
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


@pytest.fixture
def small_disk(hooked: HookedProject, tmp_path: Path) -> Iterator[HookedProject]:
    """The project on a disk of 4 MB."""
    with mounted_disk(tmp_path / "disk", 4) as place:
        yield HookedProject(shutil.copytree(hooked.path, place / "project", symlinks=True))


SIZES = [0, 16384, *(pytest.param(size, marks=pytest.mark.prove) for size in (4096, 8192, 32768, 49152, 65536))]


@pytest.mark.parametrize("leave", SIZES)
def test_a_full_disk(small_disk: HookedProject, leave: int) -> None:
    _changed(small_disk)
    run = small_disk.run_id()
    status = os.statvfs(small_disk.path)
    filler = small_disk.path.parent / "filler"
    filler.write_bytes(b"x" * max(0, status.f_bavail * status.f_bsize - leave))
    done = small_disk.attempt("commit", "--message", "wider net")
    assert "Traceback" not in done.words
    filler.unlink()
    _recovers(small_disk, run)
