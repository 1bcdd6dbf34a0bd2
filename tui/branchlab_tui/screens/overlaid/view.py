"""A view that lays experiments over each other, and reads on where one of them changed."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from branchlab_tui.screens.base import View
from branchlab_tui.screens.overlaid.colours import colours_of
from branchlab_tui.screens.overlaid.messages.subjects_read import SubjectsRead
from branchlab_tui.screens.overlaid.naming import name_series
from branchlab_tui.screens.overlaid.plot_actions import PlotActions
from branchlab_tui.screens.overlaid.reading import read_each
from branchlab_tui.screens.overlaid.subjects import Subjects, find_subjects, follow_recorded
from branchlab_tui.widgets.series_legend.series_legend import SeriesLegend

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Experiment
    from branchlab_tui.drawing.palette import Colours
    from branchlab_tui.model.library import Library
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState
    from branchlab_tui.widgets.series_legend.messages.series_chosen import SeriesChosen

PAUSE = 0.5  # seconds between two readings at least: nobody reads a plot that changes faster


class OverlaidView(PlotActions, View):
    """Shows `keys` and behind them the baseline.

    A subclass says in `read_one` what it needs of an experiment and shows `known` in `show_known`, which is called
    whenever something of it is new.

    Attributes:
        shown: the experiments.
        known: what was read of each, by row key.
        reading: whether a worker is still busy.
    """

    AUTO_FOCUS = ""

    def __init__(self, snapshot: Snapshot, state: TableState, library: Library, keys: tuple[str, ...] = ()) -> None:
        super().__init__(snapshot, state, library, keys)
        self.shown = Subjects()
        self.known: dict[str, Any] = {}
        self.reading = False
        self._behind = True  # whether the baseline is shown
        self._known_from: dict[str, Experiment] = {}
        self._again = False
        self._read_at = -PAUSE

    @property
    def colours(self) -> Colours:
        """The colours of the experiments."""
        return colours_of(self.app)

    def read_one(self, one: Experiment) -> Any:
        """Returns what the view needs of an experiment; called in a thread, and never raises."""
        raise NotImplementedError

    def show_known(self) -> None:
        """Shows what is known; draws nothing where that is the same as before."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Begins to read."""
        self._look()

    def show_keys(self, keys: tuple[str, ...]) -> None:
        """Shows other experiments."""
        super().show_keys(keys)
        self._look()

    def snapshot_changed(self, before: Snapshot) -> None:  # noqa: ARG002 - the newest is enough
        """Reads on where something is new."""
        self._look()

    def on_subjects_read(self, message: SubjectsRead) -> None:
        """Takes what the worker found."""
        self._take(message.found)
        self.reading = not message.last
        # `_look` calls `show_known` as well.
        if message.last and self._again:
            self._again = False
            self._look()
        else:
            self.show_known()

    def on_series_chosen(self, message: SeriesChosen) -> None:
        """Shows only the experiment that was clicked in the legend, or all again."""
        if self.plots:
            view = self.plots.view
            alone = not (view.isolated and view.focused == message.name)
            self.plots.change_view(focused=message.name if alone else "", isolated=alone)
            self.show_legend()

    def on_view_changed(self) -> None:
        """Says which experiment is in front."""
        self.show_legend()

    def show_legend(self, notes: Mapping[str, str] | None = None) -> None:
        """Names the experiments; `notes` says more of some, by their labels."""
        focused = self.plots.view.focused if self.plots else ""
        names = name_series(self.shown.shown)
        if notes:
            names = [one._replace(note=notes.get(one.name, one.note)) for one in names]
        self.query_one(SeriesLegend).show(names, focused)

    def action_toggle_baseline(self) -> None:
        """Shows the baseline, or not."""
        self._behind = not self._behind
        self._look()

    def _look(self) -> None:
        """Finds the experiments, shows what is known of them, and reads what is not."""
        # Before anything is looked up: the row of a run that was recorded is gone.
        self.keys = follow_recorded(self.snapshot, self.keys)
        self.shown = find_subjects(self.snapshot, self.state, self.keys, ghost=self._behind)
        keys = {subject.key for subject in self.shown.shown}
        for key in [key for key in self.known if key not in keys]:
            del self.known[key], self._known_from[key]
        self._read()
        self.show_known()

    def _take(self, found: Mapping[str, tuple[Experiment, Any]]) -> None:
        for key, (one, value) in found.items():
            self._known_from[key], self.known[key] = one, value

    def _read(self) -> None:
        """Reads what is not known as it is now: at most twice a second, and never two at once."""
        wanted = [
            (subject.key, subject.experiment)
            for subject in self.shown.shown
            if self._known_from.get(subject.key) is not subject.experiment
        ]
        if not wanted:
            return
        if self.reading:
            self._again = True
            return
        self.reading = True
        pause = PAUSE - (time.monotonic() - self._read_at)
        # What was just marked is read at once; the pause is for what grows.
        is_new = any(key not in self.known for key, _ in wanted)
        if is_new or pause <= 0:
            self._start(wanted)
        else:
            self.set_timer(pause, partial(self._start, wanted), name="read on")

    def _start(self, wanted: list[tuple[str, Experiment]]) -> None:
        self._read_at = time.monotonic()
        work = partial(read_each, self.read_one, wanted, self._post)
        # Not `exclusive`: `reading` sees to it that there is only one.
        self.run_worker(work, thread=True, group="overlaid", name=self.VIEW, exit_on_error=False)

    def reading_failed(self, group: str, why: str) -> None:  # noqa: ARG002 - it is said already
        """Ends the reading, so that the next look begins another one."""
        if group != "overlaid":
            return
        self.reading = False
        if self._again:
            self._again = False
            self._look()
        else:
            self.show_known()

    def _post(self, found: dict[str, tuple[Experiment, Any]], last: bool) -> None:  # noqa: FBT001 - a callback
        self.post_message(SubjectsRead(found, last=last))
