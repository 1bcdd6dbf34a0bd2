"""What a hook file is made of, and what can be told from one that is found."""

from __future__ import annotations

import os
import re
import sys
from hashlib import sha256

from branchlab.tuples import NamedTuple
from branchlab_hooks.events import EVENTS

SHEBANG = b"#!/bin/sh\n"
_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_PARTS = os.path.join(_PACKAGE, "sh")
_MARK = re.compile(rb"#![^\n]*\n# branchlab hook (\d+): ([a-z-]+)\n# sha256 ([0-9a-f]{64}) of what follows\n")
_VERSION = 1  # an older number is recognised as well, and then replaced
# A part, and the word by which a body shows that it needs it: sh reads less at each commit.
_PARTS_IN_USE = {"names": b"name_is_known", "pending": b"pending"}
_MOST_BYTES = 1 << 20


class Script(NamedTuple):
    """A hook file of ours that was found.

    Attributes:
        event: the hook it is for.
        edited: somebody changed it since it was written.
        interpreter: the Python it starts, empty when it cannot be told.
    """

    event: str
    edited: bool
    interpreter: str


def events() -> tuple[str, ...]:
    """Returns the events that have something to do, in the order of `EVENTS`."""
    return tuple(event for event in EVENTS if os.path.exists(_part(event)))


def render(event: str, interpreter: str = "") -> bytes:
    """Returns the file of one hook; `interpreter` is the absolute path of a Python with branchlab, by default ours."""
    body = _read(_part(event))
    parts = [
        b"# `branchlab hooks uninstall` takes this file away and brings back the one that was here before.\n",
        b"event=" + quote(event) + b"\n",
        b"interpreter=" + quote(interpreter or sys.executable) + b"\n",
        b"package=" + quote(_PACKAGE) + b"\n\n",
        _read(_part("header")),
        *(_read(_part(name)) for name, word in _PARTS_IN_USE.items() if word in body),
        body,
    ]
    content = b"".join(parts)
    mark = f"# branchlab hook {_VERSION}: {event}\n# sha256 {sha256(content).hexdigest()} of what follows\n"
    return SHEBANG + mark.encode() + content


def recognise(content: bytes) -> Script | None:
    """Says what a hook file is, None when it is none of ours."""
    mark = _MARK.match(content)
    if not mark:
        return None
    follows = content[mark.end() :]
    found = re.search(rb"^interpreter='((?:[^']|'\\'')*)'$", follows, re.MULTILINE)
    interpreter = os.fsdecode(found[1].replace(b"'\\''", b"'")) if found else ""
    return Script(mark[2].decode(), sha256(follows).hexdigest() != mark[3].decode(), interpreter)


def read_hook(path: str) -> bytes:
    """Returns the beginning of a hook file, which may be a program of any size; empty when it cannot be read."""
    try:
        # O_NONBLOCK: somebody may have put a pipe there, and opening it would wait.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(descriptor, _MOST_BYTES)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def quote(text: str) -> bytes:
    """Returns text as one word of a shell, whatever is in it."""
    return b"'" + os.fsencode(text).replace(b"'", b"'\\''") + b"'"


def _part(name: str) -> str:
    return os.path.join(_PARTS, f"{name}.sh")


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
