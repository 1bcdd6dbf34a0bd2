from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from branchlab.running.gpu import open_gpu
from branchlab.running.sampler import Sampler
from waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from pathlib import Path

# CPU time, not wall time: on a machine that is busy with other things it is the same.
BUSY = "import time\nwhile time.process_time() < {seconds}: pass\n"


# So that nobody has to hope that a sample falls between the work and the end.
THEN_WAIT = "\nprint('done', flush=True)\ninput()\n"


def _watch(code: str, path: Path, interval: float = 0.1) -> dict[str, float]:
    process = subprocess.Popen(
        [sys.executable, "-c", code + THEN_WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    sampler = Sampler(process.pid, str(path), interval)
    assert process.stdout is not None
    assert process.stdout.readline() == "done\n"
    done = len(_rows(path))
    wait_until(lambda: len(_rows(path)) > done + 2)
    process.communicate("\n", timeout=PATIENCE)
    return sampler.stop()


def _wait_for_sample(sampler: Sampler) -> None:
    wait_until(sampler._use.resources, "a sample")


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _cpu_seconds(path: Path) -> float:
    spent, before = 0.0, 0.0
    for row in _rows(path):
        spent += float(row["cpu_percent"]) / 100 * (float(row["seconds"]) - before)
        before = float(row["seconds"])
    return spent


def test_a_busy_process_is_seen_with_its_memory(tmp_path: Path) -> None:
    path = tmp_path / "system.csv"
    found = _watch("held = bytearray(60_000_000)\n" + BUSY.format(seconds=0.6), path)
    assert found["peak_memory"] > 60_000_000
    assert _cpu_seconds(path) == pytest.approx(0.6, abs=0.15)
    assert found["mean_cpu"] == pytest.approx(100 * _cpu_seconds(path) / float(_rows(path)[-1]["seconds"]), rel=0.1)
    rows = _rows(path)
    assert len(rows) >= 3
    assert max(int(row["memory_bytes"]) for row in rows) == found["peak_memory"]
    assert [float(row["seconds"]) for row in rows] == sorted(float(row["seconds"]) for row in rows)
    assert {row["gpu_percent"] for row in rows} == {""}


def test_children_count_also_after_they_have_ended(tmp_path: Path) -> None:
    code = f"""
import subprocess, sys, time
for _ in range(3):
    subprocess.run([sys.executable, "-c", {BUSY.format(seconds=0.25)!r}])
"""
    _watch(code, tmp_path / "system.csv")
    assert _cpu_seconds(tmp_path / "system.csv") > 0.7


def test_a_process_that_only_sleeps_uses_next_to_nothing(tmp_path: Path) -> None:
    _watch("import time; time.sleep(0.5)", tmp_path / "system.csv")
    assert _cpu_seconds(tmp_path / "system.csv") < 0.2


def test_a_process_that_ends_at_once_is_no_trouble(tmp_path: Path) -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    sampler = Sampler(process.pid, str(tmp_path / "system.csv"))
    assert sampler.stop() == {}


def test_the_sampler_ends_by_itself_when_nobody_waited_for_the_process(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    sampler = Sampler(process.pid, str(tmp_path / "system.csv"), 0.05)
    sampler._thread.join(PATIENCE)
    assert not sampler._thread.is_alive()
    process.wait()


def test_stop_does_not_wait_for_the_interval(tmp_path: Path) -> None:
    sampler = Sampler(os.getpid(), str(tmp_path / "system.csv"), 60.0)
    _wait_for_sample(sampler)
    started = time.monotonic()
    assert sampler.stop()["peak_memory"] > 0
    assert time.monotonic() - started < 4


def test_a_file_that_cannot_be_written_still_gives_figures(tmp_path: Path) -> None:
    sampler = Sampler(os.getpid(), str(tmp_path / "missing" / "system.csv"))
    _wait_for_sample(sampler)
    assert sampler.stop()["peak_memory"] > 0


class _Nvml(ModuleType):
    """A management library with two devices; this process runs on the second, a stranger on the first."""

    def __init__(self) -> None:
        super().__init__("pynvml")
        self.closed = 0
        self.broken: set[str] = set()

    def __getattribute__(self, name: str) -> Any:
        if name in super().__getattribute__("__dict__").get("broken", ()):
            raise RuntimeError(f"{name} is broken")
        return super().__getattribute__(name)

    def nvmlInit(self) -> None:  # noqa: N802 - the names of the library
        return

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.closed += 1

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return 2

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetComputeRunningProcesses(self, device: int) -> list[SimpleNamespace]:  # noqa: N802
        pid = os.getpid() if device == 1 else 1
        return [SimpleNamespace(pid=pid, usedGpuMemory=3_000), SimpleNamespace(pid=1, usedGpuMemory=None)]

    def nvmlDeviceGetGraphicsRunningProcesses(self, device: int) -> list[SimpleNamespace]:  # noqa: N802
        return self.nvmlDeviceGetComputeRunningProcesses(device)[:1]

    def nvmlDeviceGetUtilizationRates(self, device: int) -> SimpleNamespace:  # noqa: N802
        return SimpleNamespace(gpu=[99, 40][device])


@pytest.fixture
def nvml(monkeypatch: pytest.MonkeyPatch) -> _Nvml:
    module = _Nvml()
    monkeypatch.setitem(sys.modules, "pynvml", module)
    return module


def test_gpu_use_is_that_of_the_tree_and_not_of_others(tmp_path: Path, nvml: _Nvml) -> None:
    sampler = Sampler(os.getpid(), str(tmp_path / "system.csv"))
    _wait_for_sample(sampler)
    found = sampler.stop()
    assert found["peak_gpu_memory"] == 3_000
    assert found["mean_gpu"] == pytest.approx(40)
    assert {(row["gpu_percent"], row["gpu_memory_bytes"]) for row in _rows(tmp_path / "system.csv")} == {
        ("40.0", "3000")
    }
    assert nvml.closed == 1


@pytest.mark.parametrize("call", ["nvmlInit", "nvmlDeviceGetCount", "nvmlDeviceGetHandleByIndex"])
def test_a_library_without_a_driver_counts_as_no_gpu(nvml: _Nvml, call: str) -> None:
    nvml.broken.add(call)
    assert open_gpu() is None


@pytest.mark.parametrize(
    "call", ["nvmlDeviceGetComputeRunningProcesses", "nvmlDeviceGetUtilizationRates", "nvmlShutdown"]
)
def test_a_driver_that_fails_on_the_way_leaves_the_rest_of_the_figures(tmp_path: Path, nvml: _Nvml, call: str) -> None:
    nvml.broken.add(call)
    sampler = Sampler(os.getpid(), str(tmp_path / "system.csv"))
    _wait_for_sample(sampler)
    assert sampler.stop()["peak_memory"] > 0


def test_a_sampler_that_comes_late_counts_from_the_start_of_the_process(tmp_path: Path) -> None:
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        time.sleep(0.5)
        file = tmp_path / "system.csv"
        sampler = Sampler(process.pid, str(file), started=started)
        wait_until(lambda: _rows(file))
        assert 0 < sampler.stop()["mean_cpu"] < 110
    finally:
        process.kill()
        process.wait()
