"""How a running task learns that it is to end: the engine says so, Dask takes it back, or the scheduler is gone.

Dask leaves the thread of a cancelled task alone. What it shows is the state of the task on the worker, and the status
of the worker, which closes itself when it loses the scheduler.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from distributed import Worker

_AT_WORK = ("executing", "long-running")
_lock = threading.Lock()
_running: dict[str, Callable[[str], None]] = {}
_asked: dict[str, list[str]] = {}  # what came between the moment at which Dask began a task and its `listening`


class Task(NamedTuple):
    """The task that a thread works on."""

    worker: Worker
    key: str

    def is_unwanted(self) -> bool:
        """Tells whether nobody waits for it any more: cancelled, or engine or scheduler gone, or the worker closes."""
        task = self.worker.state.tasks.get(self.key)
        closing = self.worker.status.name not in ("running", "paused", "closing_gracefully")
        return closing or task is None or task.state not in _AT_WORK


def current_task() -> Task:
    """Returns the task that calls this.

    Raises:
        ValueError: outside a task.
    """
    from distributed import get_worker

    worker = get_worker()
    return Task(worker, str(worker.get_current_task()))


@contextmanager
def listening(key: str, stop: Callable[[str], None]) -> Iterator[None]:
    """Calls `stop` with the reason each time that `stop_task` is called for a task while the block runs."""
    with _lock:
        _running[key] = stop
        before = _asked.pop(key, [])
    try:
        for reason in before:
            stop(reason)
        yield
    finally:
        with _lock:
            del _running[key]


def stop_task(key: str, reason: str, dask_worker: Worker) -> bool:
    """Asks a task of this worker to end; tells whether it has begun here. Dask gives the worker by the name."""
    with _lock:
        stop = _running.get(key)
        task = dask_worker.state.tasks.get(key)
        if stop is None:
            begun = task is not None and task.state in _AT_WORK
            if begun:
                _asked.setdefault(key, []).append(reason)
            return begun
    stop(reason)
    return True
