"""Recorders at a time, and beside everything that goes on in a repository: each run is there once, and none is lost."""

from __future__ import annotations

import tomllib
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import pytest

from command_line import COMMAND
from oracle import assert_sound, remember
from quick_runs import assert_each_once, make_quick, recordings, run_folders
from recorders import beside, clone_work, git_work, ls_work, make_recorders, record_all
from tmux_terminal import Terminal, needs_tmux

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from recorders import Kind, Recorded
    from scratch_repository import ScratchRepository

COLLECT = (("gc", "--quiet", "--prune=now"), ("worktree", "prune"))
PACK = (("repack", "-adq"), ("pack-refs", "--all"), ("worktree", "prune"))
MIXED: tuple[Kind, ...] = ("run", "free-name", "record", "commit", "run", "free-name", "record", "commit")
PLAIN: tuple[Kind, ...] = ("run", "free-name", "record", "run", "run", "free-name", "record", "run")


class Case(NamedTuple):
    """Who records how often, and what goes on beside them: git commands, and `ls`, `clone` or `tui`."""

    kinds: tuple[Kind, ...]
    times: int
    git: tuple[tuple[str, ...], ...] = ()
    also: tuple[str, ...] = ()


QUICK = {
    "two beside packing": Case(("run", "commit"), 2, PACK, ("ls",)),
}
LONG = {
    "two": Case(("run", "record"), 5),
    "two, often": Case(("run", "commit"), 15),
    "eight": Case(("run",) * 8, 6),
    "eight who want one name": Case(("free-name",) * 8, 5),
    "eight beside ls and the terminal UI": Case(MIXED, 4, (), ("ls", "tui")),
    "eight beside a collection": Case(PLAIN, 5, COLLECT, ("ls",)),
    "eight beside packing": Case(MIXED, 4, PACK, ()),
    "eight beside a colleague": Case(MIXED, 4, (("pack-refs", "--all"),), ("clone",)),
}
SEED = 6


def works_of(repository: ScratchRepository, case: Case) -> list[Callable[[], object]]:
    """Returns what goes on beside the recorders."""
    works = [git_work(repository, *line) for line in case.git]
    if "ls" in case.also:
        works.append(ls_work(repository))
    if "clone" in case.also:
        works += clone_work(repository)
    return works


def together(repository: ScratchRepository, case: Case, seed: int) -> None:
    """Lets them record, and holds what is there then against what they were told."""
    before = remember(repository)
    recorders = make_recorders(repository, case.kinds)
    with ExitStack() as stack:
        counts = stack.enter_context(beside(works_of(repository, case), seed))
        if "tui" in case.also:
            terminal = stack.enter_context(Terminal(repository.path, [*COMMAND, "tui"], (110, 32)))
            terminal.shows("exp")
        told = record_all(recorders, case.times, seed)
        if "tui" in case.also:
            terminal.shows(f"{len(recordings_of(repository))} experiments")
    assert len(told) == len(case.kinds) * case.times
    assert all(counts.values())
    hold(repository, told)
    assert_sound(repository, before, acknowledged=sorted({one.branch for one in told}))


def recordings_of(repository: ScratchRepository) -> list[str]:
    """Returns the names of all experiments."""
    return repository.git("for-each-ref", "--format=%(refname)", "refs/heads/exp/").split()


def hold(repository: ScratchRepository, told: list[Recorded]) -> None:
    """Each recording that somebody was told of is there, with its own values, and no run is there twice."""
    assert run_folders(repository) == []
    assert repository.git("for-each-ref", "refs/branchlab/runs/") == ""
    by_run = [one for one in told if not one.commit]
    assert len({one.branch for one in by_run}) == len(by_run), "one name was given twice"
    assert_each_once(repository, [one.branch for one in told])
    found = recordings(repository)
    assert {one.branch: one.number for one in by_run} == {one.branch: found[one.branch].number for one in by_run}
    runs = [found[one.branch].run for one in by_run]
    for one in told:
        if one.commit:
            record = tomllib.loads(repository.git("show", f"{one.commit}:metrics.toml"))
            assert (record["params"]["number"], record["metrics"]["loss"]) == (one.number, one.number)
            assert repository.git("branch", "--list", "--contains", one.commit, one.branch), one
            runs.append(record["run"]["id"])
    assert len(set(runs)) == len(told), "a run was recorded twice"


@pytest.mark.parametrize("case", QUICK.values(), ids=QUICK)
def test_those_who_record_at_a_time_lose_nothing(tmp_path: Path, dvc_template: Path, case: Case) -> None:
    together(make_quick(tmp_path / "project", dvc_template), case, SEED)


@needs_tmux
@pytest.mark.prove
@pytest.mark.parametrize("case", LONG.values(), ids=LONG)
def test_many_who_record_at_a_time_lose_nothing(tmp_path: Path, dvc_template: Path, case: Case) -> None:
    together(make_quick(tmp_path / "project", dvc_template), case, SEED)
