"""What named points over two axes have in common: which can be drawn, where each stands, the nearest, the next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol, TypeVar

from branchlab_tui.drawing.axis import cell_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from branchlab_tui.drawing.frame import Frame


class Spot(Protocol):
    """A point of a scatter or a dot of a cloud."""

    @property
    def name(self) -> str:
        """Tells it from all others."""

    @property
    def x(self) -> float:
        """NaN where it has no place."""

    @property
    def y(self) -> float:
        """The same."""


AnySpot = TypeVar("AnySpot", bound=Spot)


def drawable(spots: Iterable[AnySpot], *, log_x: bool, log_y: bool) -> list[AnySpot]:
    """Returns those that the axes can show."""
    return [
        spot
        for spot in spots
        if math.isfinite(spot.x) and math.isfinite(spot.y) and (spot.x > 0 or not log_x) and (spot.y > 0 or not log_y)
    ]


def cells(spots: Collection[Spot], frame: Frame) -> list[tuple[int, int]]:
    """Returns the column and row of each in the field; what lies beyond it stands at its rim."""
    across = frame.x.fractions([spot.x for spot in spots])
    up = frame.y.fractions([spot.y for spot in spots])
    width, height = frame.width, frame.height
    return [(cell_of(part, width), height - 1 - cell_of(high, height)) for part, high in zip(across, up, strict=True)]


def nearest(spots: Sequence[AnySpot], frame: Frame, column: int, row: int) -> AnySpot | None:
    """Returns the one nearest to a cell of the drawing; a row is as high as two columns are wide."""
    across, down = column - frame.left, row - frame.top
    distances = [(at - across) ** 2 + (2 * (line - down)) ** 2 for at, line in cells(spots, frame)]
    return spots[distances.index(min(distances))] if distances else None


def next_name(spots: Iterable[Spot], focused: str, across: int, up: int, first: Iterable[str] = ()) -> str:
    """Returns the name of the next one to the right (`across` 1), left (-1), above (`up` 1) or below (-1).

    Every one is reached: those at the same place come one after the other. The first step goes to the first or
    last of those named in `first`, or of all.
    """
    ordered = sorted(spots, key=lambda spot: (spot.x, spot.y) if across else (spot.y, spot.x))
    names = [spot.name for spot in ordered]
    if not names:
        return focused
    step = across or up
    if focused in names:
        return names[max(0, min(len(names) - 1, names.index(focused) + step))]
    wanted = set(first)
    return ([name for name in names if name in wanted] or names)[0 if step > 0 else -1]
