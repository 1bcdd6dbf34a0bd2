"""Fills the panes of a sweep, and learns in a worker which parameters matter."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from branchlab_tui.screens.compare.variables import axes_of
from branchlab_tui.screens.sweep.clouds import strand_variables
from branchlab_tui.screens.sweep.importance_lines import importance_lines
from branchlab_tui.screens.sweep.messages import ImportanceRead
from branchlab_tui.screens.sweep.pages import trial_facts
from branchlab_tui.screens.sweep.reading import read_importance
from branchlab_tui.screens.sweep.showing import Showing
from branchlab_tui.widgets.cloud import CloudGrid, CloudPlot
from branchlab_tui.widgets.page.page_view import PageView
from branchlab_tui.widgets.parallel import ParallelPlot
from branchlab_tui.widgets.series_legend.named_series import NamedSeries
from branchlab_tui.widgets.series_legend.series_legend import SeriesLegend
from branchlab_tui.widgets.status_line.status_line import StatusLine
from branchlab_tui.widgets.words.words import Words

if TYPE_CHECKING:
    from textual.timer import Timer

    from branchlab.reading.sweep import Search
    from branchlab.sweep.analysis.importance import Importance
    from branchlab_tui.screens.compare.variables import Variable

_LEAST_STRANDS = 16
_BRIGHT = 6  # strands in colours of their own
_STILL = 0.1  # seconds without a key
_TRUSTED = 0.2  # R² below which the order of parameters is mostly luck
_LEARN_EVERY = 20.0  # seconds between two importances while trials end


class Plotting(Showing):
    """A sweep with its plots."""

    variables: tuple[Variable, ...] = ()
    _strands_later: Timer | None = None
    _importance: Importance | None = None
    _learned: tuple[object, ...] = ()  # what the importance was asked for
    _learned_at = -_LEARN_EVERY
    _learn_later: Timer | None = None

    def show_all(self) -> None:
        """Fills the panes."""
        built = self.built
        if built is None:
            return
        self.query_one("#history", CloudPlot).show(built.history)
        self.query_one("#slices", CloudGrid).show(built.slices, "no parameter has two values yet")
        self.query_one("#contour", CloudPlot).show(built.contour)
        self.query_one("#progress", PageView).show(built.progress)
        self.query_one("#title", StatusLine).show(*built.title)
        self.show_importance()
        self.read_trial(self.trial)

    def read_trial(self, name: str) -> None:
        """Reads a trial in every pane."""
        if self.look is None:
            return
        self.trial = name
        for plot in ("#history", "#contour"):
            self.query_one(plot, CloudPlot).focus_dot(name)
        self.query_one("#slices", CloudGrid).focus_dot(name)
        self.query_one("#trial", StatusLine).show(*trial_facts(name, self.look))
        if self._strands_later is not None:
            self._strands_later.stop()
        self._strands_later = self.set_timer(_STILL, self._show_strands, name="strands")

    def _show_strands(self) -> None:
        """Shows parallel coordinates of the best trials, as many as stay apart; the one that is read is in colour.

        It draws every cell anew, so it waits until no key follows.
        """
        built, plot = self.built, self.query_one(ParallelPlot)
        if built is None:
            return
        look = built.look
        # Two to a line of the screen: with more of them strands run into each other.
        most = max(_LEAST_STRANDS, 2 * plot.size.height)
        first = set(map(id, built.order[:most]))
        names = [name for name, trial in look.trials.items() if id(trial) in first or name == self.trial]
        bright = list(dict.fromkeys([self.trial, *look.best]))[:_BRIGHT]
        self.variables = tuple(strand_variables(look, built.parameters, names))
        title = "parallel coordinates" + (f", the best of {len(look.trials)}" if len(look.trials) > len(names) else "")
        plot.show(axes_of(self.variables), names, bright=bright, title=title)
        notes = dict.fromkeys(look.best[:1], "best") if len(look.best) == 1 else {}
        self.query_one(SeriesLegend).show([NamedSeries(name, notes.get(name, "")) for name in bright])

    def show_importance(self) -> None:
        """Shows which parameters matter, and learns it where the pane is in sight and more trials have ended."""
        look, words = self.look, self.query_one("#importance", Words)
        if look is None:
            return
        known = self._importance if self._importance and self._importance.metric == look.metric else None
        words.show(partial(importance_lines, look.metric, known))
        finished = sum(trial.status == "finished" for trial in look.trials.values())
        # Importance is learned from finished trials alone, so their number says whether there is something new.
        asked = (look.search.name, look.metric, finished)
        if asked == self._learned or not words.display:
            return
        pause = self._learned_at + _LEARN_EVERY - time.monotonic()
        if self._learn_later is not None:
            self._learn_later.stop()
        # Another sweep or metric does not wait: nothing is shown of it yet.
        if self._learned[:2] == asked[:2] and pause > 0:
            self._learn_later = self.set_timer(pause, self.show_importance, name="learn again")
            return
        self._learned, self._learned_at = asked, time.monotonic()
        work = partial(self._learn, asked, look.search, look.metric)
        name = "which parameters matter"
        self.run_worker(work, thread=True, exclusive=True, group="importance", name=name, exit_on_error=False)

    def reading_failed(self, group: str, why: str) -> None:
        """Lets the importance be learned again, after the same pause as when more trials have ended."""
        super().reading_failed(group, why)
        if group == "importance":
            self._learned = self._learned[:2]

    def on_importance_read(self, message: ImportanceRead) -> None:
        """Shows which parameters matter, and puts the slices into their order."""
        # An older thread may end later, with another metric.
        if message.asked == self._learned:
            self._importance = message.importance
            self.show_importance()
            if message.importance.explained >= _TRUSTED:
                self.change(self.wish._replace(weights=tuple(one.parameter for one in message.importance.weights)))

    def arrange_panes(self) -> None:
        """Shows the panes that there is room for; one that was hidden may have something to learn."""
        super().arrange_panes()
        self.show_importance()

    def _learn(self, asked: tuple[object, ...], search: Search, metric: str) -> None:
        self.post_message(ImportanceRead(asked, read_importance(search, metric)))
