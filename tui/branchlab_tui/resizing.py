"""Screens that follow the size of the terminal, however fast it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Resize
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from textual.events import Event


class NewestSize(MessagePump):
    """Lays a screen out for the size that the terminal has, not for those that it had before.

    Textual lays a screen out for each size that it is told, and tells it itself when that is another than before. Two
    sizes that wait in the queue with something between them, as while a window is drawn larger on a busy machine, so
    bring each other back for ever, and no key is heard any more.
    """

    async def on_event(self, event: Event) -> None:
        """Leaves out a size that is out of date; the newest is on its way then."""
        if not isinstance(event, Resize) or event.size == self.app.size:
            await super().on_event(event)
