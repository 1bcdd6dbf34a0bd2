"""The difference of two experiments: what they recorded above or beside what differs in code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container

from branchlab_tui.screens.base import bindings_of
from branchlab_tui.screens.diff.acting import Acting
from branchlab_tui.screens.diff.record_table import RecordTable
from branchlab_tui.widgets.diff_view.view import DiffView
from branchlab_tui.widgets.search_line.search_line import SearchLine
from branchlab_tui.widgets.state_panel.state_panel import StatePanel
from branchlab_tui.widgets.status_line.status_line import StatusLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class DiffScreen(Acting):
    """Two experiments, the first judged against the second."""

    VIEW = "diff"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("diff")]
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#record"

    def compose_body(self) -> ComposeResult:
        """Yields the title, both panes, and the lines below them."""
        yield StatusLine(id="title")
        with Container(id="panes"):
            yield RecordTable(id="record")
            yield DiffView(id="code")
        yield StatePanel(id="nothing")
        yield SearchLine(id="search")
        yield StatusLine(id="told")


SCREEN = DiffScreen
