"""A named curve, as whoever draws it hands it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Series(NamedTuple):
    """A named curve.

    A value that was not logged at a step has no point; a NaN is a point, and a gap in the line.

    Attributes:
        name: shown in the legend; decides the colour.
        x: steps or seconds, best ascending: points are drawn in the order of x, whatever order they come in.
        y: values, as many as `x`; NaN is a gap.
        ghost: whether it steps back behind the others, as what they are compared with does.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    ghost: bool = False
