"""How the state of the hooks is told: as text for people, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.text import safe_text
from branchlab_hooks.setup import shown_path

if TYPE_CHECKING:
    from branchlab.git.repository import Repository
    from branchlab_hooks.status import HookState, Status

_KINDS = {
    "own": "",
    "generated": ", which a tool writes",
    "tracked": ", which is part of the project",
    "shared": ", which serves other repositories too",
    "off": ", which is no folder",
}


def as_text(repository: Repository, status: Status) -> str:
    """Returns a line for each hook, below it what is wrong and what to do; then what concerns them all."""
    place = status.place
    scope = f" (core.hooksPath in the {place.scope} configuration)" if place.scope else ""
    lines = [f"git looks for hooks in {shown_path(repository, place.folder)}{scope}{_KINDS[place.kind]}"]
    width = max((len(hook.event) for hook in status.hooks), default=0)
    for hook in status.hooks:
        mark = "!" if hook.problem else "●"
        # Nothing stands behind the name of a hook that is nowhere.
        lines.append(f"{mark} {hook.event:<{width}}  {_where(repository, hook)}".rstrip())
        if hook.problem:
            lines.append(f"    {hook.problem}. hint: {safe_text(hook.remedy)}")
    drivers = "set up" if status.drivers.ok else f"{status.drivers.problem}. hint: branchlab hooks install"
    lines.append(f"{'●' if status.drivers.ok else '!'} merge and diff drivers: {drivers}")
    lines.extend(f"! {what}. hint: {remedy}" for what, remedy in status.problems)
    if status.accepted:
        lines.append(f"names accepted before, which need no check: {status.accepted}")
    return "\n".join(lines)


def _where(repository: Repository, hook: HookState) -> str:
    path = shown_path(repository, hook.path)
    if hook.how == "line":
        return f"called by {path}"
    if hook.how == "config":
        return f"{path}, through git's configuration"
    before = f", after {shown_path(repository, hook.before)}" if hook.before else ""
    by = f", started by {hook.by}" if hook.by else ""
    return f"{path}{by}{before}"


def as_json(status: Status) -> dict[str, Any]:
    """Returns all of it as plain values; `state` of a hook is `ready`, `missing` or `problem`."""
    place = status.place
    return {
        "ready": status.ready,
        "folder": place.folder,
        "kind": place.kind,
        "scope": place.scope,
        "hooks": [{"state": _state(hook), **hook._asdict()} for hook in status.hooks],
        "drivers": status.drivers._asdict(),
        "accepted": status.accepted,
        "problems": [{"what": what, "remedy": remedy} for what, remedy in status.problems],
    }


def _state(hook: HookState) -> str:
    if not hook.problem:
        return "ready"
    return "problem" if hook.how else "missing"
