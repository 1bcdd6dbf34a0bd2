"""Lets live rows grow older where they stand, and puts them in order once nobody works with the table."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from branchlab_tui.screens.experiments import showing

if TYPE_CHECKING:
    from textual.timer import Timer

    from branchlab_tui.model.snapshot import Snapshot

_JUDGED_FOR = 15.0  # seconds for which best values are not looked for again while runs go on
_MINUTE = 60.0
TICK = 1.0  # seconds between two looks at a clock


class Ageing(showing.Showing):
    """The table as time goes on."""

    _resort: Timer | None = None
    _ticks: Timer | None = None

    def on_mount(self) -> None:
        """Begins to look at the clock."""
        self._ticks = self.set_interval(TICK, self._tick, pause=True)
        self.set_interval(_MINUTE, self._grow_older)
        self._follow_clock()

    def snapshot_changed(self, before: Snapshot) -> None:
        """Shows what is new; rows that it left in a wrong order are put right later."""
        super().snapshot_changed(before)
        if self.arrangement.outdated:
            self._resort_later()
        self._follow_clock()

    def _grow_older(self) -> None:
        """Lets the ages of all rows go on."""
        self.arrangement.tick(time.time())
        self.table.update(self._rows)

    def _resort_later(self) -> None:
        if self._resort is None:
            self._resort = self.set_timer(showing.IDLE, self._resort_now)

    def _resort_now(self) -> None:
        """Puts live rows where they belong, unless somebody pressed a key in between."""
        self._resort = None
        if self.is_in_hand:
            self._resort_later()
        elif self._must_rearrange():
            self.rearrange()
        elif self.arrangement.outdated:
            self._resort_later()

    def _must_rearrange(self) -> bool:
        """Says whether it is time to put rows in order, to filter them, or to find the best again."""
        arrangement, state = self.arrangement, self.state
        if not arrangement.outdated:
            return False
        found_anew = bool(state.query) or state.front
        since = time.monotonic() - self._arranged_at
        return found_anew or since > _JUDGED_FOR or arrangement.is_stale(self.snapshot, state)

    async def action_sort_again(self) -> None:
        """Reads everything again and puts all rows where they belong."""
        self.rearrange()
        await self.app.run_action("reread")

    def _follow_clock(self) -> None:
        """Lets the clocks of running rows go, or stop where there are none: then not a byte is sent."""
        live = bool(self.snapshot.live) or bool(self._failing_since)
        if self._ticks is not None:
            (self._ticks.resume if live else self._ticks.pause)()

    def _tick(self) -> None:
        # Under a dialog or another view nobody sees the clocks.
        if self.app.screen is not self:
            return
        news = time.monotonic() - self._followed_at < TICK  # then the clocks just went on
        if not news and (keys := self.arrangement.arranged.ticking):
            self.arrangement.tick(time.time())
            self.table.update(self._rows, keys)
        if self._failing_since:
            self.tell()
