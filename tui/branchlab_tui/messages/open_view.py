"""Asks the program to show experiments in another view."""

from __future__ import annotations

from textual.message import Message


class OpenView(Message):
    """Posted by a screen: show these experiments in that view.

    Args:
        view: id of the view.
        keys: row keys; none for the subjects of the screen that asks.
        place: what to show first there, such as the path of a file.
        over: come back from there to the screen that asks, instead of to what was before it.
    """

    def __init__(self, view: str, keys: tuple[str, ...] = (), *, place: str = "", over: bool = False) -> None:
        super().__init__()
        self.view = view
        self.keys = keys
        self.place = place
        self.over = over
