"""The cursor went to another place in a patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget


class PlaceChanged(Message):
    """Says that the cursor stands in another file.

    Attributes:
        file: place of the file in the patch.
        view: which view.
    """

    def __init__(self, file: int, view: Widget) -> None:
        super().__init__()
        self.file = file
        self.view = view

    @property
    def control(self) -> Widget:
        """The view, for `@on` with a selector."""
        return self.view
