"""A clock that is set back a day, forward ten years, or stands: nothing is lost, taken twice or stuck for it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from branchlab.record.format import parse_record
from branchlab.tracking.reading import JOURNAL_FILE, read_journal
from command_line import COMMAND, branchlab
from in_process import call
from oracle import assert_sound, remember
from protocol_breaker import broken
from quick_runs import assert_each_once, failed_run, make_quick, recordings, run_folders
from set_clock import DAY, TEN_YEARS, make_clock, needs_set_clock
from waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from hooked_project import HookedProject
    from scratch_repository import ScratchRepository
    from set_clock import SetClock

pytestmark = needs_set_clock

BACK, FORWARD = pytest.param(-DAY, id="back a day"), pytest.param(TEN_YEARS, id="forward ten years")
JUMPS = [BACK, FORWARD]
BACK_FIRST = [BACK, pytest.param(TEN_YEARS, id="forward ten years", marks=pytest.mark.prove)]
FORWARD_FIRST = [FORWARD, pytest.param(-DAY, id="back a day", marks=pytest.mark.prove)]
# Logs, sets the clock, and logs again; then it waits until it is told to end.
TRAINS_ON = """\
import os, pathlib, sys, time
import branchlab

def set_clock(seconds):
    path = pathlib.Path(os.environ["SET_CLOCK"])
    path.with_suffix(".own").write_text(f"+{seconds}")
    path.with_suffix(".own").replace(path)

with branchlab.start_run(params={"number": 1}) as run:
    for seconds in (0, int(sys.argv[1]), 0):
        set_clock(seconds)
        run.log(loss=1.0)
        time.sleep(0.01)
    set_clock(int(sys.argv[1]))
