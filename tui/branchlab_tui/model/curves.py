"""Small curves for the cells of a table: what was read already, and what is missing for the rows in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.text import sparkline
from branchlab_tui.model.columns import CURVE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.model.library import Library

_KEPT = 20_000  # curves; each is a text of eight characters


class Sparks:
    """Curves as text by experiment and metric. A recorded one never changes; one of a live run does with each step."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], tuple[float | None, str]] = {}

    def text(self, one: Experiment, metric: str) -> str | None:
        """Returns a curve, of a live run perhaps as it was a moment ago; None when it was not read yet."""
        found = self._texts.get((one.commit or one.run, metric))
        return found[1] if found else None

    def missing(self, ones: Iterable[Experiment], metrics: Sequence[str]) -> list[Experiment]:
        """Returns the experiments of which a curve was not read yet, or has grown since."""
        return [one for one in ones if any(self._is_missing(one, metric) for metric in metrics)]

    def add(self, one: Experiment, metric: str, values: Sequence[float]) -> None:
        """Keeps a curve; the oldest ones go when there are too many."""
        if len(self._texts) >= _KEPT:
            for key in list(self._texts)[: _KEPT // 10]:
                self._texts.pop(key, None)
        self._texts[one.commit or one.run, metric] = one.seconds, sparkline(values, CURVE_WIDTH)

    def _is_missing(self, one: Experiment, metric: str) -> bool:
        found = self._texts.get((one.commit or one.run, metric))
        # A live run that went on has another duration; of a recorded one nothing changes any more.
        return found is None or (one.commit is None and found[0] != one.seconds)


def read_sparks(library: Library, sparks: Sparks, ones: Iterable[Experiment], metrics: Sequence[str]) -> None:
    """Reads the curves of some experiments; call it in a worker. What cannot be read is an empty curve."""
    for one in ones:
        try:
            series = library.read_curves(one).series
        except (BranchlabError, OSError):
            series = {}
        for metric in metrics:
            sparks.add(one, metric, series[metric].values if metric in series else ())
