"""Samples CPU, memory, disk and GPU use of a process tree from outside, so that the training pays nothing."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from psutil import Process

    from branchlab.running.gpu import Gpu

HEADER = "seconds,cpu_percent,memory_bytes,gpu_percent,gpu_memory_bytes,read_bytes,write_bytes\n"
_PATIENCE = 0.02  # loading psutil takes as long: what ends sooner has nothing to sample
_FIRST_INTERVAL = 0.05
_JOIN_SECONDS = 5.0  # a driver that does not answer must not keep the run from its end; the thread is a daemon


class Sample(NamedTuple):
    """One look at the process tree.

    Attributes:
        seconds: since the sampler started.
        cpu_seconds: user and system time of the tree so far.
        memory_bytes: resident memory; pages that processes share count for each of them.
        gpu_percent: sum over the devices in use, 100 is one device; None without a GPU.
        gpu_memory_bytes: memory on all devices; None without a GPU.
        read_bytes: read from storage so far.
        write_bytes: written to storage so far.
    """

    seconds: float
    cpu_seconds: float
    memory_bytes: int
    gpu_percent: float | None
    gpu_memory_bytes: int | None
    read_bytes: int
    write_bytes: int


class Sampler:
    """A thread that samples a process tree into `system.csv` until it is stopped or the process is gone.

    The first samples come quickly, so that a run of half a second has figures too. It never raises: what cannot be
    measured is left out.
    """

    def __init__(self, pid: int, path: str, interval: float = 1.0, started: float | None = None) -> None:
        """Starts sampling.

        Args:
            pid: the process at the top.
            path: of the file.
            interval: seconds between samples.
            started: `time.monotonic()` just before the process was started; now, when nobody knows.
        """
        self._pid = pid
        self._path = path
        self._interval = interval
        # Not later than the process: on a busy machine it may have used more CPU by now than has passed from here.
        self._started = time.monotonic() if started is None else started
        self._stop = threading.Event()
        self._use = _Use()
        self._thread = threading.Thread(target=self._run, name="branchlab-sampler", daemon=True)
        self._thread.start()

    def stop(self) -> dict[str, float]:
        """Stops and returns what is known of `peak_memory`, `mean_cpu`, `read_bytes`, `write_bytes`,
        `peak_gpu_memory` and `mean_gpu`; bytes and percent, where 100 is one core or one device.
        """
        self._stop.set()
        self._thread.join(_JOIN_SECONDS)
        return self._use.resources()

    def _run(self) -> None:
        try:
            self._sample()
        except Exception:  # noqa: BLE001 - measuring must not touch what is measured
            return

    def _sample(self) -> None:
        if self._stop.wait(min(_PATIENCE, self._interval)):
            return
        from branchlab.running.gpu import open_gpu

        tree = _Tree(self._pid)
        wait, gpu = min(_FIRST_INTERVAL, self._interval), open_gpu()
        try:
            with _Rows(self._path) as rows:
                while (sample := tree.look(time.monotonic() - self._started, gpu)) is not None:
                    rows.write(self._use.add(sample))
                    if self._stop.wait(wait):
                        break
                    wait = min(wait * 2, self._interval)
        finally:
            if gpu is not None:
                gpu.close()


class _Rows:
    """The CSV file, as long as the disk takes it."""

    def __init__(self, path: str) -> None:
        try:
            # Unbuffered and appended: a live view reads whole rows at any time.
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError:
            self._descriptor = -1

    def __enter__(self) -> Self:
        self.write(HEADER)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)

    def write(self, row: str) -> None:
        try:
            os.write(self._descriptor, row.encode())
        except OSError:  # a full disk, or no file at all: the figures in memory go on
            return


class _Use:
    """What the samples come to."""

    def __init__(self) -> None:
        self._last: Sample | None = None
        self._peak_memory = 0
        self._peak_gpu_memory: int | None = None
        self._gpu_area = 0.0  # percent times seconds

    def add(self, sample: Sample) -> str:
        """Takes a sample in and returns its row."""
        last = self._last
        span = sample.seconds - (last.seconds if last else 0.0)
        spent = sample.cpu_seconds - (last.cpu_seconds if last else 0.0)
        cpu = 100 * max(spent, 0.0) / span if span > 0 else 0.0
        self._last = sample
        self._peak_memory = max(self._peak_memory, sample.memory_bytes)
        if sample.gpu_memory_bytes is not None:
            self._peak_gpu_memory = max(self._peak_gpu_memory or 0, sample.gpu_memory_bytes)
        self._gpu_area += (sample.gpu_percent or 0.0) * span
        cells = (sample.gpu_percent, sample.gpu_memory_bytes, sample.read_bytes, sample.write_bytes)
        tail = ",".join("" if cell is None else str(cell) for cell in cells)
        return f"{sample.seconds:.3f},{cpu:.1f},{sample.memory_bytes},{tail}\n"

    def resources(self) -> dict[str, float]:
        """Returns the figures of the whole run; none when there was no sample."""
        last = self._last
        if last is None:
            return {}
        found: dict[str, float] = {
            "peak_memory": self._peak_memory,
            "read_bytes": last.read_bytes,
            "write_bytes": last.write_bytes,
        }
        if last.seconds > 0:
            found["mean_cpu"] = round(100 * last.cpu_seconds / last.seconds, 1)
        if self._peak_gpu_memory is not None:
            found["peak_gpu_memory"] = self._peak_gpu_memory
            found["mean_gpu"] = round(self._gpu_area / last.seconds, 1) if last.seconds > 0 else 0.0
        return found


class _Tree:
    """A process and all below it. CPU time and bytes of those that ended stay counted."""

    def __init__(self, pid: int) -> None:
        import psutil

        self._gone = (psutil.Error, OSError)
        self._root = psutil.Process(pid)
        self._cpu = 0.0
        self._bytes: dict[tuple[int, float], tuple[int, int]] = {}

    def look(self, seconds: float, gpu: Gpu | None) -> Sample | None:
        """Returns a sample, None once the process is gone."""
        try:
            # A zombie has ended: its memory is gone, and waiting for more would never end.
            if not self._root.is_running() or self._root.status() == "zombie":
                return None
            processes = [self._root, *self._root.children(recursive=True)]
        except self._gone:
            return None
        # A parent's own figure includes the children it has waited for, so the short-lived ones count as well.
        self._cpu = max(self._cpu, sum(map(self._cpu_seconds, processes)))
        memory = sum(map(self._memory, processes))
        for process in processes:
            self._note_bytes(process)
        used = gpu.use({process.pid for process in processes}) if gpu is not None else None
        return Sample(
            seconds,
            self._cpu,
            memory,
            used.percent if used is not None else None,
            used.memory_bytes if used is not None else None,
            *self._total_bytes(),
        )

    def _cpu_seconds(self, process: Process) -> float:
        try:
            times = process.cpu_times()
        except self._gone:
            return 0.0
        return float(times.user + times.system + times.children_user + times.children_system)

    def _memory(self, process: Process) -> int:
        try:
            return int(process.memory_info().rss)
        except self._gone:
            return 0

    def _note_bytes(self, process: Process) -> None:
        try:
            counters: Any = process.io_counters()  # type: ignore[attr-defined,unused-ignore] # not on macOS
            # By time of creation as well: a process id is given out again.
            self._bytes[process.pid, process.create_time()] = (counters.read_bytes, counters.write_bytes)
        except (*self._gone, AttributeError):
            return

    def _total_bytes(self) -> tuple[int, int]:
        counts = self._bytes.values()
        return sum(read for read, _ in counts), sum(written for _, written in counts)
