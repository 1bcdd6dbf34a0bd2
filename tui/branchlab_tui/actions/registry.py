"""Finds the actions of a screen: its own, those about experiments, and those that work everywhere."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from branchlab_tui.actions.everywhere import EVERYWHERE
from branchlab_tui.actions.experiments import EXPERIMENTS

if TYPE_CHECKING:
    from branchlab_tui.actions.action import Action


def own_actions(view: str) -> tuple[Action, ...]:
    """Returns the actions that only this view has."""
    # Only the open view is loaded: the first frame waits for every import.
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


def find_action(name: str) -> Action | None:
    """Returns the action about experiments, or the one that works everywhere, with this id."""
    return next((action for action in (*EXPERIMENTS, *EVERYWHERE) if action.id == name), None)
