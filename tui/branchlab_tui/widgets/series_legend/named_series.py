"""What a shared legend says of one series. Free of Textual."""

from __future__ import annotations

from branchlab.tuples import NamedTuple


class NamedSeries(NamedTuple):
    """A series of the legend.

    Attributes:
        name: decides its colour.
        note: what is said behind the name where there is room, such as a value.
        sign: a character before the name, such as one for what is live.
        ghost: whether it steps back.
    """

    name: str
    note: str = ""
    sign: str = ""
    ghost: bool = False
