"""The user's own editor: which one it is, and how it gets the terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING

from branchlab.faults import error_of
from branchlab_tui.performing.plan import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab_tui.performing.performer import Performer

_USUAL = ("nano", "vim", "vi")  # the first is the one that says how it is left


def editor_command(environment: Mapping[str, str]) -> list[str]:
    """Returns the editor that is set with its arguments, else one that is there; no shell looks at it.

    Raises:
        RefusedError: when none is set and none is there, or what is set cannot be split.
    """
    said = next(filter(None, (environment.get(name, "").strip() for name in ("VISUAL", "EDITOR"))), "")
    try:
        command = shlex.split(said)
    except ValueError as error:
        raise RefusedError(f"EDITOR cannot be split: {error}", "close the quotes") from None
    if command:
        return command
    found = next(filter(None, (shutil.which(name, path=environment.get("PATH", "")) for name in _USUAL)), None)
    if found is None:
        raise RefusedError("No editor is set", "export EDITOR=vi, then start again")
    return [found]


def open_editor(performer: Performer, command: Sequence[str], hint: str = "") -> bool:
    """Gives the terminal to an editor until it ends; where that is not possible, says so and returns False.

    Args:
        performer: has the terminal.
        command: the editor, its arguments, and the file.
        hint: what to do where there is no terminal; empty names the file.
    """
    from textual.app import SuspendNotSupported

    try:
        # In the thread of the program, on purpose: the terminal is the editor's until it ends.
        with performer.app.suspend():
            subprocess.run(command, cwd=performer.jobs.root, check=False)
    except SuspendNotSupported:
        problem = "There is no terminal here to give to an editor"
        performer.voice.refuse(RefusedError(problem, hint or f"the file is {command[-1]}"))
    except OSError as error:
        performer.voice.refuse(RefusedError(f"{command[0]} cannot be started: {error.strerror}", "set EDITOR"))
    else:
        return True
    return False


def open_copy(performer: Performer, editor: Sequence[str], name: str, content: bytes) -> bool:
    """Opens a copy that nobody can change, and removes it when the editor has ended; returns whether one began."""
    try:
        with tempfile.TemporaryDirectory(prefix="branchlab-") as folder:
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(content)
            os.chmod(path, 0o400)  # so that an editor says at once that nothing can be saved
            return open_editor(performer, [*editor, path], "start branchlab in a terminal")
    except OSError as error:  # no room for the copy
        performer.voice.refuse(error_of(error))
        return False
