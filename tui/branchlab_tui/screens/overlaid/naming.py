"""What the shared legend says of each experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import STATUS_MARKS
from branchlab_tui.widgets.series_legend.named_series import NamedSeries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.screens.overlaid.subjects import Subject


def name_series(subjects: Sequence[Subject]) -> list[NamedSeries]:
    """Returns the entries of the legend: what is live, failed or the baseline says so."""
    return [NamedSeries(subject.label, _note(subject), subject.ghost) for subject in subjects]


def _note(subject: Subject) -> str:
    status = subject.experiment.status
    if subject.ghost:
        return "baseline"
    return "" if status == "finished" else f"{STATUS_MARKS[status][0]} {status}"
