"""Reads the experiment that is shown, and follows it while it lives and when it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.worker import get_current_worker

from branchlab_tui.leaving import when_drawn
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.screens.experiment.live_run import LiveRun
from branchlab_tui.screens.experiment.messages import PartRead, PulseFelt
from branchlab_tui.screens.experiment.order import neighbour, place_in, table_order
from branchlab_tui.screens.experiment.panes import Panes
from branchlab_tui.screens.experiment.reading import is_same, measured_again, read_parts
from branchlab_tui.screens.experiment.shown import Shown

if TYPE_CHECKING:
    from branchlab.experiment import Experiment
    from branchlab_tui.model.snapshot import Snapshot

_PATIENCE = 0.12  # seconds in which another experiment is usually read
_PAUSE = 1.0  # seconds between two looks at a run that goes on


class Following(Panes):
    """Knows which experiment is shown, and what is new about it."""

    _live: LiveRun | None = None
    _looking: LiveRun | None = None  # whose look is under way
    _order: tuple[str, ...] = ()

    def on_mount(self) -> None:
        """Opens the experiment that the view was asked for."""
        self._open(self.keys[0] if self.keys else "")
        self._find_order()
        self.set_interval(_PAUSE, self._tick)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The one experiment."""
        return (self.shown.key,) if self.shown else ()

    def show_keys(self, keys: tuple[str, ...]) -> None:
        """Shows another experiment; of several the first, the others follow on `]`."""
        super().show_keys(keys)
        self._open(keys[0] if keys else "")
        self._find_order()

    def _open(self, key: str) -> None:
        """Begins to show an experiment, with what is known of it at once."""
        one = self.snapshot.find(key) if key else None
        begun, self.shown = self.shown is not None, None
        self.gone, self._live = "", None
        if one is not None:
            self.shown = Shown(key, one, self.snapshot.workspace.settings, baseline=self._baseline())
            self._read(one)
        self.place = place_in(self._order, key)
        self.is_another = True
        if begun and one is not None:  # what was there stays for a moment, rather than to make way for a blank
            self.show_strip()
            self.set_timer(_PATIENCE, self.show_all)
        else:
            self.show_all()
        when_drawn(self, self.focus_main)

    def _baseline(self) -> Experiment | None:
        chosen = self.snapshot.find(self.state.baseline) if self.state.baseline else None
        return chosen or self.snapshot.baseline

    def _read(self, one: Experiment) -> None:
        """Reads all parts in a thread; of a run that goes on, then looks at it again and again."""
        library, baseline = self.library, self._baseline()
        chosen = self.snapshot.find(self.state.baseline) if self.state.baseline else None
        self._live = LiveRun(library, one) if one.status == "running" else None

        def read() -> None:
            worker = get_current_worker()
            for found in read_parts(library, one, chosen, baseline):
                # `exclusive` only marks an older thread, so it looks itself whether it is still wanted.
                if worker.is_cancelled:
                    return
                self.post_message(PartRead(one, found))

        name = f"everything about {one.name}"
        self.run_worker(read, thread=True, exclusive=True, group="parts", name=name, exit_on_error=False)
        self._tick()

    def on_part_read(self, message: PartRead) -> None:
        """Shows a part that was read."""
        shown = self.shown
        # A message that was under way when another experiment was opened, or before this one got a newer commit.
        if shown is None or row_key(message.one) != shown.key or message.one.commit != shown.one.commit:
            return
        found: dict[str, Any] = dict(message.found)
        # A part that was read now has no problem any more; those of other parts stay.
        problems = {part: problem for part, problem in shown.problems.items() if part not in found}
        found["problems"] = {**problems, **found.get("problems", {})}
        if shown.pulse is not None:  # what was read when it began is older than what was seen since
            found = {part: value for part, value in found.items() if part not in ("exhibit", "curves", "resources")}
        self.shown = shown._replace(**found)
        self.show_all()

    def _tick(self) -> None:
        live = self._live
        if live is None or live is self._looking or not self.is_current:
            return
        # A look may take longer than the pause. To begin another one would cancel it, and what it read would be lost:
        # the next look reads on from there.
        self._looking = live

        def look() -> None:
            felt = live.look()
            if not get_current_worker().is_cancelled:
                self.post_message(PulseFelt(live.one, felt))

        name = f"the run {live.one.run}"
        self.run_worker(look, thread=True, exclusive=True, group="pulse", name=name, exit_on_error=False)

    def reading_failed(self, group: str, why: str) -> None:  # noqa: ARG002 - it is said already
        """Lets the next look at a run begin."""
        if group == "pulse":
            self._looking = None

    def on_pulse_felt(self, message: PulseFelt) -> None:
        """Shows how a run stands, and what it logged since."""
        shown, felt = self.shown, message.felt
        # By identity: `_open` and `_read` make another `LiveRun`, whose looks alone count.
        if shown is None or self._live is None or message.one is not self._live.one:
            return
        self._looking = None
        shown = shown._replace(pulse=felt.pulse)
        if felt.exhibit is not None:
            # Git is not asked again: code and parameters of a run do not change while it goes on.
            again = measured_again(shown.difference, felt.exhibit, shown.settings)
            shown = shown._replace(exhibit=felt.exhibit, curves=felt.curves, difference=again)
        if felt.resources is not None:
            shown = shown._replace(resources=felt.resources)
        self.shown = shown
        if felt.exhibit is None and felt.resources is None:
            self.show_strip()
        else:
            self.show_all()

    def snapshot_changed(self, before: Snapshot) -> None:
        """Shows what is new of the experiment, and what became of it."""
        if before.layout != self.snapshot.layout or self.snapshot.complete is not before.complete:
            self._find_order()
        shown = self.shown
        if shown is None:
            # It was asked for before the older experiments were read.
            if self.keys and self.snapshot.find(self.keys[0]):
                self._open(self.keys[0])
            return
        one = self.snapshot.find(shown.key)
        if one is None:
            self._is_gone(shown)
        elif one is not shown.one or self.gone or not _is_row(self._baseline(), shown.baseline):
            self._is_newer(shown, one)

    def _is_gone(self, shown: Shown) -> None:
        became = self.snapshot.follow(shown.key)
        if became is not None:
            self.keys = tuple(row_key(became) if key == shown.key else key for key in self.keys)
            self._open(row_key(became))
            return
        self._live = None
        # What was shown stays in sight: one may have been in the middle of reading it.
        self.gone = "not there any more: archived, renamed or removed"
        self.show_strip()

    def _is_newer(self, shown: Shown, one: Experiment) -> None:
        """Takes the newer row; reads its parts again unless it goes on as before."""
        self.gone = ""
        goes_on = one.status == shown.one.status == "running" and self._live is not None
        baseline = self._baseline()
        other = not _is_row(baseline, shown.baseline)
        self.shown = shown._replace(one=one, baseline=baseline, pulse=shown.pulse if goes_on else None)
        if not goes_on or other:
            self._read(one)
            self.show_all()  # else a look at the run brings all that is new

    def _find_order(self) -> None:
        if len(self.keys) > 1:
            self._take_order(self.keys)
            return
        snapshot, state = self.snapshot, self.state

        def find() -> None:
            order = table_order(snapshot, state)
            self.app.call_from_thread(self._take_order, order)

        name = "the order of the table"
        self.run_worker(find, thread=True, exclusive=True, group="order", name=name, exit_on_error=False)

    def _take_order(self, order: tuple[str, ...]) -> None:
        self._order = order
        self.place = place_in(order, self.shown.key) if self.shown else ""
        self.show_strip()

    def step(self, steps: int) -> None:
        """Shows the experiment so many places further on."""
        if self.shown is None:
            return
        key = neighbour(self._order, self.shown.key, steps)
        if key != self.shown.key:
            # Of several that were chosen the keys stay, for `]` goes through these.
            if len(self.keys) <= 1:
                self.keys = (key,)
            self._open(key)


def _is_row(one: Experiment | None, other: Experiment | None) -> bool:
    """Tells whether two rows are of the same commit, or both are missing."""
    return one is other or (one is not None and is_same(one, other))
