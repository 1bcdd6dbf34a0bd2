"""A key of a widget. Free of Textual, so that help and documents can list it."""

from __future__ import annotations

from branchlab.tuples import NamedTuple


class Key(NamedTuple):
    """Keys that do one thing: the id for a keymap, the keys as Textual names them, the action, and what it does."""

    id: str
    keys: str
    action: str
    description: str
