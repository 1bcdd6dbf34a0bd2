"""Tells which hook runs from where, and what would block it."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from typing import TYPE_CHECKING

from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_hooks import drivers
from branchlab_hooks.callers import called_from, line, tool_at
from branchlab_hooks.config_hooks import SINCE, Configured, configured, git_version
from branchlab_hooks.events import EVENTS, SKIP_VARIABLE
from branchlab_hooks.install import BEFORE, PAUSED, own_file
from branchlab_hooks.names import accepted_file
from branchlab_hooks.places import HOOKS_PATH, default_place, find_place, why_off
from branchlab_hooks.script import Script, read_hook, recognise, render
from branchlab_hooks.setup import edited, shown_path, wanted_events

if TYPE_CHECKING:
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace
    from branchlab_hooks.drivers import DriverState
    from branchlab_hooks.places import Place

FINISHING = ("prepare-commit-msg", "commit-msg", "post-commit")
_REINSTALL = "branchlab hooks install"


class HookState(NamedTuple):
    """One hook.

    Attributes:
        event: its name.
        how: `file`, `config` (git's configuration), `line` (a hook of the project calls it), or "" when it is nowhere.
        path: the file that runs.
        before: the hook that was there before and runs first; with `by`, empty.
        by: the tool that runs ours, or wrote the file that calls it.
        interpreter: the Python that it starts.
        problem: what keeps it from running, or from running as it should; empty when it is ready.
        remedy: what to do about it.
    """

    event: str
    how: str = ""
    path: str = ""
    before: str = ""
    by: str = ""
    interpreter: str = ""
    problem: str = ""
    remedy: str = ""


class Status(NamedTuple):
    """The hooks of a repository as they stand.

    Attributes:
        place: the folder in which git looks for hook files.
        hooks: one state for each hook that should be there.
        drivers: whether git merges and shows records by key.
        accepted: names of branches that need no check, in this working tree.
        problems: pairs of what concerns all hooks, and the remedy.
    """

    place: Place
    hooks: list[HookState]
    drivers: DriverState
    accepted: int
    problems: list[tuple[str, str]]

    @property
    def ready(self) -> bool:
        """Whether everything will run."""
        return not self.problems and self.drivers.ok and not any(hook.problem for hook in self.hooks)


def read_status(workspace: Workspace) -> Status:
    """Looks at the hooks of a repository; changes nothing.

    Raises:
        BranchlabError: when git's configuration cannot be read.
    """
    repository = workspace.repository
    place = find_place(repository)
    wanted = wanted_events(workspace.settings)
    in_config = configured(repository, EVENTS)
    hooks = [_hook(repository, place, event, in_config.get(event)) for event in wanted]
    surplus = [_surplus(place, event, in_config.get(event)) for event in EVENTS if event not in wanted]
    return Status(
        place=place,
        hooks=[*hooks, *filter(None, surplus)],
        drivers=drivers.read_state(repository),
        accepted=_accepted(repository),
        problems=_problems(place, hooks),
    )


def finishes_commits(repository: Repository) -> bool:
    """Tells whether git comes to the hooks that a record needs after `pre-commit`: they name and place it.

    Raises:
        GitError: when git's configuration cannot be read.
    """
    place = find_place(repository)
    in_config = configured(repository, FINISHING)
    # An old or an edited one finishes a commit as well; one that is nowhere does not.
    return all(_hook(repository, place, event, in_config.get(event)).how for event in FINISHING)


def _hook(repository: Repository, place: Place, event: str, in_config: Configured | None) -> HookState:
    caller = called_from(repository, place, event)
    if caller:
        return _called(repository, place, event, caller)
    if in_config:
        return _in_config(repository, event, in_config)
    target = own_file(place.path(event)) if place.kind != "off" else ""
    if not target:
        return _missing(repository, place, event)
    before = place.path(event) + BEFORE
    aside = target not in (place.path(event), place.path(event) + PAUSED)
    by = tool_at(place, event) or "another hook" if aside else ""
    state = HookState(event, "file", target, before if os.path.lexists(before) else "", by)
    return _judged(repository, state, read_hook(target))


def _called(repository: Repository, place: Place, event: str, caller: str) -> HookState:
    state = HookState(event, "line", caller, by=tool_at(place, event) or "the project")
    # husky's own switch; its files then end before they come to the line.
    if state.by == "husky" and os.environ.get("HUSKY") == "0":
        return state._replace(problem="HUSKY=0 switches husky off", remedy="unset HUSKY")
    if not shutil.which("branchlab"):
        return state._replace(problem="there is no branchlab on the PATH", remedy="activate its environment")
    path = place.path(event)
    if not os.path.exists(path):
        return state._replace(problem=f"git finds no hook in {shown_path(repository, path)}", remedy="install the tool")
    blocked = _not_run(path)
    return state._replace(problem=blocked, remedy=_make_executable(repository, path) if blocked else "")


def _in_config(repository: Repository, event: str, said: Configured) -> HookState:
    state = HookState(event, "config", said.path)
    if said.off:
        return state._replace(problem=f"{said.off} switches it off", remedy=f"git config --unset {said.off}")
    if git_version(repository) < SINCE:
        return state._replace(problem="this git is older than 2.54 and does not look there", remedy=_REINSTALL)
    content = read_hook(said.path)
    if not content:
        return state._replace(problem="its file is gone", remedy=_REINSTALL)
    return _judged(repository, state, content)


def _judged(repository: Repository, state: HookState, content: bytes) -> HookState:
    script = recognise(content)
    if script is None:
        return state._replace(problem="its file is damaged", remedy=_REINSTALL)
    problem, remedy = _fault(repository, state, script, content)
    return state._replace(interpreter=script.interpreter, problem=problem, remedy=remedy)


def _fault(repository: Repository, state: HookState, script: Script, content: bytes) -> tuple[str, str]:
    blocked = _not_run(state.path) if state.how == "file" else ""
    if blocked:
        return blocked, _REINSTALL
    if script.edited:
        return edited(state.event, shown_path(repository, state.path))
    if not os.access(script.interpreter, os.X_OK):
        # sh/header.sh then starts `branchlab hooks exec`.
        slower = "; branchlab on the PATH does its work" if shutil.which("branchlab") else ""
        return f"its Python {safe_text(script.interpreter)} is gone{slower}", _REINSTALL
    if content != render(state.event, script.interpreter):
        return "it is of another version of branchlab", _REINSTALL
    blocked = _not_run(state.before) if state.before else ""
    if blocked:
        return f"the hook of before does not run: {blocked}", _make_executable(repository, state.before)
    return "", ""


def _not_run(path: str) -> str:
    """Says why git passes a hook file over, empty when it does not."""
    if os.access(path, os.X_OK):
        return ""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        return f"it cannot be reached: {error.strerror}"
    return "the disk does not let programs run (noexec)" if mode & stat.S_IXUSR else "it is not executable"


def _make_executable(repository: Repository, path: str) -> str:
    return f"chmod +x {shlex.quote(shown_path(repository, path))}, or remove it"


def _missing(repository: Repository, place: Place, event: str) -> HookState:
    if place.kind == "off":
        return HookState(event, problem="git looks for no hook files", remedy=why_off(place)[1])
    other = default_place(repository).path(event)
    if place.folder != os.path.dirname(other) and own_file(other):
        what = f"it lies in {shown_path(repository, other)}, but {HOOKS_PATH} leads elsewhere"
        return HookState(event, problem=what, remedy=_REINSTALL)
    # lefthook renames what it finds to .old, and does not run it.
    if recognise(read_hook(f"{place.path(event)}.old")):
        tool = tool_at(place, event) or "another tool"
        return HookState(event, problem=f"{tool} has put it away", remedy=_REINSTALL)
    # There `branchlab hooks install` writes nothing: docs/design/0014-where-hooks-lie.md.
    by_hand = place.kind in ("tracked", "shared") and git_version(repository) < SINCE
    remedy = f"let {shown_path(repository, place.path(event))} call: {line(event)}" if by_hand else _REINSTALL
    return HookState(event, problem="it is not installed", remedy=remedy)


def _surplus(place: Place, event: str, in_config: Configured | None) -> HookState | None:
    """Returns a hook that runs though the settings do not ask for it."""
    path = in_config.path if in_config else own_file(place.path(event))
    if not path:
        return None
    return HookState(
        event,
        "config" if in_config else "file",
        path,
        problem="the settings do not ask for it any more",
        remedy=_REINSTALL,
    )


def _accepted(repository: Repository) -> int:
    return read_hook(accepted_file(repository.git_dir)).count(b"\n")


def _problems(place: Place, hooks: list[HookState]) -> list[tuple[str, str]]:
    found = [why_off(place)] if place.kind == "off" else []
    if os.environ.get(SKIP_VARIABLE):
        found.append((f"{SKIP_VARIABLE} is set here, so no hook of branchlab does anything", f"unset {SKIP_VARIABLE}"))
    if not hooks:
        found.append(("this installation of branchlab has no hooks", "install it again"))
    return found
