"""The views of the program and the numbers that open them."""

from __future__ import annotations

from branchlab.tuples import NamedTuple


class ViewInfo(NamedTuple):
    """One view: the folder of its screen, its key, its word in the header, and its name in full."""

    id: str
    key: str
    label: str
    title: str


VIEWS: tuple[ViewInfo, ...] = (
    ViewInfo("experiments", "1", "Exps", "all experiments"),
    ViewInfo("experiment", "2", "Exp", "everything about one experiment"),
    ViewInfo("diff", "3", "Diff", "the difference of two"),
    ViewInfo("compare", "4", "Cmp", "several side by side"),
    ViewInfo("curves", "5", "Curves", "the curves of the marked experiments"),
    ViewInfo("plots", "6", "Plots", "confusion matrices, PR and ROC, slices, resources, images"),
    ViewInfo("sweep", "7", "Sweep", "the sweep of a trial: history, slices, contour, importance"),
)
