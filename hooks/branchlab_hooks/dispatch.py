"""Runs the module of one event; whatever happens there becomes a line, and an exit code that fits the event."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from branchlab_hooks.events import EVENTS, SKIP_VARIABLE, WITH_INPUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.errors import BranchlabError

_REFUSED = 1
_INTERRUPTED = 130  # 128 and SIGINT, as a shell says it
_VERBS = {"pre-commit": "commit", "pre-merge-commit": "merge", "pre-push": "push"}


class Hook(Protocol):
    """What the module of an event offers; `pre-push` has its own in `pre_push.py`."""

    def run(self, arguments: Sequence[str], stdin: bytes) -> int:
        """Does the work and returns the exit code; raises `BranchlabError` for what the user can act on."""


def run_event(event: str, arguments: Sequence[str], stdin: bytes) -> int:
    """Runs one hook and returns its exit code; never raises.

    An error ends a gate with 1, and a line that names the variable which skips it. Any other event passes.
    """
    gate = EVENTS.get(event, False)
    if event not in EVENTS or os.environ.get(SKIP_VARIABLE):
        return 0
    try:
        hook = cast("Hook", import_module(f"branchlab_hooks.{event.replace('-', '_')}"))
        return hook.run(arguments, stdin)
    except KeyboardInterrupt:
        return _INTERRUPTED if gate else 0
    except Exception as error:  # noqa: BLE001 - a hook shows no traceback and breaks no commit
        if os.environ.get("BRANCHLAB_TRACEBACK"):
            import traceback

            traceback.print_exc()
        say(event, error)
    return _REFUSED if gate else 0


def read_input(event: str) -> bytes:
    """Returns what git says on standard input; empty for events that say nothing there."""
    return sys.stdin.buffer.read() if event in WITH_INPUT and sys.stdin else b""


def say(event: str, error: Exception) -> None:
    """Writes an error to stderr; for a gate also how to go past it."""
    lines = [_line(event, error)]
    if EVENTS.get(event):
        command = f"git {_VERBS[event]} …" if event in _VERBS else "before the command"
        lines.append(f"branchlab: {SKIP_VARIABLE}=1 {command} goes past this check")
    words(lines)


def words(lines: Sequence[str]) -> None:
    """Writes lines to stderr; that nobody can read them must not end the work."""
    text = "".join(f"{line}\n" for line in lines)
    try:
        # Not sys.stderr: that is None where git was started with the stream closed.
        os.write(2, text.encode(errors="backslashreplace"))
    except OSError:
        return


def _line(event: str, error: Exception) -> str:
    try:
        from branchlab.faults import error_of

        known: BranchlabError = error_of(error)
    except ImportError:  # half of branchlab is gone: an upgrade in the middle, an environment that was mixed
        remedy = "install it again, then branchlab hooks install"
        return f"branchlab: error: {event}: branchlab cannot be loaded. hint: {remedy}"
    hint = f". hint: {known.hint}" if known.hint else ""
    what = known.message.replace("\n", "\nbranchlab: ")
    return f"branchlab: error: {event}: {what}{hint}"
