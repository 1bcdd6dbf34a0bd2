"""Trials a second with two slots and the command `true`, beside two bare loops in shell, DVC's queue and Optuna alone.

python benchmarks/sweep_speed.py [TRIALS]

A shell loop makes a worktree, runs the command, commits and removes the worktree: what a trial is at the very least.
`git worktree add` reads half-written entries of the other loop now and then, so it is tried until it works. Optuna
alone starts the command and writes its journal file; it keeps no code, no commit and no curve. Below: what one trial
costs among the first and among the last of a thousand.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from timing import BRANCHLAB, Cost, Row, by_turns, compiled, run_script, time_process

from branchlab.running.stopping import StopRequest
from branchlab.sweep.engine.session import Options, run_sweep
from branchlab.sweep.file import load_plan
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.sweep.trial import Trial

TRIALS = 200
MANY = 1_000
DVC_TRIALS = 4
ROUNDS = 3
BAR = 1.25  # 0.8 of the throughput
FLAT = 1.25  # the last trials may cost so many times the first ones
SETTINGS = '[project]\ncommand = "true"\n[metrics.loss]\ngoal = "minimize"\nstrategy = "optimize"\n'
SWEEP = """\
[sweep]
method = "random"
batch = 50
[space]
lr = { low = 0.0, high = 1.0 }
[budget]
trials = %d
[resources]
jobs = 2
"""
LOOP = """\
for number in $(seq "$2"); do
  until git worktree add -q -b "bare/$1-$3-$number" "../w$1" HEAD 2>/dev/null; do
    rm -rf "../w$1"; git worktree prune; git branch -q -D "bare/$1-$3-$number" 2>/dev/null
  done
  (cd "../w$1" && true && echo "loss = $number" > metrics.toml && git add metrics.toml && git commit -q -m "$number")
  git worktree remove --force "../w$1"
done
"""
LOOPS = 'sh ../loop.sh 1 "$1" "$2" & sh ../loop.sh 2 "$1" "$2" & wait'
OPTUNA = """\
import subprocess, sys
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
optuna.logging.set_verbosity(optuna.logging.ERROR)
def run(trial):
    trial.suggest_float("lr", 0, 1)
    subprocess.run(["true"])
    return 0.0
