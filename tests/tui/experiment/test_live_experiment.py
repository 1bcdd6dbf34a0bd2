"""A run that goes on: everything grows by itself, and what becomes of it is shown."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from command_line import start
from opened_view import Opened, open_view
from training_script import start_script
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scratch_repository import ScratchRepository

# Logs a step each time the file `steps` has grown by a character, and ends as the file `end` says.
WAITING = """\
import os, pathlib, sys, time
import branchlab
here = pathlib.Path(sys.argv[1])
def said(name): return (here / name).read_text() if (here / name).exists() else ""
with branchlab.start_run({"steps": 5, "lr": 0.5}) as run:
    done = 0
    while not said("end"):
        while done < len(said("steps")):
            run.log(accuracy=0.5 + done / 10, loss=1 / (done + 1))
            print(f"\\x1b[32mstep {done}\\x1b[0m done", flush=True)
            done += 1
        time.sleep(0.01)
"""


@pytest.fixture
def running(project: ScratchRepository) -> Iterator[ScratchRepository]:
    """A project with `branchlab run` at work on a script that waits to be told what to do."""
    project.commit("script", **{"waits.py": WAITING, ".gitignore": "/model.bin\n/steps\n/end\n"})
    project.write("steps", "12")
    command = ("python", "waits.py", str(project.path))
    process = start(project.path, "run", "-n", "exp/model/live", "--note", "is it seen?", "-q", "--", *command)
    yield project
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def live_key(project: ScratchRepository) -> str:
    """Returns the row key of the only run, once it has logged something."""
    runs = project.path / ".git" / "branchlab" / "runs"

    def begun() -> list[str]:
        return [log.parent.name for log in runs.glob("*/output.log") if b"step 1" in log.read_bytes()]

    wait_until(begun, "the run to start")
    return f"run:{begun()[0]}"


async def shows(opened: Opened, *texts: str) -> None:
    """Waits until all of these stand on the screen."""
    try:
        await opened.until(lambda: all(text in opened.text for text in texts))
    except AssertionError:
        raise AssertionError(f"{texts} are not on the screen:\n{opened.text}") from None


def test_a_run_is_followed_until_it_is_a_branch(running: ScratchRepository) -> None:
    async def use(opened: Opened) -> None:
        await shows(opened, "◐ exp/model/live running", "40%  2/5", "is it seen?", "step 1 done", "following", "! stop")
        assert opened.view.arrangement == (True, "log", "curves")
        await shows(opened, "0.6 at 1 ★")
        running.write("steps", "123")
        await shows(opened, "60%  3/5", "step 2 done", "0.7 at 2 ★")
        assert opened.view.subjects == (opened.view.shown.key,)
        running.write("end", "now")
        await shows(opened, "● exp/model/live  finished", "branchlab reproduce exp/model/live")
        assert opened.view.shown.key == "exp/model/live"
        assert opened.view.keys == ("exp/model/live",)

    open_view(running.path, "experiment", [live_key(running)], use, (120, 40))


def test_a_run_that_says_nothing_is_quiet_and_one_that_is_killed_has_failed(project: ScratchRepository) -> None:
    project.write("steps", "12")
    project.write("waits.py", WAITING)
    script = "import sys; sys.argv[1:] = ['.']; exec(open('waits.py').read())"
    process = start_script(project.path, script)
    runs = project.path / ".git" / "branchlab" / "runs"
    wait_until(lambda: list(runs.glob("*/journal.jsonl")))
    folder = next(runs.iterdir())

    async def use(opened: Opened) -> None:
        await shows(opened, "2/5")
        long_ago = time.time() - 600
        os.utime(folder / "journal.jsonl", (long_ago, long_ago))
        await shows(opened, "◑ ", "quiet since 10m")
        process.kill()
        process.wait()
        await opened.until(lambda: "✗ " in opened.text)
        await shows(opened, "failed", "branchlab record")
        await opened.press("t")
        await shows(opened, "nothing kept its output")

    try:
        open_view(project.path, "experiment", [f"run:{folder.name}"], use, (100, 30))
    finally:
        process.kill()
        process.communicate()
