"""Sets the hooks of a repository up and takes them down, and says in words what that did."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from branchlab.text import safe_text
from branchlab_hooks.events import EVENTS
from branchlab_hooks.install import Change, install_files, uninstall_files
from branchlab_hooks.places import find_place
from branchlab_hooks.script import events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository
    from branchlab.project import Settings
    from branchlab.workspace import Workspace
    from branchlab_hooks.places import Place

_STRICT = "reference-transaction"


class Outcome(NamedTuple):
    """What was done, one sentence each, and what could not be, with the remedy."""

    done: list[str]
    problems: list[str]


def install(workspace: Workspace) -> Outcome:
    """Installs the hooks that the settings ask for; safe to repeat.

    Raises:
        BranchlabError: when the folder of hooks cannot be used.
        OSError: when it cannot be written.
    """
    place = find_place(workspace.repository)
    wanted = wanted_events(workspace.settings)
    surplus = uninstall_files(place, [event for event in EVENTS if event not in wanted])
    return _told(workspace.repository, place, [*install_files(place, wanted), *surplus])


def uninstall(repository: Repository) -> Outcome:
    """Removes every hook of ours and puts back what was there before; safe to repeat.

    Raises:
        OSError: when the folder of hooks cannot be written.
    """
    place = find_place(repository)
    return _told(repository, place, uninstall_files(place, EVENTS))


def wanted_events(settings: Settings) -> tuple[str, ...]:
    """Returns the hooks to install: the one that sees each reference only where names are strict, as it costs."""
    return tuple(event for event in events() if event != _STRICT or settings.naming.strict)


def shown_path(repository: Repository, path: str) -> str:
    """Returns a path as a person writes it: from the top of the repository where it lies there."""
    top = f"{repository.top}/"
    return safe_text(path.removeprefix(top))


def _told(repository: Repository, place: Place, changes: Sequence[Change]) -> Outcome:
    folder = shown_path(repository, place.folder)
    done = []
    for what in ("installed", "updated", "removed"):
        names = [change.event for change in changes if change.what == what]
        if names:
            done.append(f"{what} {', '.join(names)} in {folder}")
    for change in changes:
        beside = shown_path(repository, change.beside)
        if change.what == "installed" and change.beside:
            done.append(f"{change.event}: the hook that was there runs first ({os.path.basename(beside)})")
        elif change.what == "removed" and change.beside:
            done.append(f"{change.event}: what was there before is back")
    problems = [_edited(change, shown_path(repository, change.beside)) for change in changes if change.what == "kept"]
    return Outcome(done, problems)


def _edited(change: Change, path: str) -> str:
    return (
        f"{path} was changed by hand since branchlab wrote it, so it stays as it is. hint: put your lines into"
        f" {change.event}.before-branchlab beside it, which runs first, and remove it"
    )