"""
SWEEP = """\
[sweep]
method = "grid"
batch = 1
reference = false
[space]
number = [1, 2, 3]
[budget]
hours = 1
"""
SETS_CLOCK = """\
[ "$(cat "$SET_CLOCK")" = "+0" ] && printf '+%s' "$JUMP" > "$SET_CLOCK" || printf '+0' > "$SET_CLOCK"
"""


@pytest.fixture
def clock(tmp_path: Path) -> SetClock:
    """A clock that a test sets."""
    folder = tmp_path / "clock"
    folder.mkdir()
    return make_clock(folder)


@pytest.fixture
def quick(tmp_path: Path, dvc_template: Path) -> ScratchRepository:
    """A project whose runs take milliseconds."""
    return make_quick(tmp_path / "project", dvc_template)


def listed(repository: ScratchRepository, *line: str, **environment: str) -> list[dict[str, Any]]:
    """Returns what `ls --json` prints."""
    said = branchlab(repository.path, "ls", "--json", *line, **environment)
    assert said.code == 0, said.err
    rows: list[dict[str, Any]] = json.loads(said.out)
    return rows


@pytest.mark.parametrize("jump", BACK_FIRST)
def test_a_run_whose_recording_was_killed_is_not_recorded_again_after_the_clock_was_set(
    quick: ScratchRepository, clock: SetClock, jump: int
) -> None:
    before = remember(quick)
    run = failed_run(quick)
    clock.ahead(jump)
    said = broken(quick.path, "none", "kill-after", "record", run, **clock.environment)
    assert said.code == -9
    for ahead in (jump, 0):
        clock.ahead(ahead)
        again = branchlab(quick.path, "record", run, **clock.environment)
        assert again.code == 2
    assert_each_once(quick, ["exp/fix/failed-7"])
    assert run_folders(quick) == []
    assert_sound(quick, before, acknowledged=["exp/fix/failed-7"])


@pytest.mark.prove
def test_runs_around_a_clock_that_is_set_are_all_there_in_the_order_of_their_own_times(
    quick: ScratchRepository, clock: SetClock
) -> None:
    for name, ahead in (("now", 0), ("yesterday", -DAY), ("far", TEN_YEARS), ("again", 0)):
        clock.ahead(ahead)
        line = ("run", "--quiet", "-n", f"exp/model/{name}", "-S", f"number={len(name)}")
        said = branchlab(quick.path, *line, **clock.environment)
        assert said.code == 0, said.err
    names = [row["name"].rpartition("/")[2] for row in listed(quick)]
    assert names[0] == "far"
    assert names[-1] == "yesterday"
    assert {row["name"] for row in listed(quick, "after:2030-01-01")} == {"exp/model/far"}
    (quick.path / ".git" / "branchlab" / "index.cache").unlink(missing_ok=True)
    for ahead in (-DAY, TEN_YEARS):
        clock.ahead(ahead)
        assert [row["name"].rpartition("/")[2] for row in listed(quick, **clock.environment)] == names
        shown = branchlab(quick.path, "ls", **clock.environment)
        assert shown.code == 0
        assert "-" not in "".join(line.split()[1] for line in shown.out.splitlines()[1:2])
    assert all(0 <= row["seconds"] < 60 for row in listed(quick))
    assert_each_once(quick, [f"exp/model/{name}" for name in names])


@pytest.mark.prove
def test_runs_of_one_second_have_ids_of_their_own_and_one_order(quick: ScratchRepository, clock: SetClock) -> None:
    clock.stands(int(time.time()))
    processes = [
        subprocess.Popen(
            [*COMMAND, "run", "--quiet", "-n", f"exp/model/n{number}", "-S", f"number={number}"],
            cwd=quick.path,
            env={**os.environ, **clock.environment},
            stderr=subprocess.DEVNULL,
        )
        for number in range(4)
    ]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert_each_once(quick, [f"exp/model/n{number}" for number in range(4)])
    rows = listed(quick)
    assert len({row["started"] for row in rows}) == 1
    cold = [row["name"] for row in rows]
    assert cold == [row["name"] for row in listed(quick)]
    for path in (quick.path / ".git" / "branchlab").glob("index.*"):
        path.unlink()
    assert cold == [row["name"] for row in listed(quick)]


@pytest.mark.parametrize("jump", BACK_FIRST)
def test_the_times_of_a_training_go_on_when_its_clock_is_set(
    quick: ScratchRepository, clock: SetClock, jump: int
) -> None:
    quick.write("train.py", TRAINS_ON)
    done = subprocess.run(
        [sys.executable, "train.py", str(jump)],
        cwd=quick.path,
        env={**os.environ, **clock.environment},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    (folder,) = run_folders(quick)
    points = read_journal(str(folder / JOURNAL_FILE)).series["loss"]
    times = [point.seconds for point in points]
    assert times == sorted(times)
    assert 0.02 <= times[-1] < 60
    clock.ahead(0)
    said = branchlab(quick.path, "record", folder.name, "-n", "exp/model/by-hand", **clock.environment)
    assert said.code == 0, said.err
    record = parse_record(quick.git("show", "exp/model/by-hand:metrics.toml").encode())
    assert 0.02 <= (record.run.seconds or 0) < 60


@pytest.mark.parametrize("jump", FORWARD_FIRST)
def test_a_commit_records_the_run_since_the_last_one_although_the_clock_was_set(
    hooked: HookedProject, clock: SetClock, jump: int
) -> None:
    ids = []
    for number, ahead in enumerate((jump, 0, jump)):
        clock.ahead(ahead)
        hooked.write("params.toml", f"lr = 0.{number + 1}\ndepth = 3\n")
        hooked.train(**clock.environment)
        hooked.does("commit", "--quiet", "--all", "--message", f"round {number}", **clock.environment)
        ids.append(hooked.record()["run"]["id"])
        assert hooked.record()["params"]["lr"] == pytest.approx((number + 1) / 10)
    assert len(set(ids)) == 3
    assert hooked.leftovers() == []


def test_the_newest_run_is_not_one_of_the_future(quick: ScratchRepository, clock: SetClock) -> None:
    quick.write("fails", "")
    for name, ahead in (("far", TEN_YEARS), ("near", 0)):
        clock.ahead(ahead)
        branchlab(quick.path, "run", "--quiet", "-n", f"exp/fix/{name}", **clock.environment)
    said = branchlab(quick.path, "record", **clock.environment)
    assert said.out == "exp/fix/near\n", said.err
    assert branchlab(quick.path, "record", **clock.environment).out == "exp/fix/far\n"


@pytest.mark.prove
@pytest.mark.parametrize("jump", JUMPS)
def test_hours_of_a_sweep_are_those_that_passed(
    quick: ScratchRepository, clock: SetClock, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    script = (quick.path / "train.sh").read_text()
    quick.commit("sweep", **{"sweep.toml": SWEEP, "train.sh": SETS_CLOCK + script})
    for name, value in {**clock.environment, "JUMP": str(jump)}.items():
        monkeypatch.setenv(name, value)
    for verb in ("run", "resume"):
        said = branchlab(quick.path, "sweep", verb)
        assert said.code == 0, said.err
        assert "hour" not in said.err.lower()
    clock.ahead(0)
    found = recordings(quick)
    assert sorted(recording.number for recording in found.values()) == [1, 2, 3]
    status = branchlab(quick.path, "sweep", "status", "--json")
    assert status.code == 0, status.err
    assert "-" not in status.out.partition('"wall"')[2][:12]


@pytest.mark.prove
@pytest.mark.parametrize("jump", JUMPS)
def test_a_live_run_is_shown_whatever_the_clock_says(quick: ScratchRepository, clock: SetClock, jump: int) -> None:
    process = subprocess.Popen(
        [*COMMAND, "run", "--quiet", "-n", "exp/model/live", "--", "sleep", "20"], cwd=quick.path
    )
    try:
        wait_until(lambda: [row for row in listed(quick) if row["status"] == "running"])
        clock.ahead(jump)
        for line in (("ls",), ("show", "exp/model/live"), ("doctor",)):
            said = branchlab(quick.path, *line, **clock.environment)
            assert said.code in (0, 1), said.err
            assert "fault of branchlab" not in said.err
            assert "-1d" not in said.out
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


@pytest.mark.parametrize("ahead", [60, TEN_YEARS])
def test_doctor_removes_what_was_left_in_the_future(quick: ScratchRepository, ahead: int) -> None:
    lock = quick.write(".git/index.lock", "")
    snapshot = quick.path / ".git" / "branchlab" / "snapshot-left"
    snapshot.mkdir(parents=True)
    moment = time.time() + ahead
    os.utime(lock, (moment, moment))
    os.utime(snapshot, (moment + DAY, moment + DAY))
    wait_until(lambda: call(quick.path, "doctor", "--fix").code == 0)  # it waits for any git that may work here
    assert not lock.exists()
    assert not snapshot.exists()
