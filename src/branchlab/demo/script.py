"""Makes the demo project and runs its experiments, each step as the command that a user would type."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from branchlab.demo.plan import BASELINE, BASELINE_WHY, PLAN, SWEEP, SWEEP_WHY
from branchlab.errors import EnvironmentProblemError, ExitCode, UsageError
from branchlab.text import format_number, safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.demo.plan import Batch, Trial
    from branchlab.demo.progress import Progress

PROJECT = Path(__file__).with_name("project")
RENAMED = {"gitignore": ".gitignore"}  # a real one would hide files of this repository
DATA = ("data/train.csv", "data/validation.csv", "data/test.csv")
AT_A_TIME = 2
POLL_SECONDS = 0.1


class Started(NamedTuple):
    """A command that is under way.

    What it says goes to files: it would wait for who reads a pipe as soon as that has 64 KiB (pipe(7)).
    """

    process: subprocess.Popen[bytes]
    data: IO[bytes]
    words: IO[bytes]

    def end(self) -> tuple[str, str]:
        """Waits for the end of the command; returns its data and words."""
        self.process.wait()
        said = []
        for file in (self.data, self.words):
            with file:
                file.seek(0)
                said.append(file.read().decode(errors="replace"))
        return said[0], said[1]


class Running(NamedTuple):
    """An experiment that is under way."""

    trial: Trial
    started: Started


def count_steps(*, runs: bool = True) -> int:
    """Returns the number of steps that are shown, without or with those of `run_experiments`."""
    making = 4  # the calls of `_step` in make_project; one more there is one more here
    baseline, sweep = 1, 1
    return making + (baseline + len(PLAN) - 1 + sum(len(batch.trials) for batch in PLAN) + sweep if runs else 0)


def make_project(folder: Path, progress: Progress) -> None:
    """Writes the project into an empty folder and commits it, its data tracked by DVC.

    Raises:
        UsageError: when the folder holds something already.
        EnvironmentProblemError: when a command fails.
    """
    _copy_files(folder)
    _step(progress, "git init, branchlab init", "an empty project", folder, ["git", "init", "--quiet"], _init())
    _prepare(progress, folder, PLAN[0])
    _step(progress, "dvc add data/*.csv", "DVC keeps the data, git the pointers", folder, _dvc("add", "--quiet", *DATA))
    _step(progress, "git commit", "the state all runs start from", folder, *_commit(folder))


def run_experiments(folder: Path, progress: Progress) -> None:
    """Records the baseline, runs the plan, two experiments at a time, puts the first data back, and searches on it.

    Raises:
        EnvironmentProblemError: when an experiment does not end as planned.
    """
    _step(progress, "branchlab run --here", BASELINE_WHY, folder, [*_branchlab(), *BASELINE])
    for number, batch in enumerate(PLAN):
        if number:
            _prepare(progress, folder, batch)
        _run_batch(folder, batch.trials, progress)
    # --force: nobody is there to answer, should DVC ask before it replaces what it does not know.
    _call(folder, _dvc("checkout", "--quiet", "--force"))
    _step(progress, "branchlab sweep run", SWEEP_WHY, folder, [*_branchlab(), *SWEEP])


def check_folder(folder: Path) -> None:
    """Makes sure that a project can be made there.

    Raises:
        UsageError: when the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{safe_text(str(folder))} is not empty", "name a new folder, or none for a temporary one")


def _copy_files(folder: Path) -> None:
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted(PROJECT.iterdir()):
        if source.is_file():
            shutil.copyfile(source, folder / RENAMED.get(source.name, source.name))


def _init() -> list[str]:
    return [*_branchlab(), "init"]


def _dvc(*arguments: str) -> list[str]:
    # -P: `-m` alone would import a dvc.py or json.py of the folder (https://docs.python.org/3/using/cmdline.html).
    return [sys.executable, "-P", "-m", "dvc", *arguments]


def _commit(folder: Path) -> list[list[str]]:
    """Commits as the user; where git knows no name, the demo's repository gets one of its own."""
    known = subprocess.run(["git", "var", "GIT_COMMITTER_IDENT"], cwd=folder, capture_output=True, check=False)
    identity = [
        ["git", "config", "user.name", "branchlab demo"],
        ["git", "config", "user.email", "demo@localhost"],
    ]
    return [
        *(identity if known.returncode else []),
        # The user's init.defaultBranch may be another, and branchlab.toml says main.
        ["git", "branch", "--move", "--force", "main"],
        ["git", "add", "--all"],
        ["git", "commit", "--quiet", "--message", "project: digits, three kinds of models and how they are measured"],
    ]


def _prepare(progress: Progress, folder: Path, batch: Batch) -> None:
    command = [sys.executable, "prepare.py", *batch.data]
    _step(progress, " ".join(["prepare.py", *batch.data]), batch.why, folder, command)


def _step(progress: Progress, name: str, remark: str, folder: Path, *commands: Sequence[str]) -> None:
    progress.start(name)
    for command in commands:
        _call(folder, command, progress)
    progress.finish(name, "●", remark)


def _branchlab() -> list[str]:
    """Returns the command that is installed in this environment."""
    installed = Path(sys.executable).with_name("branchlab")
    return [str(installed)] if installed.exists() else [sys.executable, "-P", "-m", "branchlab.cli.main"]


def _environment() -> dict[str, str]:
    """Makes `python` of the project's command this one, and keeps two runs from using four threads on two cores."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", "DVC_NO_ANALYTICS": "1"}


def _start(folder: Path, command: Sequence[str]) -> Started:
    data, words = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
    process = subprocess.Popen(
        command, cwd=folder, env=_environment(), stdin=subprocess.DEVNULL, stdout=data, stderr=words
    )
    return Started(process, data, words)


def _call(folder: Path, command: Sequence[str], progress: Progress | None = None) -> None:
    started = _start(folder, command)
    while started.process.poll() is None:
        if progress:
            progress.tick()
        time.sleep(POLL_SECONDS / 10)
    _, words = started.end()
    if started.process.returncode:
        raise _failure(" ".join(command), words)


def _failure(what: str, words: str) -> EnvironmentProblemError:
    # The last line names the error, of branchlab as of a traceback.
    last = (words.strip().splitlines() or ["it said nothing"])[-1]
    return EnvironmentProblemError(
        f"the demo stopped at {safe_text(what)}: {safe_text(last)}", "mend that, then branchlab demo ANOTHER-FOLDER"
    )


def _run_batch(folder: Path, trials: Sequence[Trial], progress: Progress) -> None:
    waiting = list(trials)
    running: list[Running] = []
    try:
        while waiting or running:
            while waiting and len(running) < AT_A_TIME:
                trial = waiting.pop(0)
                progress.start(trial.name)
                running.append(Running(trial, _start(folder, _run_command(trial))))
            time.sleep(POLL_SECONDS)
            progress.tick()
            for one in [one for one in running if one.started.process.poll() is not None]:
                running.remove(one)
                _conclude(one, progress)
    finally:
        for one in running:  # after Ctrl-C, which the runs got as well: they keep what was logged
            one.started.end()


def _run_command(trial: Trial) -> list[str]:
    settings = [part for setting in trial.settings for part in ("-S", setting)]
    return [*_branchlab(), "run", "--name", trial.name, "--note", trial.why, *settings, "--quiet", "--json"]


def _conclude(one: Running, progress: Progress) -> None:
    data, words = one.started.end()
    trial, code = one.trial, one.started.process.returncode
    if code != (ExitCode.FAILED if trial.fails else ExitCode.OK):
        raise _failure(trial.name, words)
    if trial.fails:
        progress.finish(trial.name, "✗", "failed, as planned: kept with its log, not as a branch")
        return
    accuracy = json.loads(data)[0]["metrics"]["accuracy"]
    progress.finish(trial.name, "●", f"accuracy {format_number(accuracy)}: {trial.why}")
