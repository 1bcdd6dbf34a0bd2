"""What this process used, for runs by hand: nobody watches them from outside as `branchlab run` does."""

from __future__ import annotations

import os
import sys

_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in `ru_maxrss`


def used_since(cpu: float, seconds: float) -> dict[str, float]:
    """Returns what a run used: `mean_cpu` in percent, 100 being one core, and bytes of memory and storage.

    Args:
        cpu: seconds that this process and the children it waited for had used when the run began.
        seconds: how long it took.
    """
    found: dict[str, float] = {"peak_memory": peak_memory(), **_storage()}
    if seconds > 0:
        found["mean_cpu"] = round(100 * (sum(os.times()[:4]) - cpu) / seconds, 1)
    return found


def _storage() -> dict[str, int]:
    """Returns the bytes that this process let the storage read and write; nothing where the system does not tell."""
    try:
        with open("/proc/self/io", "rb") as file:
            counts = dict(line.split(b": ") for line in file)
        return {"read_bytes": int(counts[b"read_bytes"]), "write_bytes": int(counts[b"write_bytes"])}
    except (OSError, ValueError, KeyError):
        return {}


def peak_memory() -> int:
    """Returns the most memory that this process had; its `ru_maxrss` may be that of who started it."""
    try:
        with open("/proc/self/status", "rb") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith(b"VmHWM:"))
    except (OSError, StopIteration):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT
