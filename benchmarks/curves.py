"""What grows with the number of experiments, and what does not: the same commands on 100 to 50,000 of them.

python benchmarks/curves.py [EXPERIMENTS]

Sizes go up to five times the number that is asked for. Each figure is a point of a curve (pictures.py draws them); the
peers' curves are measured by peers.py. Wall time of whole processes, medians of a few rounds by turns.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from repository import add_experiment, make_repository
from timing import BRANCHLAB, Cost, Row, compiled, median, run_script, time_process
from tui_pty import Terminal

from branchlab.tracking.capture import is_capturing
from branchlab.tracking.state import run_folders
from tui import EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIZES = (100, 1_000, 10_000, 50_000)
MOST = 5  # times the size that is asked for
ROUNDS, COLD = 5, 3
LISTING = (BRANCHLAB, "ls", "--json")
REFS = ("git", "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads")
PIPELINE = (
    "sh",
    "-c",
    "git for-each-ref --format='%(objectname)\n%(objectname):metrics.toml' refs/heads | git cat-file --batch",
)
SCRIPT = "import branchlab\nwith branchlab.start_run(params={'lr': 0.1}) as run:\n    run.log(accuracy=0.9)\n"
COMMIT = ("git", "commit", "--quiet", "--all", "--message", "wider")


def measure(size: int) -> list[Row]:
    """Measures each size up to five times `size`."""
    return [row for count in SIZES if count <= MOST * size for row in _one(count)]


def _one(count: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        names = make_repository(folder, count)
        environment = compiled(base)
        seconds = {name: cost.wall for name, cost in _commands(folder, names, environment).items()}
        points = [
            Row(f"{name}, {count:,} experiments", figure, "", 0.0, series=name, size=count)
            for name, figure in seconds.items()
        ]
        return [*points, *_terminal(folder, names[-1], count, environment)]


def _commands(folder: str, names: list[str], environment: Mapping[str, str]) -> dict[str, Cost]:
    costs: dict[str, list[Cost]] = {}

    def note(name: str, command: tuple[str, ...]) -> None:
        costs.setdefault(name, []).append(time_process(command, folder, environment))

    time_process(LISTING, folder, environment)
    for turn in range(ROUNDS):
        note("git for-each-ref", REFS)
        note("ls, warm", LISTING)
        name = add_experiment(folder, 1_000_000 + turn)
        note("ls, one new", LISTING)
        subprocess.run(["git", "update-ref", "-d", f"refs/heads/{name}"], cwd=folder, check=True)
        note("diff A B", (BRANCHLAB, "diff", names[0], names[len(names) // 2]))
        if turn < COLD:
            note("for-each-ref | cat-file", PIPELINE)
            shutil.rmtree(os.path.join(folder, ".git", "branchlab"))
            note("ls, cold", LISTING)
    subprocess.run([BRANCHLAB, "run", "-q", "--", "true"], cwd=folder, env=environment, check=True, capture_output=True)
    for _ in range(ROUNDS):
        note("run -- true", (BRANCHLAB, "run", "-q", "--", "true"))
    _commit(folder, environment, note)
    return {name: median(taken) for name, taken in costs.items()}


def _commit(folder: str, environment: Mapping[str, str], note: Callable[[str, tuple[str, ...]], None]) -> None:
    """Commits on an experiment branch, with a run to record and without."""
    subprocess.run([BRANCHLAB, "hooks", "install"], cwd=folder, env=environment, check=True, capture_output=True)
    subprocess.run(["git", "switch", "-q", "-c", "exp/model/curve"], cwd=folder, check=True)
    for turn in range(ROUNDS + 1):
        for what, script in (("commit", "pass"), ("commit, a run to record", SCRIPT)):
            with open(os.path.join(folder, "train.py"), "a", encoding="utf-8") as file:
                file.write(f"# {turn}\n")
            run = subprocess.run([sys.executable, "-c", script], cwd=folder, env=environment, check=False)
            assert not run.returncode
            while any(map(is_capturing, run_folders(os.path.join(folder, ".git", "branchlab", "runs")))):
                time.sleep(0.01)
            if turn:
                note(what, COMMIT)
            else:
                time_process(COMMIT, folder, environment)


def _terminal(folder: str, newest: str, count: int, environment: Mapping[str, str]) -> list[Row]:
    """Starts the terminal UI warm, presses keys, and asks what it holds."""
    subprocess.run(["git", "switch", "-q", "main"], cwd=folder, check=True)
    for _ in range(2):
        time_process(LISTING, folder, environment)
    sign = newest.rpartition("/")[2].encode()
    firsts, empties = [], []
    for _ in range(COLD):
        with Terminal([sys.executable, "-c", EMPTY], environment=environment) as terminal:
            empties.append(Cost(terminal.read(quiet=10.0, limit=20.0, until=b"here it is").last, 0.0))
        with Terminal([BRANCHLAB, "tui", "--fresh"], folder=folder, environment=environment) as terminal:
            firsts.append(Cost(terminal.read(quiet=10.0, limit=20.0, until=sign).last, 0.0))
            if len(firsts) == COLD:
                terminal.read(quiet=2.5, limit=20.0)
                page = terminal.press("pagedown", 8)
                held = terminal.memory()
    where = f"{count:,} experiments"
    return [
        Row(f"TUI, first rows, {where}", median(firsts).wall, "", 0.0, series="TUI, first rows", size=count),
        Row(
            f"empty Textual program, {where}", median(empties).wall, "", 0.0, series="empty Textual program", size=count
        ),
        Row(f"TUI, a page down, {where}", page.last, "", 0.0, series="TUI, a page down", size=count),
        Row(f"TUI, GB held, {where}", held / 1e9, "", 0.0, series="TUI, memory", size=count),
    ]


if __name__ == "__main__":
    run_script(measure, 10_000)
