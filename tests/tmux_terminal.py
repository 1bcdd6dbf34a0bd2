"""A real terminal for a program: tmux without the user's configuration, on a server of its own."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Self

import pytest

from waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Terminal:
    """A tmux window in which one command line runs; use it with `with`."""

    def __init__(self, folder: Path, command: list[str], size: tuple[int, int] = (80, 24), **environment: str) -> None:
        self._socket = str(folder / "tmux.socket")
        self._place = folder
        words = ["env", *(f"{name}={value}" for name, value in environment.items()), *command]
        self._line = f"{shlex.join(words)}; echo ended with $?; exec sleep 1000"
        self._size = size

    def __enter__(self) -> Self:
        width, height = map(str, self._size)
        self._tmux("new-session", "-d", "-x", width, "-y", height, "-c", str(self._place), self._line)
        self._tmux("set-option", "-g", "set-clipboard", "on")
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server")

    def press(self, *keys: str) -> None:
        """Sends keys as tmux names them (`j`, `Enter`, `C-p`)."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Sends text as it is."""
        self._tmux("send-keys", "-l", text)

    def resize(self, width: int, height: int) -> None:
        """Changes the size of the window."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def text(self, *, colours: bool = False) -> str:
        """Returns what stands on the screen."""
        return self._tmux("capture-pane", "-p", *(["-e"] if colours else []))

    def shows(self, *wanted: str) -> str:
        """Waits until all of these stand on the screen and returns it."""
        return self.until(lambda text: all(one in text for one in wanted), f"{wanted} to be shown")

    def until(self, holds: Callable[[str], bool], what: str = "this") -> str:
        """Waits until the screen is as it should be and returns it.

        Raises:
            AssertionError: with the screen when it does not become so in time.
        """
        end = time.monotonic() + PATIENCE
        while not holds(text := self.text()):
            assert time.monotonic() < end, f"waited in vain for {what}:\n{text}"
            time.sleep(0.05)
        return text

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-f", "/dev/null", "-S", self._socket, *words], capture_output=True, text=True, check=False
        )
        return done.stdout
