"""Workers on this machine: one thread a slot, each with a worktree of its own that goes from trial to trial."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING

from branchlab.faults import error_of
from branchlab.sweep.engine.ending import Ending
from branchlab.sweep.engine.trial import Slot, run_job
from branchlab.sweep.engine.workers import INTERRUPTED, Ended

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.sweep.engine.bench import Bench
    from branchlab.sweep.engine.workers import Job

_MEMORY_LOOK_SECONDS = 1.0


class LocalWorkers:
    """Runs jobs in threads; each command is a process group that the reaper knows."""

    def __init__(self, bench: Bench, slots: Sequence[Mapping[str, str]], memory: int | None = None) -> None:
        """Starts the threads.

        Args:
            bench: what trials share.
            slots: the environment of each slot, such as the devices it may use.
            memory: bytes that must be free before a trial starts.
        """
        self._bench = bench
        self._memory = memory
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        # a SimpleQueue waits for ever where a signal comes just before its timeout: a second Ctrl-C would be lost
        self._ended: queue.Queue[Ended] = queue.Queue()
        self._endings: dict[str, Ending] = {}
        self._threads = [
            threading.Thread(target=self._work, args=(Slot(environment),), name=f"branchlab-slot-{number}")
            for number, environment in enumerate(slots)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def slots(self) -> int:
        """How many jobs run at a time."""
        return len(self._threads)

    def start(self, job: Job) -> None:
        """Hands a job to the next free slot."""
        self._endings[job.key] = Ending(job, self._bench.judging)
        self._jobs.put(job)

    def wait(self, timeout: float | None) -> list[Ended]:
        """Returns what ended; waits for one, at most so many seconds."""
        found = []
        try:
            found.append(self._ended.get(timeout=timeout))
            while True:
                found.append(self._ended.get_nowait())
        except queue.Empty:
            pass
        for ended in found:
            self._endings.pop(ended.key, None)
        return found

    def stop(self, key: str, reason: str) -> None:
        """Asks a job to end; asked twice, kills it."""
        ending = self._endings.get(key)
        if ending is not None:
            ending.end(reason)

    def close(self) -> None:
        """Kills what runs still and waits for the threads."""
        # asked twice, which kills
        for ending in list(self._endings.values()):
            ending.end(INTERRUPTED)
            ending.end(INTERRUPTED)
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self, slot: Slot) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                self._ended.put(self._one(job, self._endings[job.key], slot))
        finally:
            slot.release()

    def _one(self, job: Job, ending: Ending, slot: Slot) -> Ended:
        try:
            self._wait_for_memory(ending)
            if ending.count:
                return Ended(job.key, job.number, "stopped", reason=ending.reason)
            return run_job(self._bench, job, ending, slot)
        except Exception as error:  # noqa: BLE001 - a thread that died would leave the engine waiting for ever
            problem = error_of(error)
            return Ended(job.key, job.number, "failed", problem=problem.message, hint=problem.hint)

    def _wait_for_memory(self, ending: Ending) -> None:
        """Waits until as much memory is free as a trial wants; the one that runs alone does not wait."""
        if not self._memory or len(self._endings) <= 1:
            return
        import psutil

        while psutil.virtual_memory().available < self._memory and not ending.count and len(self._endings) > 1:
            time.sleep(_MEMORY_LOOK_SECONDS)
