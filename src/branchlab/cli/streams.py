"""The three standard streams, which a caller may have closed, filled up, or given another encoding."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO, cast


def prepare_streams() -> None:
    """Puts the null device in the place of a closed stream, and lets the others take any text.

    Without it the next file or pipe that is opened would become standard output.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - for the process
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr] # a text stream, as Python opens them


def empty_streams() -> None:
    """Writes out what is left; what cannot be written is dropped, as nobody can have it."""
    for stream in (sys.stdout, sys.stderr):
        _empty(cast("TextIO", stream))


def _empty(stream: TextIO) -> None:
    try:
        stream.flush()
    except OSError:
        null = os.open(os.devnull, os.O_WRONLY)
        with suppress(OSError, ValueError):
            os.dup2(null, stream.fileno())  # else Python tries again while it ends, with a traceback
        os.close(null)
