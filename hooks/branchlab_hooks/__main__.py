"""`python -P -m branchlab_hooks EVENT ARGUMENT…`: what the hook files start."""

from __future__ import annotations

import sys

from branchlab_hooks.dispatch import read_input, run_event

if __name__ == "__main__":
    _event, *_arguments = sys.argv[1:] or [""]
    sys.exit(run_event(_event, _arguments, read_input(_event)))
