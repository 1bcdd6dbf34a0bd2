"""The terminal UI through a real pseudo-terminal, beside an empty Textual program and one frame of 60.

python benchmarks/tui.py [EXPERIMENTS]

Peers (lazygit, tig) are measured when they are installed: a git client is what people have in the next window.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from repository import make_repository
from timing import BRANCHLAB, Row, compiled, run_script
from tui_pty import Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

EMPTY = """\
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("here it is")
Empty().run()
"""
FRAME = 1 / 60
PAGE = 0.05
SKELETON = 0.06
MEMORY = 40e6  # bytes above 1.5 times the empty program
ROUNDS = 7
IDLE = 4.0  # seconds
PEERS = {"lazygit": b"Commits", "tig": b"["}


def measure(size: int) -> list[Row]:
    """Returns what the start, the keys, and doing nothing cost."""
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        names = make_repository(folder, size)
        environment = compiled(base)
        warm = [BRANCHLAB, "ls", "--json"]  # two: the first makes the index, the second the kept answer
        for _ in range(2):
            subprocess.run(warm, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, check=True)
        return [
            *_start(folder, names[-1], environment),
            *_keys(folder, names[-1], environment),
        ]


def _start(folder: str, newest: str, environment: Mapping[str, str]) -> list[Row]:
    row = newest.rpartition("/")[2].encode()
    works: dict[str, tuple[list[str], bytes]] = {
        "empty": ([sys.executable, "-c", EMPTY], b"here it is"),
        "frame": ([BRANCHLAB], b"loading"),
        "rows": ([BRANCHLAB, "tui", "--fresh"], row),
        **{name: ([name], sign) for name, sign in PEERS.items() if shutil.which(name)},
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(ROUNDS + 1):
        for name, (command, sign) in works.items():
            with Terminal(command, folder=folder, environment=environment) as terminal:
                reply = terminal.read(quiet=10.0, limit=20.0, until=sign)
            if turn:
                taken[name].append(reply.last)
    median = {name: statistics.median(values) for name, values in taken.items()}
    empty = "an empty Textual program"
    return [
        Row("tui: first frame", median["frame"], "60 ms", SKELETON, 1.0),
        Row("tui: first rows", median["rows"], empty, median["empty"], 1.2),
        *(Row(f"tui: first rows of {name}", median[name], empty, median["empty"]) for name in PEERS if name in median),
    ]


def _keys(folder: str, newest: str, environment: Mapping[str, str]) -> list[Row]:
    row = newest.rpartition("/")[2].encode()
    with Terminal([sys.executable, "-c", EMPTY], environment=environment) as terminal:
        terminal.read(quiet=1.0)
        least = terminal.memory()
    rows = []
    with Terminal([BRANCHLAB, "tui", "--fresh"], folder=folder, environment=environment) as terminal:
        terminal.read(quiet=10.0, limit=20.0, until=row)
        terminal.read(quiet=2.5, limit=10.0)
        for what, key, times, bar in (
            ("row down", "j", 12, FRAME),
            ("page down", "pagedown", 10, PAGE),
            ("page up", "pageup", 10, PAGE),
            ("sort by a column", "s", 6, PAGE),
        ):
            if key == "s":
                terminal.press("l", 2)
            cost = terminal.press(key, times)
            against = "one frame" if bar == FRAME else "50 ms"
            rows.append(Row(f"tui: {what}", cost.last, against, bar, 1.0, note=f"{cost.size:.0f} B"))
        terminal.send("/")
        typed = [terminal.send(letter, limit=1.0) for letter in "accuracy>0.9"]
        rows.append(
            Row(
                "tui: a letter of a filter",
                statistics.median(reply.last for reply in typed if reply.size),
                "50 ms",
                PAGE,
                1.0,
                note=f"{statistics.median(reply.size for reply in typed):.0f} B",
            )
        )
        terminal.send("escape")
        terminal.read(quiet=2.0, limit=5.0)
        share, written = terminal.idle(IDLE)
        held = terminal.memory()
    return [
        *rows,
        Row("tui: CPU of a second at rest", share, "a hundredth", 0.01, 1.0, clock="CPU", note=f"{written} B written"),
        Row("tui: GB held", held / 1e9, "1.5 times empty + 40 MB", (1.5 * least + MEMORY) / 1e9, 1.0),
    ]


if __name__ == "__main__":
    run_script(measure, 10_000)
