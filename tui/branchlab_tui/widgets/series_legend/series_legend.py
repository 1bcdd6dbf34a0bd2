"""Names the series of several plots once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from branchlab.report.width import display_width
from branchlab_tui.drawing.legend import Entry, legend, short_names
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.series_legend.messages.series_chosen import SeriesChosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.geometry import Size

    from branchlab_tui.drawing.palette import Colours
    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.widgets.series_legend.named_series import NamedSeries

_TALL = 20  # rows of the screen from which a second line is not missed elsewhere


class SeriesLegend(Drawn, can_focus=False):
    """A mark and a name for each series, in one line or two. Posts `SeriesChosen` when one is clicked.

    Args:
        colours: shared with the plots.
    """

    DEFAULT_CSS: ClassVar[str] = Path(__file__).with_name("series_legend.tcss").read_text("utf-8")

    def __init__(self, colours: Colours, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._colours = colours
        self._series: tuple[NamedSeries, ...] = ()
        self._focused = ""

    def show(self, series: Sequence[NamedSeries], focused: str = "") -> None:
        """Shows other series; draws nothing when they are the same."""
        if (tuple(series), focused) == (self._series, self._focused):
            return
        before = self._height()
        self._series, self._focused = tuple(series), focused
        if self._height() != before:
            self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Takes a second line where the first is too short and there is room."""
        return max(1, len(self.draw_lines(width, 1 if viewport.height < _TALL else 2)))

    def draw_lines(self, width: int, height: int) -> list[Line]:
        """Returns the lines."""
        names = short_names([one.name for one in self._series if not one.ghost])
        short = dict(zip((one.name for one in self._series if not one.ghost), names, strict=True))
        return legend([self._entry(one, short.get(one.name, one.name)) for one in self._series], width, height)

    def on_click(self, event: events.Click) -> None:
        """Tells which series is under the mouse."""
        lines = self.draw_lines(*self.size)
        at, place = event.get_content_offset(self), -1
        if at is None or at.y >= len(lines):
            return
        begun = 0
        known = {f"{self._colours.mark(one.name)} ": one.name for one in self._series}
        names = [one.name for one in self._series]
        place = sum(piece.text in known for line in lines[: at.y] for piece in line) - 1
        for piece in lines[at.y]:
            place += piece.text in known
            begun += display_width(piece.text)
            if at.x < begun:
                if 0 <= place < len(names):
                    self.post_message(SeriesChosen(names[place]))
                return

    def _entry(self, one: NamedSeries, name: str) -> Entry:
        focused = one.name == self._focused
        variant = ".bright" if focused else ".dim" if self._focused or one.ghost else ""
        return Entry(
            f"{one.sign} {name}".lstrip(),
            self._colours.mark(one.name),
            f"{self._colours.style(one.name)}{variant}",
            one.note,
            focused,
        )

    def _height(self) -> int:
        return self.get_content_height(self.container_size, self.app.size, self.size.width) if self.is_mounted else 0
