"""Hooks in git's configuration (`hook.<name>.command`, git 2.54 and newer), which live beside any hook file.

Git runs them before the hook files, and older versions not at all: a second git on the machine, or one inside an
editor, would check nothing. So they are for repositories whose folder of hooks is not ours to write to.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from branchlab.git.config import read_section, remove_section, write_config
from branchlab.git.process import run_git
from branchlab.tuples import NamedTuple
from branchlab_hooks.install import Change, write_script
from branchlab_hooks.script import read_hook, recognise, render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.git.repository import Repository

SINCE = (2, 54)
_SECTION = "hook"
_FALSE = ("false", "no", "off", "0")
_FOLDER = ("hooks", "run")  # below `branchlab` in the common git directory
# Relative to where git runs hooks, so that the repository can be moved; git puts "$@" behind it.
_COMMAND = (
    'branchlab() {{ h="$(git rev-parse --git-common-dir)/branchlab/hooks/run/{event}";'
    ' if test -f "$h"; then sh "$h" "$@"; fi; }}; branchlab'
)


def git_version(repository: Repository) -> tuple[int, int]:
    """Returns the first two numbers of git's version."""
    said = run_git(["version"], cwd=repository.top).decode(errors="replace")
    found = re.search(r"(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def install_config(repository: Repository, events: Iterable[str]) -> list[Change]:
    """Writes the hooks and tells git of them, for all working trees; safe to repeat.

    Raises:
        GitError: when the configuration cannot be written.
        OSError: when the files cannot be written.
    """
    there = read_section(repository, _SECTION)
    return [_install(repository, event, there) for event in events]


def uninstall_config(repository: Repository, events: Iterable[str]) -> list[Change]:
    """Takes the hooks out of git's configuration; safe to repeat. Raises as `install_config` does."""
    there = read_section(repository, _SECTION)
    return [_uninstall(repository, event, there) for event in events]


class Configured(NamedTuple):
    """What git's configuration says of a hook.

    Attributes:
        path: the file that it lets run; it need not be there.
        off: the key that switches it off, empty when none does.
    """

    path: str
    off: str


def configured(repository: Repository, events: Iterable[str]) -> dict[str, Configured]:
    """Returns the hooks of ours that git's configuration knows; raises `GitError` when it cannot be read."""
    # A hook of the repository can also be switched off in the configuration of the user.
    there = read_section(repository, _SECTION, everywhere=True)
    found = {}
    for event in events:
        if all(there.get(key) == value for key, value in _keys(event).items()):
            switches = (f"hook.{_name(event)}.enabled", f"hook.{event}.enabled")
            off = next((key for key in switches if there.get(key, "").lower() in _FALSE), "")
            found[event] = Configured(_script(repository, event), off)
    return found


def _install(repository: Repository, event: str, there: dict[str, str]) -> Change:
    path = _script(repository, event)
    found, content = read_hook(path), render(event)
    missing = {key: value for key, value in _keys(event).items() if there.get(key) != value}
    # The file before the key: git 2.54 runs the command from the moment that the key is there.
    if found != content:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_script(path, content)
    for key, value in missing.items():
        write_config(repository, key, value)
    if missing:
        return Change(event, "installed", where="config")
    return Change(event, "" if found == content else "updated", where="config")


def _uninstall(repository: Repository, event: str, there: dict[str, str]) -> Change:
    section = f"{_SECTION}.{_name(event)}"
    known = any(key.startswith(f"{section}.") for key in there)
    if known:
        remove_section(repository, section)
    path = _script(repository, event)
    if recognise(read_hook(path)):
        os.unlink(path)
    return Change(event, "removed" if known else "", where="config")


def _keys(event: str) -> dict[str, str]:
    """Returns what git's configuration has to say; the command first, as git refuses to work with an event alone."""
    section = f"{_SECTION}.{_name(event)}"
    return {f"{section}.command": _COMMAND.format(event=event), f"{section}.event": event}


def _name(event: str) -> str:
    return f"branchlab-{event}"


def _script(repository: Repository, event: str) -> str:
    return os.path.join(repository.state_dir, *_FOLDER, event)
