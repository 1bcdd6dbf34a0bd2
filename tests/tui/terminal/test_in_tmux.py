"""The whole program in a real terminal, over a real repository, while a real run goes on."""

from __future__ import annotations

import shutil
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from command_line import COMMAND, names, start
from pictured_project import make_pictured_project
from tmux_terminal import Terminal, needs_tmux
from waiting import PATIENCE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from scratch_repository import ScratchRepository

pytestmark = needs_tmux

TRAIN = """\
import pathlib, time
import branchlab

with branchlab.start_run(params={"lr": 0.1, "epochs": 400}) as run:
    for step in range(400):
        run.log(accuracy=0.5 + step / 1000, loss=1.0 / (step + 1))
        print("epoch", step, flush=True)
        time.sleep(0.1)
        if pathlib.Path("%s").exists():
            break
"""


@contextmanager
def _opened(
    repository: ScratchRepository, *arguments: str, size: tuple[int, int] = (110, 32), **environment: str
) -> Iterator[Terminal]:
    folder = repository.path
    with Terminal(folder, [*COMMAND, "tui", *arguments], size, **environment) as terminal:
        yield terminal


@contextmanager
def _training(repository: ScratchRepository) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Starts a real run; yields its process and the file that ends it."""
    enough = repository.path.parent / "enough"
    repository.write("train.py", TRAIN % enough)
    process = start(repository.path, "run", "-n", "exp/model/slow", "--quiet", "--", sys.executable, "train.py")
    try:
        while "exp/model/slow" not in names(repository.path):
            assert process.poll() is None
            time.sleep(0.1)
        yield process, enough
    finally:
        process.kill()
        process.communicate()


def test_a_run_is_seen_while_it_trains_and_when_it_is_recorded(tmp_path: Path) -> None:
    repository = make_pictured_project(tmp_path / "project")
    with _opened(repository) as terminal:
        terminal.shows("exp/model/wider", "9 experiments")
        with _training(repository) as (process, enough):
            terminal.shows("exp/model/slow", "◐ 1 live")
            terminal.press("g")
            terminal.press("Enter")
            terminal.shows("exp/model/slow", "running")
            terminal.press("t")
            first = terminal.until(lambda text: "epoch 1" in text, "the log")
            terminal.until(lambda text: text != first, "the log to grow")
            terminal.press("Escape")
            enough.touch()
            process.wait(PATIENCE)
            terminal.until(lambda text: "◐" not in text and "exp/model/slow" in text, "the run to be recorded")
    assert "exp/model/slow" in names(repository.path)


def test_a_run_is_stopped_from_the_table(tmp_path: Path) -> None:
    repository = make_pictured_project(tmp_path / "project")
    with _training(repository) as (process, _), _opened(repository) as terminal:
        terminal.shows("exp/model/slow", "◐ 1 live")
        terminal.press("g")
        terminal.press("!")
        terminal.shows("branchlab stop")
        time.sleep(0.4)  # a y that comes at once was meant for something else
        terminal.press("y")
        process.wait(PATIENCE)
        terminal.until(lambda text: "◐" not in text, "the run to end")


def test_keys_lead_through_every_view_and_back(tmp_path: Path) -> None:
    repository = make_pictured_project(tmp_path / "project")
    with _opened(repository) as terminal:
        terminal.shows("exp/model/wider")
        terminal.press("/")
        terminal.type("accuracy>0.93")
        terminal.shows("3/9")
        terminal.press("Enter")
        terminal.press("Space", "Space")
        terminal.press("D")
        terminal.shows("[3:Diff]", "METRICS")
        terminal.press("4")
        terminal.shows("[4:Cmp]", "PARAMETERS")
        terminal.press("5")
        terminal.shows("[5:Curves]", "step")
        terminal.press("6")
        terminal.shows("[6:Plots]", "confusion_matrix")
        terminal.press("2")
        terminal.shows("[2:Exp]", "reproduce")
        terminal.press("Escape")
        terminal.shows("[1:Exps]", "3/9", "2 marked")
        terminal.press("q")
        terminal.shows("ended with 0")


def test_what_is_typed_ahead_reaches_the_dialog_and_not_the_table(tmp_path: Path) -> None:
    repository = make_pictured_project(tmp_path / "project")
    before = names(repository.path)
    with _opened(repository) as terminal:
        terminal.shows("exp/model/wider")
        terminal.type("n\txXdA")  # each of these letters does something in the table
        terminal.shows("New experiment", "xXdA")
    assert names(repository.path) == before


def test_a_small_terminal_that_grows_and_shrinks_keeps_its_place(tmp_path: Path) -> None:
    repository = make_pictured_project(tmp_path / "project")
    with _opened(repository, size=(60, 16)) as terminal:
        terminal.shows("exp/model/wider")
        terminal.press("j", "j", "j")
        row = ["▸", "exp/feature/scaled"]
        for size in ((200, 60), (80, 24), (60, 16)):
            terminal.resize(*size)
            terminal.until(
                lambda text: any(
                    "▸" in line and set(row) <= set(line.replace("│", " ").split()) for line in text.split("\n")
                ),
                f"the cursor on {row} at {size}",
            )


def test_nothing_of_a_repository_steers_the_terminal(tmp_path: Path) -> None:
    repository = make_pictured_project(tmp_path / "project")
    with _opened(repository, "--query", "markup", NO_COLOR="1") as terminal:
        terminal.shows("exp/tune/lr-0.01")
        terminal.press("Enter")
        text = terminal.shows("[red]no markup[/red]", "\\x1b[31m")
        assert "Traceback" not in text


def test_the_terminal_is_as_it_was_after_a_kill(tmp_path: Path) -> None:
    repository = make_pictured_project(tmp_path / "project")
    with _opened(repository) as terminal:
        terminal.shows("exp/model/wider")
        terminal.press("C-q")
        terminal.shows("ended with 0")
        assert "exp/model" not in terminal.text()


def test_outside_a_repository_one_line_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    folder.mkdir()
    with Terminal(folder, [*COMMAND], (160, 24)) as terminal:
        text = terminal.shows("is not in a git repository", "ended with 3")
    assert "loading" not in text


def test_an_empty_repository_says_what_comes_next(repository: ScratchRepository) -> None:
    with _opened(repository, size=(80, 24)) as terminal:
        terminal.shows("branchlab run", "No experiments yet")


def test_watch_shows_a_run_in_place(tmp_path: Path) -> None:
    repository = make_pictured_project(tmp_path / "project")
    shutil.rmtree(repository.path / ".git" / "branchlab", ignore_errors=True)
    with _training(repository) as (process, enough):
        with Terminal(repository.path, [*COMMAND, "watch"], (100, 20)) as terminal:
            terminal.shows("exp/model/slow", "accuracy")
            enough.touch()
            terminal.shows("ended with 0", "exp/model/slow")
        assert process.wait(PATIENCE) == 0
