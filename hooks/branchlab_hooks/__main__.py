"""`python -P …/branchlab_hooks/__main__.py EVENT ARGUMENT…`: what the hook files start."""

from __future__ import annotations

import gc
import os
import sys

from branchlab_hooks.dispatch import read_input, run_event


def main() -> None:
    """Runs one hook and ends the process.

    A hook lives for a moment: to collect garbage and to take the interpreter down would be a fifth of its time.
    """
    gc.disable()
    event, *arguments = sys.argv[1:] or [""]
    code = run_event(event, arguments, read_input(event))
    # os._exit flushes nothing, and a pipe that nobody reads any more is no error of the hook.
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            continue
    os._exit(code)


if __name__ == "__main__":
    main()
