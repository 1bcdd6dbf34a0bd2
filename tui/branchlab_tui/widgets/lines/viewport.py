"""Which rows of a table are in sight, and where its cursor stands. Free of Textual."""

from __future__ import annotations

from branchlab.tuples import NamedTuple

WHEEL = 3  # rows by which a notch of the wheel scrolls


class Viewport(NamedTuple):
    """A window of `height` lines over `total` rows, which starts at row `top`; it never shows less than it could."""

    total: int = 0
    height: int = 0
    top: int = 0
    cursor: int = 0

    @property
    def last_top(self) -> int:
        """The top at which the last row stands on the last line."""
        return max(self.total - self.height, 0)

    @property
    def half(self) -> int:
        """Half a page, at least one row."""
        return max(self.height // 2, 1)

    @property
    def page(self) -> int:
        """A page, less a row that stays as a hold for the eye."""
        return max(self.height - 1, 1)

    @property
    def rows(self) -> range:
        """The places in sight."""
        return range(self.top, min(self.top + self.height, self.total))

    @property
    def thumb(self) -> range:
        """The lines of the window beside which the thumb of its scroll bar stands; none where all rows are in sight."""
        if not (self.last_top and self.height):
            return range(0)
        size = max(self.height * self.height // self.total, 1)
        start = round(self.top * (self.height - size) / self.last_top)  # at the bottom just when the window is
        return range(start, start + size)

    def step_to(self, cursor: int) -> Viewport:
        """Moves the cursor; a step over the edge scrolls by half a page, because each scroll draws all lines anew."""
        cursor = max(min(cursor, self.total - 1), 0)
        if not self.top <= cursor < self.top + self.height:
            return self.put(cursor, cursor - self.height // 2)
        return self._replace(cursor=cursor)

    def page_by(self, rows: int) -> Viewport:
        """Moves cursor and window alike, so that the cursor keeps its line as long as there is more to scroll."""
        return self.put(self.cursor + rows, self.top + rows)

    def scroll_by(self, rows: int) -> Viewport:
        """Moves the window alone; the cursor may go out of sight."""
        return self.put(self.cursor, self.top + rows)

    def resized(self, height: int) -> Viewport:
        """Changes the height; a cursor that was in sight stays there."""
        was_seen = self.cursor in self.rows
        view = self._replace(height=height).put(self.cursor, self.top)
        if not was_seen or view.cursor in view.rows or not height:
            return view
        return view.put(self.cursor, self.cursor - height + 1)  # on the last line: a window shrinks from below

    def replaced(self, total: int, cursor: int) -> Viewport:
        """Puts the window over other rows; a cursor that was in sight keeps its line if it can."""
        top = cursor - (self.cursor - self.top) if self.cursor in self.rows else self.top
        return self._replace(total=total).put(cursor, top)

    def put(self, cursor: int, top: int) -> Viewport:
        """Puts cursor and window where they are told, as far as there are rows."""
        view = self._replace(cursor=max(min(cursor, self.total - 1), 0))
        return view._replace(top=max(min(top, view.last_top), 0))
