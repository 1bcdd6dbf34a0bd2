"""The line over a command: how its word may go on, or what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import shorten
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.query_bar.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.widgets.query_bar.hint import Completion
    from branchlab_tui.widgets.query_bar.query_input import QueryInput

LABEL = " : "
EXAMPLES = "sort -accuracy   cols +lr,-note   filter status:failed   compare NAME NAME   theme light   export md FILE"


class CommandAnswer(Answer):
    """Shows a few commands while nothing is typed; a problem is one of what was entered, and goes at the next key."""

    def __init__(self, field: QueryInput) -> None:
        super().__init__(field, LABEL)

    def show_completions(self, completions: Sequence[Completion]) -> None:
        """Shows how the word may go on."""
        self._problem = None
        super().show_completions(completions)

    def examples(self, width: int) -> list[Line]:
        """Returns a few commands."""
        return [[Piece("   " + shorten(EXAMPLES, max(width - 4, 0), "start"), "dim")]] if not self._field.value else []
