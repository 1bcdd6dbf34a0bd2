"""The environment of a command that logged none itself: the interpreter it named is asked, after the run."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

from branchlab.running.launch import find_program
from branchlab.tracking import environment
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_PYTHON = re.compile(r"(?:python|pypy)[0-9.]*")
# Also `#!/usr/bin/env -S python3 -u`, which passes more than one word on.
_SHEBANG = re.compile(rb"#![ \t]*(?:\S*/env[ \t]+(?:-S[ \t]+)?)?(\S+)")
_SECONDS = 20.0
_HEAD_BYTES = 512  # a program's first "line" may be megabytes long


class _Script(NamedTuple):
    """An interpreter, and the file it runs, empty when there is none."""

    python: str
    path: str


def probe_environment(command: Sequence[str], folder: str, fallback: str = "") -> dict[str, Any]:
    """Returns what `tracking.environment` returns, seen from the Python that a command runs.

    Packages are those that the script itself imports. A command that is not visibly a Python (a shell script, a
    launcher) gives the platform only.

    Args:
        command: the argument list of the run.
        folder: where it ran.
        fallback: where a program is that `folder` lacks, as for `start_command`.
    """
    script = _find_script(command, folder, fallback)
    found = _ask(script, folder) if script else None
    return found or {"platform": environment.platform_name()}


def _find_script(command: Sequence[str], folder: str, fallback: str) -> _Script | None:
    named = find_program(command[0], folder, fallback) if command else ""
    program = os.path.join(folder, named) if "/" in named else _which(named)
    if not program:
        return None
    if _PYTHON.fullmatch(os.path.basename(program)):
        # `-m package` and `-c code` give a word that is no `.py` file: there the imports are not known.
        path = next((word for word in command[1:] if not word.startswith("-")), "")
        return _Script(program, os.path.join(folder, path) if path.endswith(".py") else "")
    python = _interpreter(program)
    return _Script(python, program) if python else None


def _interpreter(program: str) -> str | None:
    """Returns the Python of a script's first line."""
    try:
        with open(program, "rb") as file:
            first = _SHEBANG.match(file.readline(_HEAD_BYTES))
    except OSError:
        return None
    name = os.fsdecode(first[1]) if first else ""
    return _which(name) if _PYTHON.fullmatch(os.path.basename(name)) else None


def _which(name: str) -> str | None:
    """Returns where a program lies on the PATH."""
    # An empty entry of the PATH means the working directory (POSIX, 8.3).
    paths = (os.path.join(folder or ".", name) for folder in os.get_exec_path()) if name else ()
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), None)


def _ask(script: _Script, folder: str) -> dict[str, Any] | None:
    """Runs the module of the tracking API as a program; it needs nothing of branchlab."""
    try:
        answer = subprocess.run(
            [script.python, environment.__file__, script.path],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=True,
        ).stdout
        found = json.loads(answer)
    # An interpreter too old for our module, or one that is gone, must not cost the record.
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return found if isinstance(found, dict) else None
