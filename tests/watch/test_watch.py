"""`branchlab watch` with real runs, real signals and a real terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from command_line import COMMAND, branchlab, start
from training_script import start_script
from waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scratch_repository import ScratchRepository

QUICK = "--interval", "0.1"
# Logs a step each time the file `steps` has grown by one character, and ends as the file `end` says.
WAITING = """\
import os, pathlib, time
def said(name): return pathlib.Path(name).read_text() if os.path.exists(name) else ""
with branchlab.start_run({"steps": 3, "lr": 0.5}, name="exp/model/waits") as run:
    print("up", flush=True)
    done = 0
    while not said("end"):
        while done < len(said("steps")):
            run.log(accuracy=0.5 + done / 10)
            done += 1
        time.sleep(0.01)
    if said("end") == "fail":
        raise SystemExit(3)
"""
FAILING = """\
import os, time
with branchlab.start_run(name="exp/model/failing"):
    while not os.path.exists("fail"):
        time.sleep(0.01)
    1 / 0
"""


@pytest.fixture
def waiting(project: ScratchRepository) -> Iterator[subprocess.Popen[str]]:
    """A run by hand that waits to be told what to do."""
    process = start_script(project.path, WAITING)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def watching(project: ScratchRepository) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts `branchlab watch` with arguments; what still runs at the end is killed."""
    started = []

    def watch(*arguments: str) -> subprocess.Popen[bytes]:
        started.append(start(project.path, "watch", *QUICK, *arguments))
        return started[-1]

    yield watch
    for process in started:
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
    assert ready, "it says nothing"
    return process.stdout.readline().decode().rstrip("\n")


def end_of(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, words = process.communicate(timeout=PATIENCE)
    return process.returncode, out.decode(), words.decode()


def test_each_change_is_a_line_and_nothing_is_said_twice(
    project: ScratchRepository, waiting: subprocess.Popen[str], watching: Callable[..., subprocess.Popen[bytes]]
) -> None:
    watch = watching()
    assert "exp/model/waits" in line_of(watch)
    project.write("steps", "1")
    assert "step 1/3  accuracy 0.5" in line_of(watch)
    time.sleep(0.4)
    project.write("steps", "11")
    assert "step 2/3  accuracy 0.6 ★" in line_of(watch)
    project.write("end", "now")
    waiting.wait(PATIENCE)
    code, out, _ = end_of(watch)
    assert code == 0
    (last,) = out.splitlines()
    assert last.startswith("○ exp/model/waits  finished in ")
    assert "not recorded: branchlab record 20" in last


@pytest.mark.usefixtures("waiting")
def test_an_empty_name_is_that_of_no_run(project: ScratchRepository) -> None:
    said = branchlab(project.path, "watch", "")
    assert (said.code, said.err.partition(" hint")[0]) == (2, "branchlab: error: an empty name calls no run.")


def test_a_run_that_became_a_branch_is_recorded(
    project: ScratchRepository, watching: Callable[..., subprocess.Popen[bytes]]
) -> None:
    wait = 'until [ -e "$0" ]; do sleep 0.02; done; python train.py'
    run = start(project.path, "run", "-n", "exp/model/wider", "--", "sh", "-c", wait, str(project.path / "go"))
    watch = watching("--forever")
    assert "exp/model/wider" in line_of(watch)
    project.write("go", "")
    lines = [line_of(watch)]
    while "recorded" not in lines[-1]:
        lines.append(line_of(watch))
    assert lines[-1].startswith("● exp/model/wider  recorded, took ")
    assert "accuracy 0.82" in lines[-1]
    run.communicate(timeout=PATIENCE)
    os.killpg(watch.pid, signal.SIGINT)
    code, _, words = end_of(watch)
    assert (code, words) == (130, "branchlab: interrupted\n")


@pytest.mark.parametrize(("end", "told"), [("fail", "failed after"), ("kill", "lost after")])
def test_a_run_that_failed_or_vanished_makes_the_exit_code_one(
    project: ScratchRepository,
    waiting: subprocess.Popen[str],
    watching: Callable[..., subprocess.Popen[bytes]],
    end: str,
    told: str,
) -> None:
    watch = watching("waits")
    assert "exp/model/waits" in line_of(watch)
    if end == "kill":
        waiting.kill()
    else:
        project.write("end", "fail")
    waiting.wait(PATIENCE)
    code, out, _ = end_of(watch)
    assert code == 1
    assert told in out


def test_a_run_that_failed_counts_also_when_another_ends_well_after_it(
    project: ScratchRepository, waiting: subprocess.Popen[str], watching: Callable[..., subprocess.Popen[bytes]]
) -> None:
    watch = watching()
    assert "exp/model/waits" in line_of(watch)
    failing = start_script(project.path, FAILING)
    while "failing" not in line_of(watch):
        pass
    project.write("fail", "now")
    failing.communicate(timeout=PATIENCE)
    while "failed after" not in line_of(watch):
        pass
    project.write("end", "now")
    waiting.wait(PATIENCE)
    assert end_of(watch)[0] == 1


def test_a_query_chooses_also_by_what_is_logged_later(
    project: ScratchRepository, waiting: subprocess.Popen[str], watching: Callable[..., subprocess.Popen[bytes]]
) -> None:
    watch = watching("accuracy>0.55", "--forever")
    project.write("steps", "1")
    time.sleep(0.4)
    project.write("steps", "11")
    assert "step 2/3" in line_of(watch)
    assert waiting.poll() is None


def test_json_is_an_object_for_each_change(
    project: ScratchRepository, waiting: subprocess.Popen[str], watching: Callable[..., subprocess.Popen[bytes]]
) -> None:
    watch = watching("--json")
    assert json.loads(line_of(watch))["status"] == "running"
    project.write("end", "fail")
    waiting.wait(PATIENCE)
    _, out, _ = end_of(watch)
    last = json.loads(out.splitlines()[-1])
    assert (last["name"], last["status"], last["commit"]) == ("exp/model/waits", "failed", None)


def test_what_ended_before_is_told_when_it_is_named(project: ScratchRepository, waiting: subprocess.Popen[str]) -> None:
    waiting.kill()
    waiting.wait()
    said = branchlab(project.path, "watch", "waits")
    assert said.code == 1
    assert said.out.startswith("✗ exp/model/waits  lost after ")
    assert branchlab(project.path, "watch") == (0, "", "no run is live\n")
    assert branchlab(project.path, "watch", "lr>0.1") == (0, "", "no run is live that fits lr>0.1\n")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("wiats",), "no run is called wiats"),
        (("lr>",), "> needs a value"),
        (("--interval", "0"), "0 is not a number of 0.1 or more"),
    ],
)
def test_what_cannot_be_watched_is_said(project: ScratchRepository, arguments: tuple[str, ...], error: str) -> None:
    said = branchlab(project.path, "watch", *arguments)
    assert said.code == 2
    assert error in said.err


