"""From a section's id to what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.screens.experiment.sections.code import code_parts
from branchlab_tui.screens.experiment.sections.commits import commit_parts
from branchlab_tui.screens.experiment.sections.data import data_parts
from branchlab_tui.screens.experiment.sections.environment import environment_parts
from branchlab_tui.screens.experiment.sections.metrics import metric_parts
from branchlab_tui.screens.experiment.sections.overview import overview_parts
from branchlab_tui.screens.experiment.sections.parameters import parameter_parts
from branchlab_tui.screens.experiment.sections.plots import plot_parts

if TYPE_CHECKING:
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part


_TIMELESS = {
    "parameters": parameter_parts,
    "metrics": metric_parts,
    "plots": plot_parts,
    "data": data_parts,
    "environment": environment_parts,
    "code": code_parts,
}
_TIMED = {"overview": overview_parts, "commits": commit_parts}


def section_parts(shown: Shown, section: str, now: float) -> list[Part]:
    """Returns what a section that is a page says; `now` is in seconds since the epoch."""
    if section in _TIMED:
        return _TIMED[section](shown, now)
    return _TIMELESS[section](shown) if section in _TIMELESS else []
