"""What the shared legend says of each experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import STATUS_MARKS
from branchlab_tui.model.cells import BASELINE
from branchlab_tui.widgets.series_legend.named_series import NamedSeries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.screens.overlaid.subjects import Subject


def name_series(subjects: Sequence[Subject]) -> list[NamedSeries]:
    """Returns the entries of the legend: what is live, failed or the baseline says so."""
    return [NamedSeries(subject.label, "", _sign(subject), subject.ghost) for subject in subjects]


def _sign(subject: Subject) -> str:
    status = subject.experiment.status
    if subject.ghost:
        return BASELINE
    return "" if status == "finished" else STATUS_MARKS[status][0]
