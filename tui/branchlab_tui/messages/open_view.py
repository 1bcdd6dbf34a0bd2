"""Asks the program to show experiments in another view."""

from __future__ import annotations

from textual.message import Message


class OpenView(Message):
    """Posted by a screen: show these experiments in that view."""

    def __init__(self, view: str, keys: tuple[str, ...] = ()) -> None:
        """Takes the id of a view and row keys; none for the subjects of the screen that asks."""
        super().__init__()
        self.view = view
        self.keys = keys
