"""Recorders that work at a time, and what else may go on in a repository beside them; every choice is seeded."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple

from command_line import COMMAND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from scratch_repository import ScratchRepository

Kind = Literal["run", "free-name", "record", "commit"]
BY_HAND = """\
import sys
import branchlab

number = int(open("params.toml").read().split("=")[1])
with branchlab.start_run() as run:
    run.log(loss=number)
"""
_RECORDED = re.compile(r"^recorded (\S+) ", re.MULTILINE)
_KEPT = re.compile(r"run (\S+) is kept")
SECONDS = 120.0
TRIES = 5
# A collection took the code before the run began: nobody was told.
_TAKEN = "unable to read tree"
# `git worktree add` is seen half done by the git of others, which has to try again.
_HALF_MADE = "worktrees/"


class Recorded(NamedTuple):
    """What somebody was told: the branch, the number that was given, and the commit where that is known."""

    branch: str
    number: int
    commit: str = ""


class Recorder(NamedTuple):
    """One who records again and again: `who` is their number, `folder` the working tree they stand in."""

    kind: Kind
    who: int
    folder: Path


def make_recorders(repository: ScratchRepository, kinds: Sequence[Kind]) -> list[Recorder]:
    """Returns a recorder of each kind; those who commit get a linked worktree and a branch of their own."""
    found = []
    for who, kind in enumerate(kinds, 1):
        folder = repository.path
        if kind == "commit":
            folder = repository.path.parent / f"tree-{who}"
            repository.git("worktree", "add", "--quiet", "-b", f"exp/model/by-hand-{who}", str(folder))
            (folder / "train.py").write_text(BY_HAND)
        found.append(Recorder(kind, who, folder))
    return found


def record_all(recorders: Sequence[Recorder], times: int, seed: int) -> list[Recorded]:
    """Lets all recorders work at a time, and returns what they were told; nobody may be refused."""
    with ThreadPoolExecutor(len(recorders)) as pool:
        work = [pool.submit(_record_times, recorder, times, seed) for recorder in recorders]
        return [one for done in work for one in done.result()]


def _record_times(recorder: Recorder, times: int, seed: int) -> list[Recorded]:
    chance = random.Random(f"{seed} {recorder.who}")
    told = []
    for time_number in range(times):
        time.sleep(chance.uniform(0, 0.05))
        told.append(_WAYS[recorder.kind](recorder, recorder.who * 1000 + time_number))
    return told


def _said(folder: Path, line: Sequence[str], codes: tuple[int, ...] = (0,), passing: str = _TAKEN) -> str:
    for _ in range(TRIES):
        done = subprocess.run(
            line,
            cwd=folder,
            env={**os.environ, "GIT_EDITOR": "true"},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        if passing not in done.stderr:
            break
    assert done.returncode in codes, (line, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def _run(recorder: Recorder, number: int) -> Recorded:
    name = f"exp/model/w{number}"
    _said(recorder.folder, [*COMMAND, "run", "--quiet", "-n", name, "-S", f"number={number}"])
    return Recorded(name, number)


def _run_with_any_name(recorder: Recorder, number: int) -> Recorded:
    """All of these want names that begin alike; one number in two is that of somebody else."""
    shared = number % 1000 // 2
    words = _said(recorder.folder, [*COMMAND, "run", "--quiet", "-S", f"number={shared}"])
    found = _RECORDED.search(words)
    assert found, words
    return Recorded(found[1], shared)


def _record(recorder: Recorder, number: int) -> Recorded:
    fails = ["sh", "-c", "sh train.sh; exit 3"]
    name = f"exp/fix/w{number}"
    words = _said(
        recorder.folder, [*COMMAND, "run", "--quiet", "-n", name, "-S", f"number={number}", "--", *fails], (1,)
    )
    found = _KEPT.search(words)
    assert found, words
    _said(recorder.folder, [*COMMAND, "record", found[1]])
    return Recorded(name, number)


def _commit(recorder: Recorder, number: int) -> Recorded:
    folder = recorder.folder
    (folder / "params.toml").write_text(f"number = {number}\n")
    _said(folder, [sys.executable, "train.py"])
    words = _said(folder, ["git", "add", "--all"])
    words += _said(folder, ["git", "commit", "--quiet", "--message", f"number {number}"])
    commit = _said(folder, ["git", "rev-parse", "HEAD"]).strip()
    shown = _said(folder, ["git", "log", "-1", "--format=%B"])
    assert "Branchlab-Run: " in shown, words
    return Recorded(f"exp/model/by-hand-{recorder.who}", number, commit)


_WAYS: dict[Kind, Callable[[Recorder, int], Recorded]] = {
    "run": _run,
    "free-name": _run_with_any_name,
    "record": _record,
    "commit": _commit,
}


@contextmanager
def beside(works: Sequence[Callable[[], object]], seed: int) -> Iterator[dict[str, int]]:
    """Does each piece of work again and again during the block; yields how often each was done."""
    over = threading.Event()
    counts: dict[str, int] = {}

    def again(place: int, work: Callable[[], object]) -> None:
        chance = random.Random(f"{seed} beside {place}")
        while not over.is_set():
            work()
            name = getattr(work, "__name__", str(place))
            counts[name] = counts.get(name, 0) + 1
            over.wait(chance.uniform(0.02, 0.3))

    with ThreadPoolExecutor(max(1, len(works))) as pool:
        done = [pool.submit(again, place, work) for place, work in enumerate(works)]
        try:
            yield counts
        finally:
            over.set()
        for one in done:
            one.result()


def git_work(repository: ScratchRepository, *line: str) -> Callable[[], object]:
    """Returns a git command that somebody gives; it may be refused, since another git is at work."""

    def work() -> None:
        _said(repository.path, ["git", *line], (0, 1, 128, 255))

    work.__name__ = " ".join(line)
    return work


def ls_work(repository: ScratchRepository) -> Callable[[], object]:
    """Returns a look at the list; everything that was listed before is listed again, and nothing is damaged."""
    seen: set[str] = set()

    def ls() -> None:
        found = {row["name"]: row for row in json.loads(_said(repository.path, [*COMMAND, "ls", "--json"]))}
        recorded = {name for name, row in found.items() if row["commit"]}
        damaged = [(name, row["problem"]) for name, row in found.items() if row["status"] == "damaged"]
        assert not damaged, damaged
        assert seen <= recorded, seen - recorded
        seen.update(recorded)

    return ls


def clone_work(repository: ScratchRepository) -> list[Callable[[], object]]:
    """Returns what a colleague does in a clone: they push branches of their own, and fetch all there is."""
    clone = repository.path.parent / "clone"
    repository.git("clone", "--quiet", str(repository.path), str(clone))
    numbers = iter(range(10**6))

    def push() -> None:
        number = next(numbers)
        line = ["git", "commit", "--quiet", "--no-verify", "--allow-empty", "--message", f"theirs {number}"]
        _said(clone, line)
        line = ["git", "push", "--quiet", "--no-verify", "origin", f"HEAD:refs/heads/theirs/{number}"]
        _said(clone, line, passing=_HALF_MADE)

    def fetch() -> None:
        _said(clone, ["git", "fetch", "--quiet", "--prune"])

    return [push, fetch]
