"""Follows one sweep in a worker and shows what it finds; what the panes hold is filled in by `Plotting`."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from branchlab.report.sweep_trials import no_trial_words
from branchlab_tui.screens.base import View
from branchlab_tui.screens.sweep.building import Built, Wish, build
from branchlab_tui.screens.sweep.chosen import Chosen, choose_sweep, name_of, row_of
from branchlab_tui.screens.sweep.messages import SweepRead
from branchlab_tui.screens.sweep.panes import TABS, Pane, in_sight
from branchlab_tui.screens.sweep.reading import Follower, Looked
from branchlab_tui.widgets.state_panel.state_panel import StatePanel
from branchlab_tui.widgets.status_line.layout import Fact
from branchlab_tui.widgets.status_line.status_line import StatusLine
from branchlab_tui.widgets.tab_bar.tab_bar import TabBar

if TYPE_CHECKING:
    from textual.widget import Widget

    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.screens.sweep.dots import Look

PAUSE = 1.0  # seconds between two looks at least
_REST = 5.0  # times as long as a look took
_NO_SWEEP = (
    "no experiment here is a trial of a sweep",
    "branchlab sweep new  proposes a sweep.toml\nbranchlab sweep run  runs it",
)


class Showing(View):
    """One sweep.

    Attributes:
        chosen: which.
        wish: how it is to be looked at.
        built: what the panes show; None while there is nothing.
        trial: name of the trial that is read.
        current: the pane with the keys.
    """

    chosen = Chosen()
    wish = Wish()
    built: Built | None = None
    trial = ""
    current: Pane = "history"
    zoomed = False
    _looked: Looked | None = None
    _follower: Follower | None = None
    _reading = False
    _again = False
    _read_at = -PAUSE
    _took = 0.0

    def on_mount(self) -> None:
        """Reads what the view was opened for."""
        self.open()

    def on_resize(self) -> None:
        """Puts the panes where there is room for them."""
        self.arrange_panes()

    def show_keys(self, keys: tuple[str, ...]) -> None:
        """Shows the sweep of other experiments."""
        self.keys, self.place = keys, ""
        self.open()

    def show_place(self, place: str) -> None:
        """Shows the sweep with a name."""
        if place:
            self.place = place
            self.open()

    @property
    def look(self) -> Look | None:
        """The trials; None while there are none."""
        return self.built.look if self.built else None

    @property
    def subjects(self) -> tuple[str, ...]:
        """Row key of the trial that is read."""
        trial = self.look.trials.get(self.trial) if self.look else None
        row = row_of(trial, self.snapshot) if trial else ""
        return (row,) if row else ()

    @property
    def nothing(self) -> StatePanel:
        """What stands there when there is nothing to show."""
        return self.query_one("#nothing", StatePanel)

    def open(self) -> None:
        """Finds the sweep that is asked for and begins to follow it."""
        asked = [self.snapshot.find(key) for key in self.keys]
        # Before older experiments are read nobody can say that there is no sweep.
        if not (self.place or any(one and one.sweep for one in asked) or self.snapshot.complete):
            self._say("loading", "reading experiments")
            return
        self.chosen = choose_sweep(self.snapshot, self.state, self.keys, self.place)
        if not self.chosen.name:
            self._follower = None
            self._say("empty", *_NO_SWEEP)
        elif self._follower is None or self._follower.name != self.chosen.name:
            self._follower = Follower(self.snapshot.workspace, self.chosen.name)
            # Metric and axes of one sweep mean nothing in another.
            self._looked, self.trial, self.wish = None, "", Wish()
            self._say("loading", f"reading the sweep {self.chosen.name}")
            self.read_on()
        elif self.look is not None:
            self.read_trial(name_of(self.chosen.trial, self.look.trials) or self.trial)

    def snapshot_changed(self, before: Snapshot) -> None:
        """Looks whether something of the sweep is new."""
        if self._follower is None:
            self.open()
        else:
            if before.workspace is not self.snapshot.workspace:
                # Settings were changed: which metrics count, and the way they point, is read from these.
                self._follower = Follower(self.snapshot.workspace, self._follower.name)
            self.read_on()

    def read_on(self, *, at_once: bool = False) -> None:
        """Looks at the sweep in a worker: at most once a second, less often a large one, and never twice at once."""
        # Asked for while one is read: once more when it ends, however often it was asked for.
        if self._reading:
            self._again = True
            return
        self._reading = True
        pause = max(PAUSE, _REST * self._took) - (time.monotonic() - self._read_at)
        if at_once or self.built is None or pause <= 0:
            self._start()
        else:
            self.set_timer(pause, self._start, name="look again")

    def change(self, wish: Wish) -> None:
        """Shows the trials in another way."""
        if wish != self.wish:
            self.wish = wish
            self.read_on(at_once=True)

    def on_sweep_read(self, message: SweepRead) -> None:
        """Shows what was found, unless another sweep is wanted by now."""
        self._reading, self._took = False, time.monotonic() - self._read_at
        mine = message.follower is self._follower
        if self._again or not mine:
            self._again = False
            self.read_on(at_once=message.built is not None and message.built.wish != self.wish)
        if mine and (message.built is not None or message.looked is not self._looked):
            self._looked = message.looked
            self._show(message.looked, message.built)

    def _show(self, looked: Looked, built: Built | None) -> None:
        """Shows a sweep, or why there is none."""
        if looked.search is None:
            self._say("error", looked.problem, looked.hint or "R reads again")
        elif not looked.search.study.trials:
            self._say("empty", no_trial_words(looked.search))
        elif built is None:
            self._say("empty", "no trial has measured anything yet", "\n".join(looked.search.notes))
        else:
            self.built = built
            if self.trial not in built.look.trials:
                opened = name_of(self.chosen.trial, built.look.trials)
                self.trial = opened or next(iter((*built.look.best, *built.look.trials)), "")
            self.nothing.display = False
            self.arrange_panes()
            self.show_all()
            if self.focused is None:
                self.set_focus(self.pane(self.current))

    def show_all(self) -> None:
        """Fills the panes; see `Plotting`."""

    def read_trial(self, name: str) -> None:
        """Reads a trial in every pane; see `Plotting`."""

    def panes(self) -> dict[Pane, tuple[Widget, Widget]]:
        """Returns what is shown or hidden of each pane, and what takes its keys; see the screen."""
        raise NotImplementedError

    def pane(self, name: Pane) -> Widget:
        """Returns what takes the keys of a pane."""
        return self.panes()[name][1]

    def arrange_panes(self) -> None:
        """Shows the panes that there is room for."""
        shown = in_sight(*self.size, self.current, zoomed=self.zoomed) if self.built else frozenset()
        for name, (pane, _) in self.panes().items():
            pane.display = name in shown
        for row in self.query(".row"):
            # A row without a pane would still take its third of the lines.
            row.display = any(child.display for child in row.children)
        tabs = self.query_one(TabBar)
        tabs.display = len(shown) == 1
        tabs.show(TABS, self.current)

    def _start(self) -> None:
        if self._follower is None:
            self._reading = False
            return
        self._read_at = time.monotonic()
        # What was looked at is built again only for another wish, or when it is new.
        known = self._looked if self.built and self.built.wish == self.wish else None
        work = partial(self._look, self._follower, self.wish, known)
        self.run_worker(work, thread=True, group="sweep", name=f"the sweep {self._follower.name}", exit_on_error=False)

    def reading_failed(self, group: str, why: str) -> None:
        """Ends the look; what is shown stays."""
        if group != "sweep":
            return
        self._reading, self._took = False, time.monotonic() - self._read_at
        if self.built is None:
            self._say("error", why, "R reads again")
        if self._again:
            self._again = False
            self.read_on()

    def _look(self, follower: Follower, wish: Wish, known: Looked | None) -> None:
        """Looks, and makes what the panes show unless that is known."""
        looked = follower.look()
        built = build(looked, wish, time.time()) if looked is not known else None
        self.post_message(SweepRead(follower, looked, built))

    def _say(self, kind: str, text: str, hint: str = "") -> None:
        """Says why no sweep is shown."""
        self.built = None
        self.arrange_panes()
        self.nothing.display = True
        if kind == "loading":
            self.nothing.show_loading(text)
        elif kind == "error":
            self.nothing.show_error(text, hint)
        else:
            self.nothing.show_empty(text, hint)
        self.query_one("#title", StatusLine).show(Fact("sweep", "bold"), ())
        self.query_one("#trial", StatusLine).show(Fact(""), ())
