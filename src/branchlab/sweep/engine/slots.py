"""How many trials run at a time on this machine, and which devices each of them sees."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.sweep.plan import Resources

DEVICES_VARIABLE = "CUDA_VISIBLE_DEVICES"


def make_slots(resources: Resources, jobs: int | None = None) -> list[Mapping[str, str]]:
    """Returns the environment of each slot.

    Args:
        resources: what the plan wants.
        jobs: how many slots a person asked for; None for what the plan says.

    Raises:
        UsageError: when a slot wants more devices than there are.
    """
    devices = visible_devices() if resources.gpus else []
    most = len(devices) // resources.gpus if resources.gpus else None
    if most == 0:
        raise UsageError(
            f"a trial wants {resources.gpus} GPUs, and there are {len(devices)}",
            f"resources.gpus in the sweep file, or {DEVICES_VARIABLE}",
        )
    count = jobs or resources.jobs or _fitting(resources)
    count = count if most is None else min(count, most)
    if not resources.gpus:
        return [{} for _ in range(count)]
    size = resources.gpus
    return [{DEVICES_VARIABLE: ",".join(devices[place * size : (place + 1) * size])} for place in range(count)]


def visible_devices() -> list[str]:
    """Returns the names of the GPUs that this process may use: those of its environment, else all that NVIDIA knows."""
    asked = os.environ.get(DEVICES_VARIABLE)
    if asked is not None:
        return named_devices(asked)
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception:  # noqa: BLE001 - no package, no driver or no device
        return []
    try:
        return [str(number) for number in range(pynvml.nvmlDeviceGetCount())]
    finally:
        pynvml.nvmlShutdown()


def named_devices(value: str) -> list[str]:
    """Returns the names in a value of `CUDA_VISIBLE_DEVICES`."""
    # people write -1 for none: CUDA sees no device from the first number on that is none
    return [name.strip() for name in value.split(",") if name.strip() not in ("", "-1")]


def _fitting(resources: Resources) -> int:
    """Returns how many slots processors and memory allow, at least one."""
    import psutil

    # a container or taskset may allow fewer than there are; macOS cannot say
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = allowed // (resources.cpus or 1)
    if resources.memory:
        count = min(count, psutil.virtual_memory().available // resources.memory)
    return max(count, 1)
