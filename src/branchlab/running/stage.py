"""The stage of a run, in a worktree or in place: its folder, its lock, and the command that works on it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError
from branchlab.parameters.placeholders import fill_command, has_placeholders
from branchlab.running.launch import follow, start_command
from branchlab.running.recording import forget_run
from branchlab.running.sampler import Sampler
from branchlab.tracking.location import create_run_folder, utc_now
from branchlab.tracking.state import hold_lock, read_state, update_state
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.experiment import Number
    from branchlab.running.launch import Ended
    from branchlab.running.stopping import StopRequest
    from branchlab.tracking.state import RunState, StateStatus
    from branchlab.workspace import Workspace

SAMPLES_FILE = "system.csv"


class Stage(NamedTuple):
    """A run folder that is ours.

    Attributes:
        folder: absolute path; its name is the run's id.
        lock: descriptor of the held lock.
    """

    folder: str
    lock: int

    @property
    def run(self) -> str:
        """The run's id."""
        return os.path.basename(self.folder)


def open_stage(workspace: Workspace) -> Stage:
    """Makes a run folder and takes its lock.

    Raises:
        DamagedError: when somebody else took it, which a fresh random id rules out.
        OSError: when the repository cannot be written.
    """
    folder = create_run_folder(workspace.repository.common_dir)
    lock = hold_lock(folder)
    if lock is None:
        raise DamagedError(f"the run folder {os.path.basename(folder)} is held by somebody else", "run it again")
    return Stage(folder, lock)


def perform(
    workspace: Workspace,
    stage: Stage,
    project: str,
    command: Sequence[str],
    stop: StopRequest,
    show: Callable[[bytes], None],
    *,
    environment: Mapping[str, str] | None = None,
    began: Callable[[int], None] = lambda _pid: None,
    known: Callable[[Ended], Mapping[str, Any]] = lambda _ended: {},
    durable: bool = True,
) -> tuple[RunState, Mapping[str, Number]]:
    """Runs the command in the folder `project` to its end; returns what state.json says then, and the resources used.

    `{lr}` in the command becomes the value of that parameter. A command that cannot be started leaves no run behind.
    `environment` is added to the command's, `began` is told its process group, and `known` says what else state.json
    should hold at the end. What is recorded at once need not be `durable` by itself.

    Raises:
        EnvironmentProblemError: when it cannot be started.
        UsageError: when it names a parameter that is not there.
        DamagedError: when its run folder was removed meanwhile.
    """
    started = time.monotonic()
    try:
        process = start_command(
            _filled(command, stage),
            cwd=project,
            folder=stage.folder,
            lock=stage.lock,
            fallback=workspace.root,
            environment=environment,
        )
    except BaseException:
        forget_run(workspace.repository, stage.folder, stage.run)
        raise
    began(process.pid)
    sampler = Sampler(process.pid, os.path.join(stage.folder, SAMPLES_FILE), started=started)
    try:
        ended = follow(process, stage.folder, stop, show)
    finally:
        sampled = sampler.stop()
    state = update_state(
        stage.folder,
        status=status_of(ended),
        ended=utc_now(),
        seconds=round(ended.seconds, 3),
        exit_code=ended.exit_code,
        durable=durable,
        **known(ended),
    )
    if state is None:
        raise DamagedError(f"the run folder of {stage.run} was removed while it ran", "run it again")
    return state, _resources(ended, sampled)


def _filled(command: Sequence[str], stage: Stage) -> Sequence[str]:
    """Puts the values of this run in the place of `{lr}`."""
    if not has_placeholders(command):
        return command
    state = read_state(stage.folder)
    return fill_command(command, (state and state.params) or {})


def _resources(ended: Ended, sampled: Mapping[str, Number]) -> dict[str, Number]:
    """Returns the samples, and what the kernel knew at the end: of short runs, and of peaks between samples."""
    found = dict(sampled)
    if ended.peak_memory is not None:
        found["peak_memory"] = max(ended.peak_memory, sampled.get("peak_memory", 0))
    # The sampler's own figure comes first: what a worker used that nobody waited for is in it alone.
    if ended.cpu_seconds is not None and ended.seconds > 0:
        found.setdefault("mean_cpu", round(100 * ended.cpu_seconds / ended.seconds, 1))
    return found


def status_of(ended: Ended) -> StateStatus:
    """Returns the word for how a command ended."""
    if ended.stopped:
        return "stopped"
    return "finished" if ended.exit_code == 0 else "failed"
