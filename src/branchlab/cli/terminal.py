"""Where a command's data and words go, and what the terminal can show."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.errors import BranchlabError


_CLEAR = "\r\x1b[K"  # to the start of the line, and erase to its end (ECMA-48: EL)


class Terminal(NamedTuple):
    """The two streams of a command, as seen when it started.

    Attributes:
        stdout: data.
        stderr: words.
        cwd: the caller's folder.
        colour: whether stdout shows colours.
        width: columns of the terminal; 0 when stdout is none, for "as wide as it takes".
    """

    stdout: TextIO
    stderr: TextIO
    cwd: str
    colour: bool = False
    width: int = 0

    def data(self, text: str) -> None:
        """Writes a text to stdout, with a line end when it lacks one."""
        self.stdout.write(text if text.endswith("\n") or not text else f"{text}\n")

    def raw(self, content: bytes) -> None:
        """Writes bytes to stdout."""
        # Text waits in a layer above the buffer, and would come out behind the bytes.
        self.stdout.flush()
        self.stdout.buffer.write(content)
        self.stdout.buffer.flush()

    def words(self, text: str) -> None:
        """Writes a line for a person to stderr; that nobody can read it must not end the work.

        Whoever makes the line has made safe what they put into it; what they forgot cannot steer the terminal.
        """
        with suppress(OSError):
            self.stderr.write(f"{safe_text(text, multiline=True)}\n")
            self.stderr.flush()

    def moving(self, text: str) -> None:
        """Shows a text in place of the last moving one; an empty text takes it away. Off a terminal it does nothing."""
        if not self.interactive:
            return
        from branchlab.report.width import shorten

        # One column is left free: at the last one a terminal may wrap, and the next clearing would miss a line.
        room = (self.width or 80) - 1
        with suppress(OSError):
            self.stderr.write(f"{_CLEAR}{shorten(text, room, 'start')}")
            self.stderr.flush()

    def error(self, error: BranchlabError) -> None:
        """Writes `branchlab: error: what. hint: what to do`; a picture of the bad place stands below."""
        what, *picture = error.message.split("\n")
        hint = f". hint: {error.hint}" if error.hint else ""
        self.words("\n".join([f"branchlab: error: {what}{hint}", *picture]))

    @property
    def interactive(self) -> bool:
        """Whether a person can see words change on stderr."""
        return self.stderr.isatty() and os.environ.get("TERM") != "dumb"


def open_terminal() -> Terminal:
    """Returns the terminal of this process; colours only on a terminal and never with NO_COLOR."""
    shown = sys.stdout.isatty()
    # https://no-color.org: any value but an empty one.
    colour = shown and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Terminal(sys.stdout, sys.stderr, _folder(), colour, _columns() if shown else 0)


def _columns() -> int:
    asked = os.environ.get("COLUMNS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    try:
        # A terminal that nobody gave a size, such as a serial line, has 0 columns.
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except OSError:
        return 80


def _folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # removed under the shell, which still knows its name
        return os.environ.get("PWD", "/")