def screen(folder: Path, *arguments: str, **environment: str) -> tuple[subprocess.Popen[bytes], int]:
    """Starts `branchlab watch` on a terminal of 60 columns; returns it with the other end."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "watch", *QUICK, *arguments],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "60", **environment},
        start_new_session=True,
    )
    os.close(theirs)
    return process, ours


def read_until(ours: int, text: str) -> str:
    found, end = "", time.monotonic() + PATIENCE
    while text not in found:
        assert time.monotonic() < end, found
        ready, _, _ = select.select([ours], [], [], 1)
        if ready:
            found += os.read(ours, 1 << 16).decode(errors="replace")
    return found


def test_on_a_terminal_the_runs_are_drawn_in_place_and_ends_stay(
    project: ScratchRepository, waiting: subprocess.Popen[str]
) -> None:
    process, ours = screen(project.path)
    try:
        read_until(ours, "exp/model/waits")
        project.write("steps", "1")
        assert "\x1b[1A\x1b[J" in read_until(ours, "1/3")
        project.write("end", "now")
        waiting.wait(PATIENCE)
        end = read_until(ours, "not recorded")
        assert "\x1b[J" in end
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_no_color_means_no_colour(project: ScratchRepository, waiting: subprocess.Popen[str]) -> None:
    coloured, plain = screen(project.path), screen(project.path, NO_COLOR="1")
    try:
        assert "\x1b[36m" in read_until(coloured[1], "exp/model/waits")
        assert "\x1b[3" not in read_until(plain[1], "exp/model/waits")
        assert waiting.poll() is None
        for process, _ in (coloured, plain):
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(PATIENCE) == 130
    finally:
        for process, ours in (coloured, plain):
            process.kill()
            process.wait()
            os.close(ours)
