"""A `git commit` with our hooks against one without any, those of `dvc install`, and the pre-commit framework.

python benchmarks/commit.py

Each commit changes one file of the same project. "A run to record" is one that a script logged by hand: its folder is
made before the clock starts, and the commit takes it up with its curve. The framework has one hook that does nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

from timing import BRANCHLAB, Cost, Row, by_turns, compiled, run_script, time_process

from branchlab.tracking.capture import is_capturing
from branchlab.tracking.state import run_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUNDS = 25
BAR_NOTHING = 0.015
BAR_RUN = 0.080
FILES = 200
COMMIT = ("git", "commit", "--quiet", "--all", "--message", "wider")
SETTINGS = '[project]\ncommand = "python train.py"\n\n[metrics.accuracy]\ngoal = "maximize"\n'
TRAIN = """\
import branchlab
with branchlab.start_run(params={"lr": 0.1, "depth": 3}, seed=7) as run:
    for epoch in range(100):
        run.log(loss=1 / (epoch + 1), accuracy=0.8 + epoch / 1000)
"""
FRAMEWORK = """\
repos:
- repo: local
  hooks:
  - {id: nothing, name: nothing, entry: 'true', language: system, pass_filenames: false}
"""


class Place(NamedTuple):
    """A clone of the project with one kind of hooks."""

    folder: str
    environment: Mapping[str, str]

    def commit(self) -> Cost:
        """Changes a file and commits it."""
        self.change()
        return time_process(COMMIT, self.folder, self.environment)

    def change(self) -> None:
        """Changes what is trained."""
        with open(os.path.join(self.folder, "train.py"), "a", encoding="utf-8") as file:
            file.write("# wider\n")

    def commit_run(self) -> Cost:
        """Trains after a change, and then commits; only that is timed."""
        self.train()
        return time_process(COMMIT, self.folder, self.environment)

    def train(self) -> None:
        """Changes what is trained, trains, and waits until the code of the run is captured."""
        self.change()
        call(self, sys.executable, "train.py")
        runs = run_folders(os.path.join(self.folder, ".git", "branchlab", "runs"))
        assert len(runs) == 1, "the commit before has recorded its run"
        while is_capturing(runs[0]):
            time.sleep(0.01)


def measure(_size: int) -> list[Row]:
    """Measures in fresh repositories; the number of experiments has no say here."""
    with tempfile.TemporaryDirectory() as base:
        environment = compiled(base)
        places = {name: make_place(base, name, environment) for name in ("none", "idle", "run", "dvc", "framework")}
        for name in ("idle", "run"):
            call(places[name], BRANCHLAB, "hooks", "install")
        call(places["dvc"], sys.executable, "-m", "dvc", "install")
        works: dict[str, Callable[[], Cost]] = {name: place.commit for name, place in places.items()}
        works["run"] = places["run"].commit_run
        if not _install_framework(places["framework"]):
            del works["framework"]
        median = by_turns(works, ROUNDS)
    return [
        _more("git commit, nothing to record", median["idle"], median["none"], BAR_NOTHING),
        _more("git commit, a run to record", median["run"], median["none"], BAR_RUN),
        *(
            Row("git commit, a run to record", median["run"].cpu, f"with {what}", median[name].cpu, clock="CPU")
            for name, what in (("dvc", "dvc install"), ("framework", "pre-commit, one hook"))
            if name in median
        ),
    ]


def _more(what: str, cost: Cost, none: Cost, bar: float) -> Row:
    wall = f"+ {1000 * (cost.wall - none.wall):.0f} ms on the clock"
    return Row(what, cost.cpu, "no hook", none.cpu, bar, "more", "CPU", wall)


def make_place(base: str, name: str, environment: Mapping[str, str]) -> Place:
    """Makes the project, with DVC and no hooks."""
    place = Place(os.path.join(base, name), environment)
    os.mkdir(place.folder)
    call(place, "git", "init", "-q", "-b", "exp/model/wider")
    files = {"branchlab.toml": SETTINGS, "train.py": TRAIN, ".pre-commit-config.yaml": FRAMEWORK}
    files |= {f"module_{number}.py": f"NUMBER = {number}\n" for number in range(FILES)}
    for path, text in files.items():
        with open(os.path.join(place.folder, path), "w", encoding="utf-8") as file:
            file.write(text)
    call(place, sys.executable, "-m", "dvc", "init", "-q")
    call(place, "git", "add", "--all")
    call(place, "git", "commit", "-q", "-m", "project")
    return place


def _install_framework(place: Place) -> bool:
    """Installs the hooks of the framework, if it is there."""
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"],
        cwd=place.folder,
        env=place.environment,
        check=False,
        capture_output=True,
    )
    return done.returncode == 0


def call(place: Place, *command: str) -> None:
    """Runs a command there."""
    subprocess.run(command, cwd=place.folder, env=place.environment, check=True, stdout=subprocess.DEVNULL, stderr=-1)


if __name__ == "__main__":
    run_script(measure, 0)
