"""The small curves of the preview. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.inputs import importance, rule_of
from branchlab.report.values import metric_title
from branchlab_tui.drawing.curve import Curve
from branchlab_tui.drawing.labels import Labels
from branchlab_tui.drawing.line_plot import draw
from branchlab_tui.drawing.palette import Colours
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.drawing.series import Series
from branchlab_tui.drawing.view import PlotView
from branchlab_tui.widgets.preview.grid import beside

if TYPE_CHECKING:
    from branchlab.project import Settings
    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.screens.experiments.preview_data import PreviewData

_LEAST_WIDTH = 24
_LEAST_HEIGHT = 5
_MOST_HEIGHT = 14
_MOST = 6
_ENOUGH = 2  # points that make a curve


def curve_lines(data: PreviewData, settings: Settings, width: int, height: int) -> list[Line]:
    """Returns a grid of small plots, those of the metrics that matter most, with the baseline as a ghost."""
    names = [name for name, points in data.curves.items() if len(points.values) >= _ENOUGH]
    names.sort(key=lambda name: (importance(settings, name), name))
    # At most two beside each other, with a gap of three cells.
    columns = max(min((width + 3) // (_LEAST_WIDTH + 3), 2, len(names)), 1)
    rows = min(-(-len(names) // columns), max(height // _LEAST_HEIGHT, 1), _MOST // columns)
    if not names or height < _LEAST_HEIGHT:
        return []
    high = min(height // rows, _MOST_HEIGHT)
    wide = (width - 3 * (columns - 1)) // columns
    lines: list[Line] = []
    for row in range(rows):
        block = [_plot(data, name, settings, (wide, high)) for name in names[row * columns : (row + 1) * columns]]
        lines += block[0] if len(block) == 1 else beside(block[0], block[1], wide, "   ")
    return lines


def _plot(data: PreviewData, name: str, settings: Settings, size: tuple[int, int]) -> list[Line]:
    rule = rule_of(settings, name)
    series = [Series(data.experiment.name, data.curves[name].steps, data.curves[name].values)]
    if name in data.ghosts and data.baseline:
        ghost = data.ghosts[name]
        series.insert(0, Series(data.baseline.name, ghost.steps, ghost.values, ghost=True))
    labels = Labels(metric_title(name, rule.goal, rule.unit), x_kind="whole", names=False)
    drawing = draw([Curve(one) for one in series], PlotView(), size, labels, Colours())
    return [[Piece(*piece) for piece in line] for line in drawing.lines]
