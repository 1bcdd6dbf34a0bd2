"""A repository of very many experiments: everything works, and what it took is printed for docs/reliability.md."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from command_line import COMMAND
from driven_app import drive, screen_text
from in_process import call
from kinds_of_repository import does
from oracle import assert_whole
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp

MAKER = Path(__file__).parents[2] / "benchmarks" / "repository.py"


def test_a_thousand_experiments(tmp_path: Path) -> None:
    repository, rows = _made(tmp_path, 1_000)
    _assert_found(repository, rows)
    _assert_changed(repository, rows)


@pytest.mark.prove
def test_fifty_thousand_experiments(tmp_path: Path) -> None:
    with _timed("made"):
        repository, rows = _made(tmp_path, 50_000)
    with _timed("filter, diff, compare, show"):
        _assert_found(repository, rows)
    with _timed("run, record, archive, restore, rm, restore, rename"):
        _assert_changed(repository, rows)
    with _timed("first screen of the terminal UI"):
        drive(repository.path, _assert_on_screen)
    for what in ("cold", "warm"):
        if what == "cold":
            for path in (repository.path / ".git/branchlab").glob("index.*"):
                path.unlink()
        with _timed(f"ls --json, {what}, as a process"):
            subprocess.run([*COMMAND, "ls", "--json"], cwd=repository.path, stdout=subprocess.DEVNULL, check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"50,000 experiments: no process took more than {peak:.0f} MiB")  # noqa: T201
    with _timed("check of one branch"):
        assert call(repository.path, "check", f"main..{rows[0]['name']}").code in {0, 1, 3}
    with _timed("doctor"):
        assert call(repository.path, "doctor").code in {0, 1}
    assert_whole(repository)


def _made(folder: Path, count: int) -> tuple[ScratchRepository, list[dict[str, Any]]]:
    """Makes a repository by fast-import and reads all of its experiments."""
    top = folder / "project"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, str(MAKER), str(top), str(count)], env=environment, check=True, capture_output=True)
    rows: list[dict[str, Any]] = json.loads(does(top, "ls", "--json"))
    assert len(rows) == count
    assert {row["status"] for row in rows} == {"finished"}
    return ScratchRepository(top), rows


def _assert_found(repository: ScratchRepository, rows: list[dict[str, Any]]) -> None:
    """Holds what a query finds against a plain look at all rows."""
    top = repository.path
    found = {row["name"] for row in json.loads(does(top, "ls", "--json", "accuracy>0.9", "lr<=0.01"))}
    assert found == {row["name"] for row in rows if row["metrics"]["accuracy"] > 0.9 and row["params"]["lr"] <= 0.01}
    best = max(rows, key=lambda row: float(row["metrics"]["accuracy"]))
    (first,) = json.loads(does(top, "ls", "--json", "--sort", "-accuracy", "--limit", "1"))
    assert first["metrics"] == best["metrics"]
    one, other = rows[0]["name"], rows[-1]["name"]
    compared = json.loads(does(top, "diff", "--json", one, other))
    (accuracy,) = (metric for metric in compared["metrics"] if metric["name"] == "accuracy")
    assert (accuracy["a"], accuracy["b"]) == (rows[0]["metrics"]["accuracy"], rows[-1]["metrics"]["accuracy"])
    assert one in does(top, "show", one)
    assert does(top, "compare", one, other, "--json")


def _assert_changed(repository: ScratchRepository, rows: list[dict[str, Any]]) -> None:
    """Adds an experiment, and moves others out of sight and back; all others stay where they are."""
    top, count = repository.path, len(rows)
    does(top, "run", "-q", "-n", "another", "--", sys.executable, "train.py")
    before = _refs(repository)
    assert len(before) == count + 2
    victim, name = rows[count // 2]["name"], "exp/model/another"
    for forth in ("archive", "rm"):
        does(top, forth, victim)
        assert len(json.loads(does(top, "ls", "--json"))) == count
        does(top, "restore", victim)
        assert _refs(repository) == before
    does(top, "rename", name, "exp/model/renamed")
    after = _refs(repository)
    assert after.pop("refs/heads/exp/model/renamed") == before.pop(f"refs/heads/{name}")
    assert after == before


def _refs(repository: ScratchRepository) -> dict[str, str]:
    lines = repository.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/").splitlines()
    return dict(line.split(" ") for line in lines)


async def _assert_on_screen(pilot: Pilot[int], app: BranchlabApp) -> None:
    text = screen_text(app)
    assert text.count("finished") > 10, text
    await pilot.press("G")
    await pilot.pause()
    assert screen_text(app) != text


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"50,000 experiments: {what}: {time.monotonic() - began:.1f} s")  # noqa: T201
