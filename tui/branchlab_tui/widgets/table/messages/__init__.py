"""What a table tells its screen; every message has the table that sent it as its `control`."""

from __future__ import annotations

from branchlab_tui.widgets.table.messages.column_dropped import ColumnDropped
from branchlab_tui.widgets.table.messages.column_moved import ColumnMoved
from branchlab_tui.widgets.table.messages.cursor_moved import CursorMoved
from branchlab_tui.widgets.table.messages.heading_clicked import HeadingClicked
from branchlab_tui.widgets.table.messages.marks_changed import MarksChanged
from branchlab_tui.widgets.table.messages.row_opened import RowOpened
from branchlab_tui.widgets.table.messages.scrolled import Scrolled
from branchlab_tui.widgets.table.messages.table_message import TableMessage
from branchlab_tui.widgets.table.messages.width_changed import WidthChanged

__all__ = [
    "ColumnDropped",
    "ColumnMoved",
    "CursorMoved",
    "HeadingClicked",
    "MarksChanged",
    "RowOpened",
    "Scrolled",
    "TableMessage",
    "WidthChanged",
]
