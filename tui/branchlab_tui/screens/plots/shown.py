"""What can stand in the pane of plots: one of these at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab_tui.drawing.bars import Bar
    from branchlab_tui.drawing.heat import Matrix
    from branchlab_tui.widgets.plot_grid.panel import Panel


class Lines(NamedTuple):
    """Line plots by key, and what the legend says of an experiment, by its label."""

    panels: Mapping[str, Panel]
    notes: Mapping[str, str] = {}


class Heat(NamedTuple):
    """A confusion matrix, or what it has more than another one."""

    matrix: Matrix
    against: Matrix | None
    title: str


class Bars(NamedTuple):
    """Bars of one experiment or two; `lower_is_better` is None when nobody said."""

    bars: tuple[Bar, ...]
    series: tuple[str, ...]
    title: str
    lower_is_better: bool | None = None


class Cells(NamedTuple):
    """A table: a title and the cells of each column, and which columns are numbers."""

    names: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


class Image(NamedTuple):
    """The file of a picture."""

    path: str


class Words(NamedTuple):
    """Why there is nothing to see."""

    kind: Literal["loading", "empty", "error"]
    text: str
    hint: str = ""


Shown = Lines | Heat | Bars | Cells | Image | Words
