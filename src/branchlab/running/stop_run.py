"""Stops a run from outside, as Ctrl-C in its terminal would."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from branchlab.errors import BusyError, EnvironmentProblemError
from branchlab.running.holders import command_groups, holders, ignores, topmost
from branchlab.running.stopping import GRACE_SECONDS, StopRequest, mark_stopped, signal_group
from branchlab.tracking.location import utc_now
from branchlab.tracking.state import is_alive, read_state, update_state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import psutil

    from branchlab.tracking.state import RunState

_LOOK_SECONDS = 0.1


def stop_runs(runs_dir: str, runs: Sequence[RunState], ended: Callable[[RunState], None]) -> None:
    """Asks runs to stop and waits for their end.

    The command gets SIGINT, after `GRACE_SECONDS` SIGTERM and then SIGKILL, as at Ctrl-C. A run by hand gets SIGINT
    alone: nobody else would be harder on it. Where it ignores that, as what a script began with `&` does, it gets
    SIGTERM in its place.

    Args:
        runs_dir: the folder of the run folders.
        runs: those that are alive.
        ended: is told of each that has ended, with what state.json says then.

    Raises:
        EnvironmentProblemError: when this user cannot see the processes of one on this machine.
        BusyError: when one does not end, or is just being started or saved.
    """
    waiting = [_Stop(os.path.join(runs_dir, run.id), run) for run in runs]
    while waiting:
        for stop in list(waiting):
            if is_alive(stop.folder):
                stop.press()
            else:
                waiting.remove(stop)
                ended(_settle(stop))
        if waiting:
            time.sleep(_LOOK_SECONDS)


class _Stop:
    """One run on its way to its end."""

    def __init__(self, folder: str, state: RunState) -> None:
        self.folder = folder
        self.state = state
        self.sent: signal.Signals | None = None
        self._request = StopRequest()
        self._began = time.monotonic()

    def press(self) -> None:
        """Sends the signal that is due; raises as `stop_runs` does."""
        wanted = self._request.signal_now() or signal.SIGINT
        late = time.monotonic() - self._began > GRACE_SECONDS
        if wanted == self.sent:
            return
        by_hand = not self.state.code  # `branchlab run` commits the code before it starts a command
        if by_hand and self.sent:
            raise BusyError(f"run {self.state.id} was asked to stop and goes on", "end its process by hand")
        found = holders(self.folder)
        if self._send(found, wanted, by_hand=by_hand):
            if self.sent is None:
                self._request.ask()
            self.sent = wanted
        # Only after the grace: between taking the lock and starting the command nobody can be signalled.
        elif late and self.sent is None and is_alive(self.folder):
            raise self._excuse(found)

    def _send(self, found: list[psutil.Process], number: signal.Signals, *, by_hand: bool) -> bool:
        groups = [] if by_hand else command_groups(found, self.state.id)
        pids = topmost(found) if by_hand else []
        # A run by hand gets no mark: at SIGINT it writes itself how it ended (tracking/run.py).
        if groups:
            mark_stopped(self.folder)
        for group in groups:
            signal_group(group, number)
        for pid in pids:
            _signal_leader(pid, signal.SIGTERM if ignores(pid, number) else number)
        return bool(groups or pids)

    def _excuse(self, found: list[psutil.Process]) -> Exception:
        run = self.state.id
        if found:
            return BusyError(f"the command of run {run} has not begun, or has ended already", "try again in a moment")
        return EnvironmentProblemError(
            f"nobody can be seen who works on run {run}", "stop it as the user and on the machine that started it"
        )


def _signal_leader(pid: int, number: signal.Signals) -> None:
    """Signals a process with its group where it leads one, as a shell's job does; else the process alone."""
    try:
        if os.getpgid(pid) == pid:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
    except OSError:
        return


def _settle(stop: _Stop) -> RunState:
    """Writes the end of a run whose branchlab had been killed, and returns what state.json says."""
    # Where branchlab run lives it has written the end itself, and its word stays.
    state = read_state(stop.folder)
    if state and state.status == "running" and stop.sent:
        state = update_state(stop.folder, status="stopped", ended=utc_now())
    return state or stop.state
