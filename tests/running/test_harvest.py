"""What a run left is in its folder before its worktree is given away."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.running.harvest import Harvest, drop_harvest, is_harvested, load_harvest, save_harvest
from command_line import COMMAND
from synced_objects import needs_strace

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

FOUND = Harvest({"metrics.toml": b"schema = 1\n", "a\nb\udcff": b"", "data": b"\0\n\xff"}, ("metrics/plots",), ("é",))


def test_a_harvest_comes_back_as_it_was(tmp_path: Path) -> None:
    assert load_harvest(str(tmp_path)) is None
    for found in (FOUND, Harvest({}), FOUND):
        save_harvest(str(tmp_path), found)
        assert load_harvest(str(tmp_path)) == found
    assert [path.name for path in tmp_path.iterdir()] == ["harvest"]
    drop_harvest(str(tmp_path))
    drop_harvest(str(tmp_path))
    assert not is_harvested(str(tmp_path))


@pytest.mark.parametrize("lost", ["all", "end", "middle", "head", "other"])
def test_one_that_a_power_cut_took_a_part_of_is_none(tmp_path: Path, lost: str) -> None:
    save_harvest(str(tmp_path), FOUND, durable=False)
    file = tmp_path / "harvest"
    whole = file.read_bytes()
    head, _, rest = whole.partition(b"\n")
    zeros = bytes(len(whole))
    left = {"all": b"", "end": whole[:-1], "middle": head + b"\n" + zeros[: len(rest)], "head": zeros, "other": b"[]\n"}
    file.write_bytes(left[lost])
    assert load_harvest(str(tmp_path)) is None


@needs_strace
def test_all_of_it_is_on_the_disk_before_the_next_run_may_take_the_worktree(
    project: ScratchRepository, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    trace = ["strace", "-f", "-qq", "-y", "-e", "trace=rename,fsync,write,openat", "-e", "signal=none", "-o", str(log)]
    subprocess.run([*trace, *COMMAND, "run", "-q"], cwd=project.path, check=True, capture_output=True)
    # What is done to the run folder, once anything of the harvest is there.
    ours = re.compile(r"\.git/branchlab/runs/[^/\"]+(/harvest|/record|>\))")
    calls = [line for line in log.read_text().splitlines() if ours.search(line)]
    done = [found[1] for line in calls if (found := re.search(r"^\d+\s+(\w+)\(", line))]
    opened = next(number for number, line in enumerate(calls) if re.search(r"openat.*/(harvest|record)", line))
    assert done[opened:] == ["openat", "write", "fsync", "rename", "fsync"]
