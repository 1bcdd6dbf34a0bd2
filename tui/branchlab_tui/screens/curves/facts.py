"""What the line below the curves says. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.screens.curves.axis import AXIS_TITLES
from branchlab_tui.widgets.status_line.layout import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab_tui.drawing.view import PlotView
    from branchlab_tui.model.library import Curves
    from branchlab_tui.screens.curves.axis import Axis
    from branchlab_tui.screens.overlaid.subjects import Subjects


class Sight(NamedTuple):
    """Which panels are in sight: the place of the first one, how many, of how many, and whether one fills the grid."""

    first: int = 0
    shown: int = 0
    of: int = 0
    zoomed: bool = False


def describe(
    sight: Sight, axis: Axis, view: PlotView, subjects: Subjects, curves: Mapping[str, Curves], *, follows: bool
) -> list[Fact]:
    """Returns the facts, problems first."""
    problems = [safe_text(found.problem) for found in curves.values() if found.problem]
    return [
        *([Fact(f"✗ {problems[0]}", "problem", 1)] if problems else []),
        *([Fact(gone_text(subjects.gone), "warn", 2)] if subjects.gone else []),
        *([Fact(f"{subjects.left_out} more marked", "warn", 3)] if subjects.left_out else []),
        *([Fact("follow", "live", 5, "follow")] if follows else []),
        *([Fact(f"x {AXIS_TITLES[axis]}", "", 6, "change_axis")] if sight.of else []),
        *([Fact("zoomed", "", 7, "reset_zoom")] if view.x_range else []),
        *([Fact(_place(sight), "dim", 4)] if sight.of else []),
    ]


def gone_text(keys: Sequence[str]) -> str:
    """Returns that experiments do not exist any more."""
    return f"{safe_text(keys[0])} is gone" if len(keys) == 1 else f"{len(keys)} are gone"


def _place(sight: Sight) -> str:
    if sight.zoomed:
        return f"metric {sight.first + 1} of {sight.of}"
    if sight.shown >= sight.of:
        return f"{sight.of} {'metric' if sight.of == 1 else 'metrics'}"
    return f"metrics {sight.first + 1}–{sight.first + sight.shown} of {sight.of}"  # noqa: RUF001 - a range


def chosen_text(text: str, count: int, of: int) -> Fact:
    """Returns what is chosen by typing; empty when that is everything."""
    return Fact(f"/{safe_text(text)}  {count} of {of}", "filter", 0, "choose_metrics") if text else Fact("")
