"""Whether the best trials lie on an edge of what was searched: better ones may lie behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.sweep.analysis.axes import is_number, place
from branchlab.sweep.analysis.ranking import best
from branchlab.text import format_number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.sweep.analysis.ranking import Value
    from branchlab.sweep.plan import Objectives, Parameter, Space
    from branchlab.sweep.trial import Study

_EDGE = 0.02  # share of the range that counts as its edge
_TOP = 5
_FEWEST = 8  # finished trials before an edge says anything
_DECADE = 10.0


class Edge(NamedTuple):
    """A parameter whose best value lies on an edge of its range.

    Attributes:
        parameter: the parameter, with its range.
        value: of the best trial.
        side: which edge.
        there: how many of the best trials lie on this edge.
        of: how many best trials were looked at.
        remedy: what to write in the sweep file.
    """

    parameter: Parameter
    value: float
    side: Literal["low", "high"]
    there: int
    of: int
    remedy: str


def edges(study: Study, objectives: Objectives, space: Space, value: Value = "last") -> list[Edge]:
    """Returns the edges that the best trial lies on, in the order of the space.

    A value in the outer 2% of a range lies on its edge, on a logarithm where the range is searched so. Choices have no
    edge, and the range of a parameter that is no part of `space` is not known.
    """
    top = best(study, objectives, value, _TOP)
    if not top or sum(trial.status == "finished" for trial in study.trials) < _FEWEST:
        return []
    found = []
    for parameter in space:
        first = top[0].values.get(parameter.name)
        if parameter.kind == "choice" or not is_number(first):
            continue
        side = _side(parameter, first)
        if side:
            # the best alone may lie there by luck, so it is said how many of the best do
            there = sum(_side(parameter, trial.values.get(parameter.name)) == side for trial in top)
            found.append(Edge(parameter, first, side, there, len(top), _remedy(parameter, side)))
    return found


def _side(parameter: Parameter, value: object) -> Literal["low", "high"] | None:
    share = place(parameter, value) if isinstance(value, (int, float)) else None
    if share is None or parameter.low >= parameter.high:
        return None
    return "low" if share <= _EDGE else "high" if share >= 1 - _EDGE else None


def _remedy(parameter: Parameter, side: Literal["low", "high"]) -> str:
    """Widens a range by a decade or by its own length, and never from 0 or above to below 0."""
    # below 0 there is mostly nothing (a rate, a count), and an integer in the logarithm begins at 1
    if side == "low" and (parameter.low == 0 or (parameter.log and parameter.kind == "int" and parameter.low == 1)):
        return f"it can hardly be below {format_number(parameter.low)}: fix it there and search the others"
    span = parameter.high - parameter.low
    if side == "low":
        beyond = parameter.low / _DECADE if parameter.log else parameter.low - span
        beyond = max(beyond, 0.0) if parameter.low > 0 else beyond
    else:
        beyond = parameter.high * _DECADE if parameter.log else parameter.high + span
    whole = parameter.kind == "int"
    return f"try {side} = {format_number(max(round(beyond), int(parameter.log)) if whole else beyond)}"
