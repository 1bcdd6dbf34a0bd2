"""Runs a hook that git did not start itself: from a hook file of the project, or a tool that manages hooks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import UsageError
from branchlab.text import safe_text
from branchlab_hooks.dispatch import read_input, run_event
from branchlab_hooks.script import events, render

if TYPE_CHECKING:
    from collections.abc import Sequence


def run_hook(event: str, arguments: Sequence[str]) -> None:
    """Becomes the hook, without what was there before it; does not return.

    Raises:
        UsageError: when there is no such hook.
    """
    _refuse_unknown(event)
    script = os.fsdecode(render(event))
    os.execvp("sh", ["sh", "-c", script, f"branchlab-{event}", *arguments])  # noqa: S606 - our own text, no other


def run_module(event: str, arguments: Sequence[str]) -> int:
    """Runs only the part in Python, for a hook file whose own Python is gone; returns the exit code.

    Raises:
        UsageError: when there is no such hook.
    """
    _refuse_unknown(event)
    return run_event(event, arguments, read_input(event))


def _refuse_unknown(event: str) -> None:
    if event not in events():
        raise UsageError(f"there is no hook {safe_text(event)}", f"branchlab has {', '.join(events())}")
