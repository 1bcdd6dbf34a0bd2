"""The user clicked at the tab of a section."""

from __future__ import annotations

from textual.message import Message


class SectionChosen(Message):
    """Asks for a section by its id."""

    def __init__(self, section: str) -> None:
        super().__init__()
        self.section = section
