"""Finds the actions of a screen: its own, those about experiments, and those that work everywhere."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from branchlab_tui.actions.everywhere import EVERYWHERE
from branchlab_tui.actions.experiments import EXPERIMENTS
from branchlab_tui.model.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab_tui.actions.action import Action


def own_actions(view: str) -> tuple[Action, ...]:
    """Returns the actions that only this view has."""
    found: tuple[Action, ...] = import_module(f"branchlab_tui.screens.{view}.keys").KEYS
    return found


def actions_of(view: str) -> tuple[Action, ...]:
    """Returns everything that can be done in a view, its own actions first; a view's own key wins over a shared one."""
    own = own_actions(view)
    taken = {key for action in own for key in action.keys}
    shared = [
        action._replace(keys=tuple(key for key in action.keys if key not in taken))
        for action in (*EXPERIMENTS, *EVERYWHERE)
    ]
    return (*own, *shared)


def all_actions() -> Iterator[tuple[str, Action]]:
    """Yields each action once with the view it belongs to, "" for those of several."""
    for view in VIEWS:
        yield from ((view.id, action) for action in own_actions(view.id))
    yield from (("", action) for action in (*EXPERIMENTS, *EVERYWHERE))


def find_action(name: str) -> Action | None:
    """Returns the action about experiments, or the one that works everywhere, with this id."""
    return next((action for action in (*EXPERIMENTS, *EVERYWHERE) if action.id == name), None)
