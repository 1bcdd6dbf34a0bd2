"""The output of a program, line by line: follows a log that grows, goes back as far as wanted, and finds a text."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from branchlab.text import format_bytes
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.drawn.scrolled import Scrolled
from branchlab_tui.widgets.lines.signs import BAR, with_bar
from branchlab_tui.widgets.lines.viewport import Viewport
from branchlab_tui.widgets.log_view.keys import KEYS
from branchlab_tui.widgets.log_view.layout import Layout, Place
from branchlab_tui.widgets.log_view.lines import draw_row
from branchlab_tui.widgets.log_view.log_file import LogFile
from branchlab_tui.widgets.log_view.messages import HitsCounted
from branchlab_tui.widgets.log_view.reader import LogReader
from branchlab_tui.widgets.log_view.search import Search, go_on
from branchlab_tui.widgets.status_line.layout import Fact, lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.widgets.log_view.messages import LogRead

_GUTTER = 2
_AHEAD = 100  # lines before the first known one at which more is read
_PAUSE = 0.5  # seconds between two looks at a log that grows
_STYLES = ("hit", "hit-here", "thumb", "bold", "live")


class LogView(LogReader, Scrolled):
    """Shows a log file of any size; only what is in sight is drawn, and only what is looked at is read.

    Posts `HitsCounted` when a search has found something or nothing.
    """

    DEFAULT_CSS = Path(__file__).with_name("log_view.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"drawn--{style}" for style in _STYLES}
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._top = Place(0)
        self._following = True
        self._wrap = True
        self._growing = False
        self._to_top = False

    @property
    def following(self) -> bool:
        """Whether the last line stays in sight while the log grows."""
        return self._following

    @property
    def needle(self) -> str:
        """What is looked for, empty for nothing."""
        return self._search.needle

    @property
    def path(self) -> str:
        """The file that is shown."""
        return self._log.path

    def on_mount(self) -> None:
        """Looks at a log that grows from time to time."""
        self.set_interval(_PAUSE, self._tick)

    def show(self, path: str, *, growing: bool) -> None:
        """Shows the end of a file; one that is shown already stays where it is."""
        self._growing = growing
        if path == self._log.path:
            return
        self._log, self._search = LogFile(path), Search()
        self._top, self._following, self._to_top = Place(0), True, False
        self.redraw()
        self.look()

    def _tick(self) -> None:
        if self._growing and self.display and self.screen.is_current:
            self.look()

    def on_log_read(self, message: LogRead) -> None:
        """Shows what a thread read."""
        message.stop()
        if message.log is not self._log:  # a thread that began before another log was shown
            return
        if message.search is not None and (message.jump or message.search.needle == self._search.needle):
            self._search = message.search
            self.post_message(HitsCounted(self._search.words))
            if message.jump:
                self._go_to_hit()
        if message.top and self._to_top:
            self._to_top = False
            self._go(Place(self._log.first))
        self.redraw()

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:
        """Returns the head line, and the rows in sight with the scroll bar behind them."""
        layout = self._layout()
        top = layout.bottom() if self._following else min(self._top, layout.bottom())
        rows = layout.rows(top)
        self._ask_for_more(rows[0].line if rows else 0, [row.line for row in rows if row.text is None])
        head = lay_out(Fact(os.path.basename(self._log.path), "title"), self._facts(), width)
        lines: list[Line] = []
        for place in range(height - 1):
            line = [Piece("")]
            if place < len(rows):
                row = rows[place]
                line = draw_row(row, self._log.line(row.line) or "", self._search, width - BAR)
            lines.append(line)
        return [head, *with_bar(lines, self._thumb(top.line, len(rows), height - 1), width)]

    def _layout(self) -> Layout:
        width, height = self.size
        return Layout(self._log, max(width - _GUTTER - BAR, 1), max(height - 1, 1), self._wrap)

    def _facts(self) -> list[Fact]:
        log = self._log
        count = f"{log.end - log.first:,}{'' if log.at_start else '+'} lines"
        facts = [Fact(count, "dim", 3), Fact(format_bytes(log.size), "dim", 4)]
        if self._search.needle:
            facts.insert(0, Fact(f"/{self._search.needle}: {self._search.words}", "bold", 1))
        if self._to_top:
            facts.insert(0, Fact("reading back…", "live", 1))
        if self._growing:
            facts.append(Fact("following ▼" if self._following else "F follows", "live" if self._following else "", 2))
        return facts

    def _thumb(self, top: int, rows: int, height: int) -> range:
        """Returns the rows of the scroll bar that stand for what is in sight; none when all is."""
        log = self._log
        total = log.end - log.first
        if rows >= total or height < 1:
            return range(0)
        size = max(height * rows // total, 1)
        start = min((top - log.first) * height // total, height - size)
        # Rounding may leave a cell below the thumb, which would look as if there were more.
        return range(height - size, height) if self._following else range(start, start + size)

    def _ask_for_more(self, first: int, missing: list[int]) -> None:
        if missing:
            self._start("load", lambda: self._load(missing[0], missing[-1] + 1))
        elif first - self._log.first < _AHEAD and not self._log.at_start and not self._following:
            self._start("back", self._read_back)

    def search(self, needle: str) -> None:
        """Looks for a text, from what is in sight upwards; an empty one is nothing to look for."""
        if not needle:
            self._search = Search()
            self.post_message(HitsCounted(""))
            self.redraw()
            return
        rows = self._layout().rows(self._shown_top())
        below = rows[-1].line + 1 if rows else self._log.end
        self._start("find", lambda: self._find(needle, below))

    def next_hit(self, steps: int) -> bool:
        """Goes to the next hit, or the one before; tells whether there is a search."""
        search = self._search
        if not search.needle:
            return False
        here = search.here if search.here is not None else self._log.end
        if steps > 0:
            self._search = go_on(search, here)
            self._go_to_hit()
            self.post_message(HitsCounted(self._search.words))
        else:
            self._start("find", lambda: self._find_before(search, here))
        return True

    def _go_to_hit(self) -> None:
        here = self._search.here
        if here is None:
            self.redraw()
            return
        shown = self._layout().rows(self._shown_top())
        if not any(row.line == here for row in shown):
            self._go(self._layout().centred(here))
        self.redraw()

    def _shown_top(self) -> Place:
        return self._layout().bottom() if self._following else self._top

    def _go(self, top: Place) -> None:
        self._following, self._to_top = False, False
        self._top = top
        self.redraw()

    @property
    def _window(self) -> Viewport:
        return Viewport(height=max(self.size.height - 1, 0))

    def _scroll(self, rows: int) -> None:
        self.action_scroll(rows)

    def action_scroll(self, rows: int) -> None:
        """Moves by rows; up ends following, the end takes it up again."""
        layout, top = self._layout(), self._shown_top()
        if rows < 0:
            self._go(layout.above(top, -rows))
        elif layout.below(top, rows) >= layout.bottom():
            self.action_bottom()
        else:
            self._go(layout.below(top, rows))

    def action_top(self) -> None:
        """Goes to the first line, which may have to be read first."""
        self._go(Place(self._log.first))
        if not self._log.at_start:
            self._to_top = True
            self._start("top", self._read_to_top)

    def action_bottom(self) -> None:
        """Goes to the last line, and follows the log where it grows."""
        self._following, self._to_top = True, False
        self.redraw()

    def action_wrap(self) -> None:
        """Wraps long lines, or cuts them."""
        self._wrap = not self._wrap
        self._top = Place(self._top.line)  # rows of a line are counted for one way of wrapping
        self.redraw()

    def follow(self) -> None:
        """Follows the log, or stays where it is."""
        if self._following:
            self._go(self._shown_top())
        else:
            self.action_bottom()
