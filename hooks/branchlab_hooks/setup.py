"""Sets the hooks of a repository up and takes them down, and says in words what that did."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Literal

from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_hooks import drivers
from branchlab_hooks.callers import called_from, line, project_file, tool_at
from branchlab_hooks.config_hooks import SINCE, git_version, install_config, uninstall_config
from branchlab_hooks.events import EVENTS
from branchlab_hooks.install import BEFORE, install_files, uninstall_files
from branchlab_hooks.places import HOOKS_PATH, default_place, find_place, why_off
from branchlab_hooks.script import events

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.git.repository import Repository
    from branchlab.project import Settings
    from branchlab.workspace import Workspace
    from branchlab_hooks.install import Change
    from branchlab_hooks.places import Place

How = Literal["file", "config", "line", "none"]

_STRICT = "reference-transaction"
_BY_NAME = "overcommit"  # its hooks do what their file name says, so they cannot run under another one
_WRITE_ANEW = {"husky", "lefthook", _BY_NAME}  # the pre-commit framework does not: it runs the hook it finds


class Outcome(NamedTuple):
    """What was done, one sentence each, and what could not be, each with its remedy.

    Attributes:
        done: what changed.
        notes: what to know about it.
        problems: pairs of what is wrong and what to do.
    """

    done: list[str]
    notes: list[str]
    problems: list[tuple[str, str]]


def install(workspace: Workspace, version: tuple[int, int] | None = None) -> Outcome:
    """Installs the hooks that the settings ask for; safe to repeat.

    Args:
        workspace: the project.
        version: git's, when it is known.

    Raises:
        EnvironmentProblemError: when git's configuration or the folder of hooks cannot be written.
    """
    repository = workspace.repository
    place = find_place(repository)
    wanted = wanted_events(workspace.settings)
    ways = choose(repository, place, wanted, version or git_version(repository))
    chosen = {way: [event for event in wanted if ways[event] == way] for way in ("file", "config", "line", "none")}
    changes = [
        # Taken away first: an event that is both a file and in the configuration would run twice.
        *uninstall_files(place, [event for event in EVENTS if event not in chosen["file"]]),
        *uninstall_config(repository, [event for event in EVENTS if event not in chosen["config"]]),
        *(install_files(place, chosen["file"]) if chosen["file"] else []),
        *install_config(repository, chosen["config"]),
    ]
    outcome = _told(repository, place, changes)
    outcome.done.extend(install_drivers(repository).done)
    if chosen["file"]:
        outcome.notes.extend(_generated(repository, place, chosen["file"]))
    if chosen["none"]:
        outcome.problems.append(_refused(repository, place, chosen["none"]))
    return outcome


def install_drivers(repository: Repository) -> Outcome:
    """Tells git how to merge and show records; safe to repeat. Raises `GitError` when it cannot be told."""
    done = ["told git how to merge and show records"] if drivers.configure(repository) else []
    return Outcome(done, [], [])


def uninstall(repository: Repository) -> Outcome:
    """Removes every hook of ours and puts back what was there before; safe to repeat.

    Raises:
        EnvironmentProblemError: when git's configuration or the folder of hooks cannot be written.
    """
    place = find_place(repository)
    # Both: files of an install from before core.hooksPath was set lie in the usual one.
    folders = {os.path.realpath(each.folder): each for each in (place, default_place(repository)) if each.kind != "off"}
    changes = [change for each in folders.values() for change in uninstall_files(each, EVENTS)]
    outcome = _told(repository, place, [*changes, *uninstall_config(repository, EVENTS)])
    if drivers.unconfigure(repository):
        outcome.done.append("git merges and shows records as plain text again")
    lines = {called_from(repository, place, event) for event in events()} - {""}
    outcome.notes.extend(f"{shown_path(repository, path)} still calls branchlab; that line is yours" for path in lines)
    return outcome


def wanted_events(settings: Settings) -> tuple[str, ...]:
    """Returns the hooks to install: the one that sees each reference only where names are strict, as it costs."""
    return tuple(event for event in events() if event != _STRICT or settings.naming.strict)


def choose(repository: Repository, place: Place, wanted: Sequence[str], version: tuple[int, int]) -> Mapping[str, How]:
    """Decides how git is to come to each hook.

    A file in the folder of hooks where that is ours to write to, as every git runs it, and after the other hooks of the
    event; git's configuration elsewhere, where git reads it there. A line of the project that calls the hook is enough.
    """
    if place.kind == "off":
        return dict.fromkeys(wanted, "none")
    tools = {tool_at(place, event) for event in wanted}
    written_anew = place.kind == "generated" or bool(tools & _WRITE_ANEW)
    if place.kind == "own" and not written_anew and _writable(place.folder):
        way: How = "file"
    elif version >= SINCE:
        way = "config"
    else:
        # Better than nothing until the tool writes the folder anew, which `_generated` warns of.
        way = "file" if place.kind in ("own", "generated") and _BY_NAME not in tools else "none"
    return {event: "line" if called_from(repository, place, event) else way for event in wanted}


def shown_path(repository: Repository, path: str) -> str:
    """Returns a path as a person writes it: from the top of the repository where it lies there."""
    return safe_text(path.removeprefix(f"{repository.top}/"))


def _writable(folder: str) -> bool:
    return not os.path.isdir(folder) or os.access(folder, os.W_OK)


def _told(repository: Repository, place: Place, changes: Sequence[Change]) -> Outcome:
    folder = shown_path(repository, place.folder)
    outcome = Outcome([], [], [])
    for what in ("installed", "updated", "removed"):
        for where in ("file", "config"):
            names = [change.event for change in changes if (change.what, change.where) == (what, where)]
            at = f"in {folder}" if where == "file" else "in git's configuration"
            if names:
                outcome.done.append(f"{what} {', '.join(names)} {at}")
    first = [change.event for change in changes if change.what == "installed" and change.beside]
    if first:
        outcome.notes.append(f"{', '.join(first)}: what was there runs first, as {first[0]}{BEFORE} beside it")
    back = [change.event for change in changes if change.what == "removed" and change.beside]
    if back:
        outcome.notes.append(f"{', '.join(back)}: what was there before is back")
    left = [shown_path(repository, change.beside) for change in changes if change.what == "left"]
    outcome.notes.extend(f"{path} stays: another hook has taken its place since" for path in left)
    kept = [change for change in changes if change.what == "kept"]
    outcome.problems.extend(edited(change.event, shown_path(repository, change.beside)) for change in kept)
    return outcome


def edited(event: str, path: str) -> tuple[str, str]:
    """Returns what to say of a hook file of ours that somebody changed, and the remedy."""
    return (
        f"{path} was changed by hand since branchlab wrote it, so it stays as it is",
        f"put your lines into an executable {event}.before-branchlab beside it, which runs first, and remove this one",
    )


def _generated(repository: Repository, place: Place, wanted: Sequence[str]) -> list[str]:
    tool = next((name for event in wanted if (name := tool_at(place, event)) in _WRITE_ANEW), "")
    if not tool and place.kind != "generated":
        return []
    where = shown_path(repository, project_file(place, wanted[0])) if tool != "lefthook" else "lefthook.yml"
    folder = shown_path(repository, place.folder)
    anew = f"{tool or 'a tool'} writes {folder} anew at times: branchlab hooks install again after that"
    alike = f", and {', '.join(wanted[1:])} alike" if len(wanted) > 1 else ""
    return [f"{anew}, or, to make it last, let {where} call: {line(wanted[0], tool)}{alike}"]


def _refused(repository: Repository, place: Place, missing: Sequence[str]) -> tuple[str, str]:
    folder = shown_path(repository, place.folder)
    if place.kind == "off":
        return why_off(place)
    upgrade = "use git 2.54 or newer, which has hooks beside such files"
    if place.kind == "own":
        return (
            f"the hooks in {folder} are those of {_BY_NAME}, which go by the names of their files",
            f"let .overcommit.yml call {line(missing[0])}, and the others alike, or {upgrade}",
        )
    calls = "".join(f"\n    {shown_path(repository, place.path(event))}:  {line(event)}" for event in missing)
    if place.kind == "tracked":
        return (
            f"{HOOKS_PATH} is {folder}, which is part of the project, so branchlab writes nothing there{calls}",
            f"add these lines, or {upgrade}",
        )
    own = safe_text(shlex.quote(default_place(repository).folder))
    return (
        f"{HOOKS_PATH} is {folder} (in the {place.scope} configuration), which serves other repositories too{calls}",
        f"add these lines there, or {upgrade}, or leave that folder: git config {HOOKS_PATH} {own}",
    )
