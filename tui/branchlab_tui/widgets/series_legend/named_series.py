"""What a shared legend says of one series. Free of Textual."""

from __future__ import annotations

from branchlab.tuples import NamedTuple


class NamedSeries(NamedTuple):
    """A series of the legend.

    Attributes:
        name: decides its colour.
        note: what is said behind the name where there is room, such as `baseline`.
        ghost: whether it steps back.
    """

    name: str
    note: str = ""
    ghost: bool = False