storage = JournalStorage(JournalFileBackend(sys.argv[2]))
study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler())
study.optimize(run, n_trials=int(sys.argv[1]), n_jobs=2)
"""
STAGE = 'stages:\n  train:\n    cmd: "true"\n    params:\n      - params.toml: [lr]\n'


class Bench:
    """A repository, and what was run in it."""

    def __init__(self, base: str) -> None:
        self.environment: Mapping[str, str] = compiled(base)
        self.folder = os.path.join(base, "project")
        self._base = base
        self._turn = 0
        os.mkdir(self.folder)
        for path, text in (("../loop.sh", LOOP), ("../alone.py", OPTUNA), ("branchlab.toml", SETTINGS)):
            self.write(path, text)
        for number in range(10):
            self.write(f"module_{number}.py", f"x = {number}\n")
        self.write("params.toml", "lr = 0.5\n")
        self.write(".gitignore", "sweep*.toml\n")
        for command in ("init -q", "config user.name Ada", "config user.email ada@example.org", "add -A"):
            self.git(*command.split())
        self.git("commit", "-q", "-m", "start")

    def git(self, *arguments: str) -> str:
        """Runs git here and returns what it said."""
        done = subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout

    def write(self, path: str, text: str) -> None:
        """Writes a file, by its path from the repository."""
        with open(os.path.join(self.folder, path), "w", encoding="utf-8") as file:
            file.write(text)

    def ours(self, count: int) -> Cost:
        """Runs a sweep of so many trials."""
        self._turn += 1
        self.write(f"sweep{self._turn}.toml", SWEEP.replace('"random"', f'"random"\nseed = {self._turn}') % count)
        cost = self._time((BRANCHLAB, "sweep", "run", "-q", f"sweep{self._turn}.toml"))
        found = self.git("for-each-ref", f"refs/heads/exp/tune/sweep{self._turn}-*").count("\n")
        assert found == count, f"{found} of {count} trials"
        return cost

    def shell(self, count: int) -> Cost:
        """Runs two loops that make as many commits together."""
        self._turn += 1
        cost = self._time(("sh", "-c", LOOPS, "loops", str(count // 2), str(self._turn)))
        found = self.git("for-each-ref", "refs/heads/bare").count(f"-{self._turn}-")
        assert found == count // 2 * 2, f"{found} of {count} commits"
        return cost

    def optuna(self, count: int) -> Cost:
        """Runs a study of as many trials."""
        self._turn += 1
        journal = os.path.join(self._base, f"journal{self._turn}")
        return self._time((sys.executable, "../alone.py", str(count), journal))

    def dvc(self, count: int) -> Cost:
        """Queues experiments and lets two workers run them."""
        dvc = (sys.executable, "-m", "dvc")
        started = time.perf_counter()
        values = ",".join(f"0.{self._turn}{number}" for number in range(1, count + 1))
        self._turn += 1
        self._time((*dvc, "exp", "run", "--queue", "-q", "-S", f"params.toml:lr={values}"))
        self._time((*dvc, "queue", "start", "-q", "-j", "2"))
        while re.search("Queued|Running", said := self._said((*dvc, "queue", "status"))):
            time.sleep(0.2)
        assert said.count("Success") == count, said
        return Cost(time.perf_counter() - started, 0.0)

    def _said(self, command: tuple[str, ...]) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.partition("Worker status")[0]

    def _time(self, command: tuple[str, ...]) -> Cost:
        return time_process(command, self.folder, self.environment)


class Stopwatch:
    """Notes when each trial of a sweep ended, on the clock and in CPU time of this process."""

    def __init__(self) -> None:
        self.moments: list[Cost] = []

    def started(self, trial: Trial) -> None:
        """Notes nothing."""

    def ended(self, _trial: Trial, _warnings: tuple[str, ...]) -> None:
        """Notes the moment."""
        own = resource.getrusage(resource.RUSAGE_SELF)
        self.moments.append(Cost(time.perf_counter(), own.ru_utime + own.ru_stime))

    def draining(self, running: int) -> None:
        """Never happens."""

    def look(self) -> None:
        """Notes nothing."""

    def each(self, first: int, last: int) -> Cost:
        """Returns what one trial cost between two of them."""
        a, b = self.moments[first], self.moments[last]
        return Cost((b.wall - a.wall) / (last - first), (b.cpu - a.cpu) / (last - first))


def measure(size: int) -> list[Row]:
    """Measures the throughput; `size` is the number of trials of a round."""
    count = min(size, TRIALS)
    with tempfile.TemporaryDirectory() as base:
        bench = Bench(base)
        found = by_turns(
            {
                "ours": lambda: bench.ours(count),
                "shell": lambda: bench.shell(count),
                "optuna": lambda: bench.optuna(count),
            },
            ROUNDS,
        )
        rows = [
            _row("sweep run, 2 slots", found["ours"], "two shell loops", found["shell"], count, BAR),
            _row("sweep run, 2 slots", found["ours"], "Optuna alone", found["optuna"], count, None),
        ]
        rows.append(_beside_dvc(bench, found["ours"], count))
    with tempfile.TemporaryDirectory() as base:
        rows += _growth(Bench(base))
    return rows


def _row(what: str, ours: Cost, against: str, floor: Cost, count: int, bar: float | None) -> Row:
    """Compares the time of one trial."""
    note = f"{count / ours.wall:.1f} and {count / floor.wall:.1f} a second"
    return Row(what, ours.wall / count, against, floor.wall / count, bar, note=note)


def _beside_dvc(bench: Bench, ours: Cost, count: int) -> Row:
    subprocess.run([sys.executable, "-m", "dvc", "init", "-q"], cwd=bench.folder, env=bench.environment, check=True)
    bench.write("dvc.yaml", STAGE)
    bench.git("add", "-A")
    bench.git("commit", "-q", "-m", "stage")
    dvc = bench.dvc(DVC_TRIALS)
    note = f"{count / ours.wall:.1f} and {DVC_TRIALS / dvc.wall:.2f} a second"
    return Row("sweep run, 2 slots", ours.wall / count, "dvc queue -j 2", dvc.wall / DVC_TRIALS, note=note)


def _growth(bench: Bench) -> list[Row]:
    """Runs a thousand trials and compares those at the beginning with those at the end."""
    bench.write("sweep.toml", SWEEP % MANY)
    workspace = open_workspace(bench.folder)
    plan = load_plan(workspace, "sweep.toml")
    watch = Stopwatch()
    result = run_sweep(workspace, None, plan, Options(), StopRequest(), lambda _opened: watch)
    assert len(result.trials) == MANY
    early, late = watch.each(50, 250), watch.each(MANY - 201, MANY - 1)
    what = f"a trial among the last 200 of {MANY:,}"
    return [
        Row(what, late.wall, "among the first", early.wall, FLAT),
        Row(what, late.cpu, "among the first", early.cpu, FLAT, clock="CPU", note="of the engine alone"),
    ]


if __name__ == "__main__":
    run_script(measure, TRIALS)
