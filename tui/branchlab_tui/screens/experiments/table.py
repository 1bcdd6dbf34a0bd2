"""The table of experiments: a line table whose group headings fold."""

from __future__ import annotations

from branchlab_tui.widgets.table.messages import RowOpened
from branchlab_tui.widgets.table.table import LineTable


class ExperimentTable(LineTable):
    """A line table in which space on a heading opens it, as enter does; there is nothing to mark on one."""

    def action_mark(self) -> None:
        """Marks the row under the cursor, or folds the group."""
        key = self.cursor_key
        place = None if key is None else self._place_of(key)
        if key is not None and place is not None and self._rows.kind(place) == "group":
            self.post_message(RowOpened(key, self))
        else:
            super().action_mark()
