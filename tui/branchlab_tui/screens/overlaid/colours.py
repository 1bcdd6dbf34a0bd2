"""The colours of experiments, the same in every view of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from branchlab_tui.drawing.palette import Colours

if TYPE_CHECKING:
    from textual.app import App

# By program: tests run many in one process, and one that ended must not keep its colours alive.
_COLOURS: WeakKeyDictionary[App[Any], Colours] = WeakKeyDictionary()


def colours_of(app: App[Any]) -> Colours:
    """Returns the colours that all views of a program share, so that an experiment keeps its own."""
    return _COLOURS.setdefault(app, Colours())
