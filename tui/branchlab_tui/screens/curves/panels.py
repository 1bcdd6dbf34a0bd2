"""From the curves of several experiments to the panels of a grid, one for each metric. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab_tui.drawing.series import Series
from branchlab_tui.screens.curves.axis import AXIS_TITLES, x_values
from branchlab_tui.screens.curves.metrics import metric_title, order_metrics
from branchlab_tui.widgets.plot_grid.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.project import MetricRule
    from branchlab_tui.drawing.ticks import Kind
    from branchlab_tui.model.library import Curves, Points
    from branchlab_tui.screens.curves.axis import Axis
    from branchlab_tui.screens.overlaid.subjects import Subject

_KINDS: dict[Axis, Kind] = {"step": "whole", "time": "time", "relative": "number"}


class CurvePanels:
    """Makes panels when they come into sight, and returns the same one again while nothing of it changed."""

    def __init__(self) -> None:
        self.axis: Axis = "step"
        self.metrics: tuple[str, ...] = ()
        self._subjects: Sequence[Subject] = ()
        self._curves: Mapping[str, Curves] = {}
        self._rules: Mapping[str, MetricRule] = {}
        self._marked = 0  # how many of them are no ghosts
        self._made: dict[str, tuple[Any, Panel]] = {}

    def take(self, subjects: Sequence[Subject], curves: Mapping[str, Curves], rules: Mapping[str, MetricRule]) -> None:
        """Takes the experiments, their curves by row key, and what the project says of its metrics."""
        self._subjects = [subject for subject in subjects if subject.key in curves]
        self._curves, self._rules = curves, rules
        self._marked = sum(not subject.ghost for subject in self._subjects)
        behind = [curves[subject.key].series for subject in self._subjects if subject.ghost]
        front = [curves[subject.key].series for subject in self._subjects if not subject.ghost]
        self.metrics = order_metrics(front, behind, rules)

    def panel(self, metric: str) -> Panel:
        """Returns the panel of a metric."""
        found = [
            (subject, points)
            for subject in self._subjects
            if (points := self._curves[subject.key].series.get(metric)) is not None
        ]
        # To make one costs a walk over all points, so it is asked first whether anything differs.
        mark = (self.axis, self._rules.get(metric), self._marked, [_mark(*one) for one in found])
        if metric not in self._made or self._made[metric][0] != mark:
            self._made[metric] = (mark, self._make(metric, found))
        return self._made[metric][1]

    def _make(self, metric: str, found: Sequence[tuple[Subject, Points]]) -> Panel:
        holders = sum(not subject.ghost for subject, _ in found)
        return Panel(
            metric_title(metric, self._rules),
            tuple(
                Series(subject.label, x_values(points, self.axis), points.values, subject.ghost)
                for subject, points in found
            ),
            x_title=AXIS_TITLES[self.axis],
            x_kind=_KINDS[self.axis],
            x_limits=(0.0, 1.0) if self.axis == "relative" else None,
            y_title=f"{holders} of {self._marked}" if holders < self._marked else "",
        )


def _mark(subject: Subject, points: Points) -> tuple[object, ...]:
    """Returns what is different when a curve is: a recorded one belongs to its commit, a live one only grows."""
    # `repr`, since NaN is never equal to itself and would be drawn anew each time.
    ends = (points.steps[-1], repr(points.values[-1])) if points.values else ()
    return subject.label, subject.ghost, subject.experiment.commit, len(points.values), ends
