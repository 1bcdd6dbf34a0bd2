"""Reads what the preview of one experiment shows. Everything here blocks: call it in workers only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.tuples import NamedTuple
from branchlab_tui.model.error_line import error_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.compare.difference import Difference
    from branchlab.experiment import Experiment
    from branchlab_tui.model.library import Library, Points
    from branchlab_tui.model.live import Live

TAIL = 60  # lines of output


class PreviewData(NamedTuple):
    """Everything about one experiment that the preview shows.

    Attributes:
        experiment: its row.
        baseline: the row that it is compared with; None where that has none.
        difference: against the baseline; None where it cannot be told.
        problem: why it cannot.
        curves: points by metric.
        ghosts: those of the baseline.
        tail: the last lines of the output.
        live: how far a running one is.
    """

    experiment: Experiment
    baseline: Experiment | None = None
    difference: Difference | None = None
    problem: str = ""
    curves: Mapping[str, Points] = {}
    ghosts: Mapping[str, Points] = {}
    tail: tuple[str, ...] = ()
    live: Live | None = None


def read_preview(
    library: Library, wanted: PreviewData, other: Experiment | None, known: PreviewData | None
) -> PreviewData:
    """Reads everything about an experiment; what cannot be read is left out, and the first reason is told.

    Args:
        library: where it is read.
        wanted: the experiment with its baseline and how far it is.
        other: the one that the user pinned as baseline; None for the baseline of the project.
        known: what was read of the same run before, whose code and parameters do not change any more.
    """
    one = wanted.experiment
    difference, first = _difference(library, one, other, known)
    curves, second = _curves(library, one)
    # A baseline without curves is no problem of this experiment: its plot has no ghost then.
    ghosts, _ = _curves(library, wanted.baseline) if wanted.baseline is not one else ({}, "")
    return wanted._replace(
        difference=difference, curves=curves, ghosts=ghosts, tail=_tail(library, one), problem=first or second
    )


def _difference(
    library: Library, one: Experiment, other: Experiment | None, known: PreviewData | None
) -> tuple[Difference | None, str]:
    """Returns the difference from the baseline, and why there is none."""
    # Of a damaged record nothing can be told, and what is pinned as baseline differs from itself in nothing.
    if one.status == "damaged" or other is one:
        return None, ""
    if known and known.difference and one.commit is None and known.experiment.run == one.run:
        return _with_metrics(known.difference, one, library), ""
    try:
        return library.difference(one, other, patch=False).difference, ""
    except (BranchlabError, OSError) as error:
        return None, error_line(error)


def _with_metrics(difference: Difference, one: Experiment, library: Library) -> Difference:
    """Returns a difference with the metrics that a live run has by now, without asking git again."""
    from branchlab.compare.difference import diff_records

    record = difference.a.record._replace(metrics=one.metrics)
    return diff_records(difference.a._replace(record=record), difference.b, library.workspace.settings, difference.code)


def _curves(library: Library, one: Experiment | None) -> tuple[Mapping[str, Points], str]:
    if one is None:
        return {}, ""
    try:
        found = library.curves(one)
    except (BranchlabError, OSError) as error:
        return {}, error_line(error)
    return found.series, found.problem


def _tail(library: Library, one: Experiment) -> tuple[str, ...]:
    """Returns the end of the output of a run that is not recorded yet, or that failed."""
    if one.commit is not None and one.status == "finished":
        return ()
    try:
        return tuple(library.output(one, TAIL))
    except (BranchlabError, OSError):
        # The preview does without; the section Log of the experiment says why it cannot be read.
        return ()
