"""The heat map as screens use it: a matrix in, nothing out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.drawing.heat import HeatView, Matrix, draw_heat
from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.heat_map.keys import KEYS

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from branchlab_tui.drawing.heat import HeatFrame
    from branchlab_tui.drawing.piece import Line


class HeatMap(Drawn):
    """A confusion matrix whose cells can be read."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    _matrix = Matrix((), ())
    _against: Matrix | None = None
    _title = ""
    _view = HeatView()
    _frame: HeatFrame | None = None

    def show(self, matrix: Matrix, *, against: Matrix | None = None, title: str = "") -> None:
        """Shows a matrix, or what it has more than another one."""
        self._matrix, self._against, self._title = matrix, against, title
        self._look(self._view)  # the cell that is read may lie outside of the new matrix

    @property
    def normalised(self) -> bool:
        """Whether shares of each true class are shown."""
        return self._view.normalised

    def draw_lines(self, width: int, height: int) -> list[Line]:
        """Returns the lines of the matrix."""
        lines, self._frame = draw_heat(self._matrix, self._against, self._view, (width, height), self._title)
        return lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leaves escape to the screen when no cell is read."""
        if action == "back":
            return self._view.cell is not None
        return super().check_action(action, parameters)

    def action_move(self, down: int, across: int) -> None:
        """Reads the next cell; the first key reads the first one."""
        if self._view.cell is None:
            self._look(self._view._replace(cell=(0, 0)))
        else:
            row, column = self._view.cell
            self._look(self._view._replace(cell=(row + down, column + across)))

    def action_normalise(self) -> None:
        """Changes between counts and shares."""
        self._look(self._view._replace(normalised=not self._view.normalised))

    def action_back(self) -> None:
        """Reads no cell any more."""
        self._look(self._view._replace(cell=None))

    def on_click(self, event: events.Click) -> None:
        """Reads a cell."""
        if self._frame and (cell := self._frame.cell_at(event.x, event.y)):
            self._look(self._view._replace(cell=cell))

    def _look(self, view: HeatView) -> None:
        last = self._class_count() - 1
        if view.cell is not None:
            row, column = view.cell
            view = view._replace(cell=(max(0, min(last, row)), max(0, min(last, column))) if last >= 0 else None)
        self._view = view
        self.redraw()

    def _class_count(self) -> int:
        return len({*self._matrix.labels, *(self._against.labels if self._against else ())})  # one may lack classes
