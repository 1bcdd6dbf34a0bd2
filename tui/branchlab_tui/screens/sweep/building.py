"""Makes what the panes of a sweep show; a thousand trials take a tenth of a second, so it runs in a worker. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.sweep_trials import best_first
from branchlab.report.sweep_values import metrics_of
from branchlab.sweep.analysis.slices import contour
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.cloud import Cloud
from branchlab_tui.drawing.dimension import Dimension
from branchlab_tui.screens.sweep.clouds import contour_cloud, history_cloud, searched, slice_clouds
from branchlab_tui.screens.sweep.dots import look_at
from branchlab_tui.screens.sweep.pages import progress_page, sweep_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.sweep.plan import Parameter
    from branchlab_tui.screens.sweep.dots import Look
    from branchlab_tui.screens.sweep.reading import Looked
    from branchlab_tui.widgets.page.content import Part
    from branchlab_tui.widgets.status_line.layout import Fact

_TWO = 2


class Wish(NamedTuple):
    """How a sweep is to be looked at.

    Attributes:
        metric: by which trials are judged; empty for the first.
        decades: whether the metric runs in them.
        axes: parameters of the contour; empty for the first two of numbers.
        weights: parameters, those that matter first, as far as that is known.
    """

    metric: str = ""
    decades: bool = False
    axes: tuple[str, str] = ("", "")
    weights: tuple[str, ...] = ()


class Built(NamedTuple):
    """What the panes show.

    Attributes:
        wish: how it was to be looked at.
        look: the trials.
        parameters: those that differ, in the order of their plots.
        order: trials, the best first.
        history: the metric by trial.
        slices: the metric by each parameter.
        contour: the metric by two of them.
        pair: which.
        progress: how far it is.
        title: what stands over all panes.
    """

    wish: Wish
    look: Look
    parameters: tuple[Parameter, ...]
    order: Sequence[object]
    history: Cloud
    slices: Sequence[Cloud]
    contour: Cloud
    pair: tuple[str, str] | None
    progress: list[Part]
    title: tuple[Fact, list[Fact]]


def build(looked: Looked, wish: Wish, now: float) -> Built | None:
    """Returns what the panes show of a sweep at a time in seconds; None where it has no trials or no metrics."""
    search = looked.search
    metrics = metrics_of(search) if search and search.study.trials else []
    if search is None or not metrics:
        return None
    # A file that was edited may not know the metric any more that was looked at.
    look = look_at(search, wish.metric if wish.metric in metrics else metrics[0], log=wish.decades)
    places = {name: place for place, name in enumerate(wish.weights)}
    parameters = tuple(sorted(searched(look), key=lambda one: places.get(one.name, len(places))))
    pair = _pair(look, parameters, wish.axes)
    return Built(
        wish,
        look,
        parameters,
        best_first(search),
        history_cloud(look),
        slice_clouds(look, parameters),
        _contour(look, pair),
        (pair[0].name, pair[1].name) if pair else None,
        progress_page(looked, now),
        sweep_facts(looked, look),
    )


def _contour(look: Look, pair: tuple[Parameter, Parameter] | None) -> Cloud:
    if pair is None:
        nothing = "a contour needs two parameters that differ"
        return Cloud("contour", Dimension(""), Dimension(""), nothing=nothing)
    return contour_cloud(look, contour(look.search.study, *pair, look.metric, value=look.search.value))


def _pair(look: Look, parameters: Sequence[Parameter], axes: tuple[str, str]) -> tuple[Parameter, Parameter] | None:
    """Returns the parameters of the contour: those that were chosen, else the first two that differ in most trials.

    Numbers come first, because a surface between words says little; two that are never searched together last.
    """
    known = {one.name: one for one in parameters}
    chosen = tuple(known[name] for name in axes if name in known)
    if len(chosen) == _TWO:
        return chosen[0], chosen[1]
    # Sorting keeps the order of importance among the numbers and among the words.
    usual = sorted(parameters, key=lambda one: one.kind == "choice")
    pairs = [(x, y) for place, x in enumerate(usual) for y in usual[place + 1 :]]
    counts = [_together(look, x.name, y.name) for x, y in pairs]
    # The first with at least half as many as the best pair: importance counts more than a few trials.
    return next((pair for pair, count in zip(pairs, counts, strict=True) if 2 * count >= max(counts)), None)


def _together(look: Look, x: str, y: str) -> int:
    """Returns how many trials have both parameters; 0 where one of them is then always the same."""
    both = [trial.values for trial in look.trials.values() if x in trial.values and y in trial.values]
    # `repr` tells `1` from `True`, which a set holds for one.
    if any(len({repr(values[name]) for values in both}) < _TWO for name in (x, y)):
        return 0
    return len(both)
