"""`python -P …/branchlab_hooks/__main__.py EVENT ARGUMENT…`: what the hook files start."""

from __future__ import annotations

import gc
import os
import sys
import typing

from branchlab_hooks.dispatch import read_input, run_event

_NOTHING_FOREIGN = ("pre-commit", "prepare-commit-msg")


def _spare_annotations() -> None:
    """Lets each NamedTuple take its annotations as they are written.

    Up to Python 3.13, typing compiles every one of them when a class is made, which is a quarter of the time of all our
    imports. Nobody in this process asks for them; where typing works otherwise, nothing changes.
    """
    if hasattr(typing, "_type_check"):
        setattr(typing, "_type_check", lambda annotation, *_rest, **_options: annotation)  # noqa: B010 - not in its stubs


def main() -> None:
    """Runs one hook and ends the process.

    A hook lives for a moment: to collect garbage and to take the interpreter down would be a fifth of its time.
    """
    gc.disable()
    event, *arguments = sys.argv[1:] or [""]
    if event in _NOTHING_FOREIGN:
        _spare_annotations()
    code = run_event(event, arguments, read_input(event))
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            continue
    os._exit(code)


if __name__ == "__main__":
    main()
