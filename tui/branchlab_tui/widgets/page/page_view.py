"""A page of text that scrolls and is searched; where rows lead somewhere it has a cursor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.drawn.scrolled import Scrolled
from branchlab_tui.widgets.lines.signs import BAR, with_bar
from branchlab_tui.widgets.lines.viewport import Viewport
from branchlab_tui.widgets.page.content import page_rows
from branchlab_tui.widgets.page.keys import KEYS
from branchlab_tui.widgets.page.messages import LinkOpened
from branchlab_tui.widgets.page.rows import draw_row
from branchlab_tui.widgets.search_line.hits import finds_both, small
from branchlab_tui.widgets.search_line.search import Search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.geometry import Size

    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.widgets.page.content import Part, Row

_GUTTER = 2
_STYLES = ("better", "bold", "live", "heading", "rule", "hit", "hit-here", "here", "thumb")


class PageView(Scrolled):
    """Shows headings, facts and tables, laid out anew at every width; posts `LinkOpened`."""

    DEFAULT_CSS = Path(__file__).with_name("page.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"drawn--{style}" for style in _STYLES}
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._parts: tuple[Part, ...] = ()
        self._rows: list[Row] = []
        self._laid_out_at = -1
        self._view = Viewport()
        self._search = Search()

    def show(self, parts: Sequence[Part], *, anew: bool = False) -> None:
        """Shows other parts; the place stays, but where the page is another one (`anew`)."""
        if tuple(parts) == self._parts and not anew:
            return
        before = len(self._rows)
        self._parts = tuple(parts)
        self._laid_out_at = -1
        if anew:
            self._view, self._search = Viewport(), Search()
        height = self.styles.height
        if height is not None and height.is_auto and len(self._laid_out()) != before:  # only then others move
            self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Wants as many rows as the page has."""
        return max(len(page_rows(self._parts, max(width - _GUTTER - BAR, 1))), 1)

    @property
    def needle(self) -> str:
        """What is looked for, empty for nothing."""
        return self._search.needle

    @property
    def linked(self) -> bool:
        """Whether a row leads somewhere, so that the page has a cursor."""
        return any(row.key for row in self._laid_out())

    def _laid_out(self) -> list[Row]:
        """Returns the rows at the width of now."""
        width = self.size.width
        if self._laid_out_at != width:
            self._laid_out_at = width
            self._rows = page_rows(self._parts, max(width - _GUTTER - BAR, 1))
            self._view = self._view.replaced(len(self._rows), self._cursor_at())
            if self._search.needle:
                self._search = self._found(self._search.needle)._replace(at=self._search.at)
        return self._rows

    def _cursor_at(self) -> int:
        """Returns the row of the cursor among new rows: the first that leads somewhere, as long as it was not moved."""
        first = next((place for place, row in enumerate(self._rows) if row.key), 0)
        return max(self._view.cursor, first) if self._view.total else first

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:
        """Returns the rows in sight, each with its gutter, and the scroll bar."""
        rows = self._laid_out()
        self._view = self._view.resized(height)
        linked = any(row.key for row in rows)
        lines = []
        for place in self._view.rows:
            here = linked and place == self._view.cursor
            lines.append(draw_row(rows[place], self._search, place, here=here))
        lines += [[]] * (height - len(lines))
        return with_bar(lines, self._view.thumb, width)

    def search(self, needle: str) -> str:
        """Looks for a text from the row in sight on, goes there, and returns in words what was found."""
        if not needle:
            self._search = Search()
            self.redraw()
            return ""
        self._laid_out()
        start = self._search.line if self._search.line >= 0 else self._view.top
        self._search = self._found(needle).begin(start)
        return self._go_to_hit()

    def next_hit(self, steps: int) -> str:
        """Goes to the next hit, or the one before; returns in words where that is, nothing where there is no search."""
        if not self._search.needle:
            return ""
        self._search = self._search.step(self._search.line, steps)
        return self._go_to_hit()

    def _found(self, needle: str) -> Search:
        both = finds_both(needle)
        lines = [place for place, row in enumerate(self._rows) if needle in (small(row.text) if both else row.text)]
        return Search(needle, lines)

    def _go_to_hit(self) -> str:
        search = self._search
        if search.line >= 0:
            view = self._view._replace(cursor=search.line)
            if search.line not in view.rows:
                view = view.put(search.line, search.line - view.half)
            self._view = view
        self.redraw()
        return f"{search.at + 1} of {len(search.lines)}" if search.lines else "not found"

    def _go(self, view: Viewport) -> None:
        self._view = view
        self.redraw()

    def action_step(self, rows: int) -> None:
        """Moves the cursor, where there is one, else the page."""
        view = self._view
        linked = self.linked
        self._go(view.step_to(view.cursor + rows) if linked else view.put(view.top + rows, view.top + rows))

    @property
    def _window(self) -> Viewport:
        return self._view

    def _scroll(self, rows: int) -> None:
        self._go(self._view.scroll_by(rows))

    def _turn(self, rows: int) -> None:
        self._go(self._view.page_by(rows))

    def action_top(self) -> None:
        """Goes to the first row."""
        self._go(self._view.put(0, 0))

    def action_bottom(self) -> None:
        """Goes to the last row."""
        self._go(self._view.put(self._view.total - 1, self._view.last_top))

    def action_open(self) -> None:
        """Goes where the row under the cursor leads."""
        rows = self._laid_out()
        if self._view.cursor < len(rows) and rows[self._view.cursor].key:
            self.post_message(LinkOpened(rows[self._view.cursor].key, self))

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor; a click at it opens."""
        place = self._view.top + event.y
        rows = self._laid_out()
        if not (place < len(rows) and rows[place].key):
            return
        if place == self._view.cursor:
            self.action_open()
        self._go(self._view._replace(cursor=place))
