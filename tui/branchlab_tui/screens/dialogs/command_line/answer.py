"""The line over a command: how its word may go on, or what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab.report.width import display_width, shorten
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.query_bar.hint import Problem, completion_line, problem_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.model.completion import Completion
    from branchlab_tui.widgets.query_bar.query_input import QueryInput

LABEL = " : "
EXAMPLES = "sort -accuracy   cols +lr,-note   filter status:failed   compare NAME NAME   theme light   export md FILE"


class Answer(Drawn, can_focus=False):
    """Shows one of both, else examples."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawn--problem", "drawn--key", "drawn--chosen"}

    def __init__(self, field: QueryInput) -> None:
        super().__init__()
        self._field = field
        self._problem: Problem | None = None
        self._completions: Sequence[Completion] = ()
        self._chosen = 0

    @property
    def chosen(self) -> Completion | None:
        """How the word goes on that is marked."""
        return self._completions[self._chosen] if self._completions else None

    def show_problem(self, position: int, words: str, hint: str) -> None:
        """Shows what is wrong."""
        self._problem = Problem(position, words, hint)
        self.redraw()

    def show_completions(self, completions: Sequence[Completion]) -> None:
        """Shows how the word may go on; the first is marked."""
        self._problem = None
        self._completions, self._chosen = completions, 0
        self.redraw()

    def choose_next(self) -> None:
        """Marks the next one."""
        if self._completions:
            self._chosen = (self._chosen + 1) % len(self._completions)
            self.redraw()

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - one line
        """Returns the line."""
        if self._problem:
            before = display_width(self._field.value[: self._problem.position]) - self._field.scroll_offset.x
            return [problem_line(self._problem, display_width(LABEL) + before, width)]
        if self._completions:
            return [completion_line(self._completions, self._chosen, width)]
        return [[Piece("   " + shorten(EXAMPLES, max(width - 4, 0), "start"), "dim")]] if not self._field.value else []
