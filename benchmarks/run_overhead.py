"""`branchlab run -- true`, all that is not the command, against `dvc exp run --temp` on the same repository.

python benchmarks/run_overhead.py [EXPERIMENTS]

The stage that DVC runs has the command `true` as well. Clean and dirty trees, the first worktree and a reused one,
small and large repositories. Below: what a worktree costs by number of files, and linked DVC data by size.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from repository import make_repository
from timing import BRANCHLAB, Cost, Row, by_turns, compiled, run_script, time_call, time_process

from branchlab.data.linking import link_outputs
from branchlab.data.store import add, find_store
from branchlab.git.repository import find_repository
from branchlab.git.worktree import remove_worktree, take_worktree, worktrees_dir
from branchlab.text import format_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.git.repository import Repository

RUN = (BRANCHLAB, "run", "-q", "--", "true")
SLEEP = (BRANCHLAB, "run", "-q", "--", "sleep", "1")
DVC = (sys.executable, "-m", "dvc", "exp", "run", "--temp", "-q")
STAGE = 'stages:\n  train:\n    cmd: "true"\n'
BAR = 0.1
ROUNDS = 5
FEW = 2  # where DVC takes ten seconds a run


class Place(NamedTuple):
    """A repository to run in, and the environment."""

    folder: str
    environment: Mapping[str, str]

    def run(self, command: tuple[str, ...]) -> Cost:
        """Returns what a command took here."""
        return time_process(command, self.folder, self.environment)


def measure(size: int) -> list[Row]:
    """Measures a small and a large repository; `size` is the number of experiments of the large one."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as base:
        environment = compiled(base)
        for files, experiments in _shapes(size):
            folder = os.path.join(base, f"{files}-{experiments}")
            _make(folder, files, experiments, environment)
            where = f"{files:,} files, {experiments:,} experiments"
            rows += _runs(Place(folder, environment), where, FEW if files >= 10_000 else ROUNDS)
            if files > 10 and experiments <= 10:
                rows += _worktrees(folder, files)
            shutil.rmtree(folder)
        rows += _linked(base, size)
    return rows


def _shapes(size: int) -> list[tuple[int, int]]:
    """Returns pairs of files and experiments; many files only when 10,000 experiments or more are asked for."""
    small = [(10, 10), (1_000, 10), (10, size)]
    return [*small, (10_000, 10)] if size >= 10_000 else small


def _make(folder: str, files: int, experiments: int, environment: Mapping[str, str]) -> None:
    make_repository(folder, experiments, files=files)
    subprocess.run([sys.executable, "-m", "dvc", "init", "-q"], cwd=folder, env=environment, check=True)
    _write(os.path.join(folder, "dvc.yaml"), STAGE)
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "stage"], cwd=folder, check=True)


def _runs(place: Place, where: str, rounds: int) -> list[Row]:
    """Compares runs on a clean tree, then on one with a changed and a new file."""
    median = by_turns(
        {
            "dvc": lambda: place.run(DVC),
            "reused": lambda: place.run(RUN),
            "first": lambda: _first(place),
            "sleep": lambda: _less_a_second(place.run(SLEEP)),
        },
        rounds,
    )
    _write(os.path.join(place.folder, "train.py"), "print('changed')\n")
    _write(os.path.join(place.folder, "new.py"), "print('new')\n")
    dirty = by_turns({"dvc": lambda: place.run(DVC), "reused": lambda: place.run(RUN)}, rounds)
    return [
        *_beside_dvc(f"run -- true, clean: {where}", median["reused"], median["dvc"]),
        *_beside_dvc(f"run -- true, dirty: {where}", dirty["reused"], dirty["dvc"]),
        *_beside_dvc(f"run -- true, first worktree: {where}", median["first"], median["dvc"]),
        *_beside_dvc(f"run -- sleep 1, less 1 s: {where}", median["sleep"], median["dvc"]),
    ]


def _beside_dvc(what: str, ours: Cost, dvc: Cost) -> list[Row]:
    return [
        Row(what, ours.wall, "dvc exp run --temp", dvc.wall, BAR),
        Row(what, ours.cpu, "dvc exp run --temp", dvc.cpu, BAR, clock="CPU"),
    ]


