"""GPU use of a set of processes through NVIDIA's management library; silent where there is none."""

from __future__ import annotations

from typing import Any

from branchlab.tuples import NamedTuple


class GpuUse(NamedTuple):
    """What a set of processes uses on all devices; 100 percent is one device."""

    percent: float
    memory_bytes: int


class Gpu:
    """The devices of this machine, by an opened `pynvml` module or one that looks like it."""

    def __init__(self, nvml: Any) -> None:
        """Lists the devices of a module whose `nvmlInit` was called."""
        self._nvml = nvml
        self._devices = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]

    def use(self, pids: set[int]) -> GpuUse | None:
        """Returns what the processes use, None when no device answers.

        Utilisation is that of every device on which one of them runs: the library tells it by device.
        """
        answers = [answer for device in self._devices if (answer := self._ask(device, pids)) is not None]
        if not answers:
            return None
        return GpuUse(sum(answer.percent for answer in answers), sum(answer.memory_bytes for answer in answers))

    def close(self) -> None:
        """Lets the library go."""
        try:
            self._nvml.nvmlShutdown()
        except Exception:  # noqa: BLE001 - a driver that went away is none of the run's business
            return

    def _ask(self, device: Any, pids: set[int]) -> GpuUse | None:
        nvml = self._nvml
        try:
            running = [*nvml.nvmlDeviceGetComputeRunningProcesses(device)]
            running += nvml.nvmlDeviceGetGraphicsRunningProcesses(device)
            # One process may be listed as both; its memory is the same.
            mine = {process.pid: process.usedGpuMemory or 0 for process in running if process.pid in pids}
            percent = float(nvml.nvmlDeviceGetUtilizationRates(device).gpu) if mine else 0.0
        except Exception:  # noqa: BLE001 - each driver fails in its own way
            return None
        return GpuUse(percent, sum(mine.values()))


def open_gpu() -> Gpu | None:
    """Returns the devices, or None without `pynvml`, a driver or a device."""
    try:
        import pynvml

        pynvml.nvmlInit()
        gpu = Gpu(pynvml)
    except Exception:  # noqa: BLE001 - no module, no driver, no right to ask
        return None
    return gpu if gpu._devices else None  # noqa: SLF001 - same module
