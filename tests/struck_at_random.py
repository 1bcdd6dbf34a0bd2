"""Chains of commands that are killed at random moments, one after the other in one repository, as a bad week would."""

from __future__ import annotations

import random
import re
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from faulty_calls import Blow
from in_process import call
from oracle import assert_readable, assert_sound, assert_whole, remember, worktrees_are_whole
from struck_commands import (
    TWO,
    Scene,
    after_reading,
    again,
    age_locks,
    assert_runs_once,
    on_branch,
    with_failed_run,
    with_remotes,
)

if TYPE_CHECKING:
    from faulty_calls import Striker, Struck
    from scratch_repository import ScratchRepository
    from struck_commands import Stage

MOVED = ("refs/heads/exp/", "refs/archive/", "refs/branchlab/trash/")
SHORT = "print('accuracy', 1)"
QUIET = ("train", "short", "short", "short", "record", "record", "archive", "restore", "rm", "ls", "push", "new-index")
HOOKED = ("commit", "commit", "commit", "train", "short", "record")
NAMED = re.compile(r"^recorded (exp/\S+)", re.MULTILINE)


def _in_use(repository: ScratchRepository) -> None:
    with_remotes(repository)
    with_failed_run(repository)


WEEKS = {
    "quiet": (Scene("quiet", (), _in_use, after_reading), QUIET),
    "hooked": (Scene("hooked", (), on_branch, after_reading, user=False, hooks=True), HOOKED),
}


class Chain(NamedTuple):
    """One chain as far as it went.

    Attributes:
        stage: where.
        repository: the same for all its kills.
        choice: draws commands, moments and victims.
        known: the record of each experiment that was acknowledged.
        trained: names whose training came to its end.
        told: one line for each kill.
    """

    stage: Stage
    repository: ScratchRepository
    choice: random.Random
    known: dict[str, str]
    trained: set[str]
    told: list[str]


class Pace:
    """How long commands take here and now, so that kills fall into all of them."""

    def __init__(self) -> None:
        """Knows nothing yet."""
        self._seconds: dict[str, float] = {}

    def delay(self, kind: str, choice: random.Random) -> float:
        """Draws a moment before the end of a command."""
        return choice.random() * self._seconds.get(kind, 0.5)

    def took(self, kind: str, seconds: float) -> None:
        """Learns from a command that ended before it was killed."""
        self._seconds[kind] = (self._seconds.get(kind, seconds) + seconds) / 2

    def survived(self, kind: str, delay: float) -> None:
        """Learns from one that was killed."""
        self._seconds[kind] = max(self._seconds.get(kind, 0.5), delay) * 1.02


def kill_at_random(striker: Striker, stage: Stage, pace: Pace, seed: int, kills: int) -> int:
    """Plays one chain and looks at the end whether every promise holds; returns how many commands died of it."""
    choice = random.Random(seed)
    kinds = WEEKS[stage.scene.name][1]
    repository = stage.fresh()
    before = remember(repository)
    chain = Chain(stage, repository, choice, {}, set(), [])
    chain.known.update(_held(chain))
    try:
        died = sum(_kill(striker, chain, pace, choice.choice(kinds), number) for number in range(kills))
        if stage.scene.hooks:
            assert call(repository.path, "doctor", "--fix").code == 0  # git itself left a lock of the index
        _record_the_rest(chain)
        moved = tuple(name for name in before.refs if name.startswith(("refs/heads/exp/", "refs/archive/")))
        assert_sound(repository, before, gone=moved, user=stage.scene.user)
        _assert_known(chain)
        assert_runs_once(repository)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}\n" + "\n".join(chain.told)) from error
    return died


def _kill(striker: Striker, chain: Chain, pace: Pace, kind: str, number: int) -> bool:
    command = _command(chain, kind, number)
    delay = pace.delay(kind, chain.choice)
    how = chain.choice.choice(("kill-all", "kill-all", "kill-one"))
    if kind == "commit":
        chain.repository.write("params.toml", f"lr = 0.{number + 1}\n")
    began = time.monotonic()
    struck = striker.strike(chain.repository.path, *command, blow=Blow(how, after=delay))
    if struck.struck:
        pace.survived(kind, delay)
    else:
        pace.took(kind, time.monotonic() - began)
    chain.told.append(f"{' '.join(command)}: {struck.struck or 'ended'}, {struck.code}, {struck.err!r}")
    _note_what_was_said(chain, struck, f"exp/model/k{number}", kind)
    age_locks(chain.repository)
    _assert_known(chain)
    if worktrees_are_whole(chain.repository):
        assert_whole(chain.repository)
    if struck.code in (4, 128) or chain.choice.random() < 0.2:
        assert call(chain.repository.path, "doctor", "--fix").code == 0
    return bool(struck.struck)


def _command(chain: Chain, kind: str, number: int) -> tuple[str, ...]:
    some = chain.choice.choice(sorted(chain.known)).rpartition("/")[2]
    run = ("branchlab", "run", "-n", f"k{number}", "--", sys.executable)
    return {
        "train": (*run, "train.py"),
        "short": (*run, "-I", "-S", "-c", SHORT),
        "record": ("branchlab", "record"),
        "archive": ("branchlab", "archive", some),
        "restore": ("branchlab", "restore", some),
        "rm": ("branchlab", "rm", some),
        "ls": ("branchlab", "ls"),
        "new-index": ("branchlab", "ls", "--json"),
        "push": ("branchlab", "push", "--no-data"),
        "commit": ("git", "commit", "--all", "--message", f"step {number}"),
    }[kind]


def _note_what_was_said(chain: Chain, struck: Struck, name: str, kind: str) -> None:
    """Keeps what was acknowledged: a line that says so, or an exit code of 0."""
    if kind == "train" and "trained" in struck.out:
        chain.trained.add(name)
    said = set(NAMED.findall(struck.err))
    if kind == "record" and struck.code == 0:
        said |= set(struck.out.split())
    held = _held(chain)
    for recorded in said:
        assert recorded in held or recorded == TWO, f"{recorded} was acknowledged and is nowhere"
        chain.known.update({name: text for name, text in held.items() if name == recorded})


def _held(chain: Chain) -> dict[str, str]:
    """Returns the record of each experiment, whether it stands, is archived or was removed."""
    lines = chain.repository.git("for-each-ref", "--format=%(refname)", *MOVED).splitlines()
    found = {}
    for line in lines:
        name = "exp/" + line.partition("/exp/")[2]
        text = chain.repository.git("cat-file", "--batch", stdin=f"{line}:metrics.toml\n")
        if name != TWO and not text.endswith(" missing"):  # the user commits on that one
            found[name] = text
    return found


def _assert_known(chain: Chain) -> None:
    held = _held(chain)
    for name, text in chain.known.items():
        assert name in held, f"{name} was acknowledged and is nowhere"
        assert held[name] == text, f"{name} is not what was acknowledged"


def _record_the_rest(chain: Chain) -> None:
    """Records what is left, and looks that no finished training is lost."""
    age_locks(chain.repository)
    folders = sorted((chain.repository.path / ".git/branchlab/runs").glob("*"))
    for folder in folders:
        said = again(chain.repository, "record", folder.name)
        assert said.code in (0, 2), said
    held = _held(chain)
    for name in sorted(chain.trained):
        assert name in held, f"{name} was trained to its end and is nowhere"
    standing = chain.repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads/exp/").splitlines()
    assert_readable(chain.repository, [name for name in standing if name in held])
