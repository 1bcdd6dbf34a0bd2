"""Keys wait until the one before has done its work, so that what is typed ahead goes where the eye already is.

Textual hands a key to the widget that has the focus when it arrives. On a slow line keys come in bursts: of `n` and a
name the letters would all be commands of the table, and some of them delete.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App

from branchlab_tui.messages.key_passed import KeyPassed

if TYPE_CHECKING:
    from textual.await_complete import AwaitComplete
    from textual.screen import Screen
    from textual.timer import Timer

_LONGEST = 1.0  # seconds that a key may hold back the next


class TypeAhead(App[int]):
    """An app that handles one key after the other."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._limit: Timer | None = None
        self._from: Screen[object] | None = None

    async def on_event(self, event: events.Event) -> None:
        """Lets a key pass, or has it wait."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
        elif self._limit is not None:  # a key is at work
            self._waiting.append(event)
        else:
            await self._pass(event)

    async def on_type_ahead_key_passed(self, message: KeyPassed) -> None:
        """Goes on with the next key once the screen that this one opened can take it."""
        message.stop()
        if not message.last:
            (self.focused or self.screen).post_message(KeyPassed(last=True))  # behind what the key made widgets post
        elif self.screen is self._from:
            await self._next()
        else:
            self.screen.call_after_refresh(self._next)

    def pop_screen(self) -> AwaitComplete:
        """Takes the screen on top away."""
        popped = super().pop_screen()
        self._go_on_from_here()
        return popped

    def switch_screen(self, screen: Screen[Any] | str) -> AwaitComplete:
        """Puts another screen in the place of the one on top."""
        switched = super().switch_screen(screen)
        self._go_on_from_here()
        return switched

    def _go_on_from_here(self) -> None:
        """Waits for the screen that is on top now: word that a key has passed may be lost with the one before."""
        if self._limit is not None:
            self.screen.call_after_refresh(self._next, self._limit)

    async def _pass(self, event: events.Key | events.Paste) -> None:
        self._from = self.screen
        self._limit = self.set_timer(_LONGEST, self._next)
        target = self.focused or self.screen
        await super().on_event(event)
        target.post_message(KeyPassed(last=False))

    async def _next(self, waited_for: Timer | None = None) -> None:
        if self._limit is None or waited_for not in (None, self._limit):
            return
        self._limit.stop()
        self._limit = None
        if self._waiting:
            await self._pass(self._waiting.popleft())