def _less_a_second(cost: Cost) -> Cost:
    return Cost(cost.wall - 1, cost.cpu)


def _first(place: Place) -> Cost:
    _forget(find_repository(place.folder))
    return place.run(RUN)


def _forget(repository: Repository) -> None:
    remove_worktree(repository, os.path.join(worktrees_dir(repository), "1"))


def _worktrees(folder: str, files: int) -> list[Row]:
    """Times a worktree by itself, beside `git worktree add` without anything of ours."""
    repository = find_repository(folder)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)
    other = os.path.join(folder, ".git", "other")
    path = os.path.join(worktrees_dir(repository), "1")

    def take() -> None:
        os.close(take_worktree(repository, "benchmark", commit.stdout.strip(), lambda _run: False).lock)

    def first() -> Cost:
        _forget(repository)
        return time_call(take)

    def floor() -> Cost:
        subprocess.run(["git", "worktree", "remove", "-f", other], cwd=folder, check=False, capture_output=True)
        return time_call(
            lambda: subprocess.run(["git", "worktree", "add", "-q", "--detach", other], cwd=folder, check=True)
        )

    median = by_turns({"floor": floor, "first": first, "reused": lambda: time_call(take)}, ROUNDS)
    note = f"{format_bytes(_own_bytes(path))} written"
    against, least = "git worktree add", median["floor"].wall
    return [
        Row(f"worktree of {files:,} files, first", median["first"].wall, against, least, note=note),
        Row(f"worktree of {files:,} files, reused", median["reused"].wall, against, least),
    ]


def _linked(base: str, size: int) -> list[Row]:
    """Links one large file, and a folder of many, out of the DVC cache, beside copying them."""
    large, many = (1 << 30, 10_000) if size >= 10_000 else (1 << 28, 2_000)
    folder = os.path.join(base, "data")
    environment = compiled(base)
    _make(folder, 10, 1, environment)
    block = os.urandom(1 << 20)
    with open(os.path.join(folder, "large.bin"), "wb") as file:
        file.writelines(block for _ in range(large >> 20))
    os.mkdir(os.path.join(folder, "many"))
    for number in range(many):
        _write(os.path.join(folder, "many", f"{number}.txt"), f"{number}\n" * 100)
    repository = find_repository(folder)
    store = find_store(folder, repository.top, repository.common_dir)
    assert store
    rows = []
    for path, what in (("large.bin", f"one file of {format_bytes(large)}"), ("many", f"a folder of {many:,} files")):
        output = add(store, folder, path)
        rows += _link_beside_copy(store, folder, output, what)
    return rows


def _link_beside_copy(store: Store, folder: str, output: Output, what: str) -> list[Row]:
    target, copied = os.path.join(folder, "linked"), os.path.join(folder, "copied")
    source = os.path.join(folder, output.path)

    def fresh(path: str, work: Callable[[], object]) -> Cost:
        shutil.rmtree(path, ignore_errors=True)
        os.mkdir(path)
        return time_call(work)

    median = by_turns(
        {
            "copy": lambda: fresh(copied, lambda: subprocess.run(["cp", "-r", source, copied], check=True)),
            "link": lambda: fresh(target, lambda: link_outputs(store, target, [output])),
            "again": lambda: time_call(lambda: link_outputs(store, target, [output])),
        },
        3,
    )
    note = f"{format_bytes(_own_bytes(target))} copied"
    return [
        Row(f"linking {what}", median["link"].wall, "cp -r", median["copy"].wall, note=note),
        Row(f"linking {what}, there already", median["again"].wall, "cp -r", median["copy"].wall),
    ]


def _own_bytes(folder: str) -> int:
    """Returns the bytes that only this folder holds: no hard links, no symbolic links."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            found = os.lstat(os.path.join(path, name))
            total += found.st_size if found.st_nlink == 1 and not os.path.islink(os.path.join(path, name)) else 0
    return total


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    run_script(measure, 1_000)
