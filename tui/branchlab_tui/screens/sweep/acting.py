"""What the keys of a sweep do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.grammar import quoted
from branchlab.report.sweep_trials import best_first
from branchlab.report.sweep_values import metrics_of
from branchlab.text import safe_text
from branchlab_tui.messages.filter_chosen import FilterChosen
from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.model.sweeps import recorded_sweeps
from branchlab_tui.screens.compare.range_query import range_query
from branchlab_tui.screens.compare.variables import axes_of
from branchlab_tui.screens.sweep.chosen import row_of
from branchlab_tui.screens.sweep.panes import PANES, Pane, next_pane
from branchlab_tui.screens.sweep.plotting import Plotting

if TYPE_CHECKING:
    from branchlab_tui.widgets.cloud.messages.dot_read import DotRead
    from branchlab_tui.widgets.drawn.messages.point_chosen import PointChosen
    from branchlab_tui.widgets.parallel.messages.brushed import Brushed
    from branchlab_tui.widgets.picker.picker import Picked
    from branchlab_tui.widgets.tab_bar.tab_chosen import TabChosen

_COMPARED = 5
_MOST_COMPARED = 12


class Acting(Plotting):
    """A sweep that follows its keys."""

    def on_descendant_focus(self) -> None:
        """Remembers which pane has the keys."""
        for name, (_, taker) in self.panes().items():
            if self.focused is taker:
                self.current = name

    def on_tab_chosen(self, message: TabChosen) -> None:
        """Shows the pane whose name was clicked."""
        self.show_pane(next(pane for pane in PANES if pane == message.tab))

    def on_dot_read(self, message: DotRead) -> None:
        """Reads the same trial in every pane."""
        message.stop()
        self.read_trial(message.name)

    def on_point_chosen(self, message: PointChosen) -> None:
        """Shows everything about a trial."""
        message.stop()
        self.read_trial(message.name)
        self.action_open_trial()

    def on_brushed(self, message: Brushed) -> None:
        """Goes to the table, with the trials of the range."""
        message.stop()
        # Experiments outside of the sweep may have such values as well.
        within = f"sweep:{quoted(self.chosen.name, value=True)}"
        for variable, axis in zip(self.variables, axes_of(self.variables), strict=True):
            if axis.title == message.axis:
                self.post_message(FilterChosen(range_query(variable, axis, message.low, message.high, within=within)))
                return

    def show_pane(self, pane: Pane) -> None:
        """Gives the keys to a pane, and the screen where there is room for one only."""
        self.current = pane
        self.arrange_panes()
        if self.look is not None:
            self.set_focus(self.pane(pane))  # at once, for keys that were typed ahead

    def action_other_pane(self) -> None:
        """Goes to the next pane."""
        self.show_pane(next_pane(self.current, 1))

    def action_previous_pane(self) -> None:
        """Goes to the pane before."""
        self.show_pane(next_pane(self.current, -1))

    def action_zoom(self) -> None:
        """Gives the whole screen to the pane with the keys, or takes it back."""
        self.zoomed = not self.zoomed
        self.arrange_panes()

    def action_trial_left(self) -> None:
        """Reads the trial before, where no plot has the keys."""
        self._step(-1)

    def action_trial_right(self) -> None:
        """Reads the next trial, where no plot has the keys."""
        self._step(1)

    def action_next_trial(self) -> None:
        """Reads the next trial by its number."""
        self._step(1)

    def action_previous_trial(self) -> None:
        """Reads the trial before by its number."""
        self._step(-1)

    def action_best_trial(self) -> None:
        """Reads the best trial, or the next of the front."""
        best = self.look.best if self.look else ()
        if best:
            self.read_trial(best[(best.index(self.trial) + 1) % len(best)] if self.trial in best else best[0])

    def action_open_trial(self) -> None:
        """Shows everything about the trial that is read."""
        self._open("experiment", self.subjects)

    def action_compare_best(self) -> None:
        """Shows the best trials side by side: the front, or the first five."""
        look = self.look
        if look is None:
            return
        # One best trial is no front: it stands beside those that follow it.
        front = [look.trials[name] for name in look.best[:_MOST_COMPARED]]
        trials = front if len(front) > 1 else best_first(look.search)[:_COMPARED]
        self._open("compare", tuple(row for trial in trials if (row := row_of(trial, self.snapshot))))

    def action_trials(self) -> None:
        """Shows the trials in the table of all experiments."""
        if self.chosen.name:
            self.post_message(FilterChosen(f"sweep:{quoted(self.chosen.name, value=True)}"))

    def action_change_metric(self) -> None:
        """Judges by the next metric."""
        metrics = metrics_of(self.look.search) if self.look else []
        if self.look and len(metrics) > 1:
            after = metrics[(metrics.index(self.look.metric) + 1) % len(metrics)]
            self.change(self.wish._replace(metric=after))
        elif metrics:
            self.notify(f"{safe_text(metrics[0])} is the only metric of this sweep", markup=False)

    def action_log_values(self) -> None:
        """Shows the metric in decades, or linear."""
        self.change(self.wish._replace(decades=not self.wish.decades))

    def action_x_axis(self) -> None:
        """Lets the user choose what the contour shows from left to right."""
        self._choose_axis(0)

    def action_y_axis(self) -> None:
        """Lets the user choose what the contour shows from bottom to top."""
        self._choose_axis(1)

    def action_sweeps(self) -> None:
        """Lets the user choose another sweep."""
        from branchlab_tui.widgets.picker.choice import Choice
        from branchlab_tui.widgets.picker.picker import Picker

        names = recorded_sweeps(self.snapshot.experiments)
        if not names:
            return

        def chosen(picked: Picked | None) -> None:
            if picked is not None:
                self.show_place(picked.key)

        choices = [Choice(name, name) for name in names]
        self.app.push_screen(Picker("sweeps", choices, current=self.chosen.name), chosen)

    async def action_step_back(self) -> None:
        """Gives up the zoom, then the view."""
        if self.zoomed:
            self.action_zoom()
        else:
            await self.app.run_action("back")

    def _step(self, by: int) -> None:
        names = list(self.look.trials) if self.look else []
        if names:
            place = names.index(self.trial) if self.trial in names else 0
            self.read_trial(names[max(0, min(len(names) - 1, place + by))])

    def _open(self, view: str, rows: tuple[str, ...]) -> None:
        if rows:
            self.post_message(OpenView(view, rows, over=True))
        else:
            self.notify("archived trials are not in the table: branchlab restore brings them back", markup=False)

    def _choose_axis(self, place: int) -> None:
        from branchlab_tui.widgets.picker.choice import Choice
        from branchlab_tui.widgets.picker.picker import Picker

        built = self.built
        if built is None or built.pair is None:
            return
        names = list(built.pair)

        def chosen(picked: Picked | None) -> None:
            if picked is None:
                return
            if names[1 - place] == picked.key:
                # Chosen for both, it changes places with the other one.
                names.reverse()
            else:
                names[place] = picked.key
            self.show_pane("contour")
            self.change(self.wish._replace(axes=(names[0], names[1])))

        choices = [Choice(one.name, one.name) for one in built.parameters]
        title = "from left to right" if place == 0 else "from bottom to top"
        self.app.push_screen(Picker(title, choices, current=names[place]), chosen)
