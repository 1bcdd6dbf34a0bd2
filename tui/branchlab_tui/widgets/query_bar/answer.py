"""The line that answers what is being typed: how the word may go on, or what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab.report.width import display_width
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.query_bar.hint import both_line, completion_line, problem_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.widgets.query_bar.hint import Completion, Problem
    from branchlab_tui.widgets.query_bar.query_input import QueryInput


class Answer(Drawn, can_focus=False):
    """Shows a problem, completions, both, or else what a subclass says may be typed.

    Args:
        field: what is typed into.
        label: what stands before it.
        classes: of the widget.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawn--problem", "drawn--key", "drawn--chosen", "drawn--dim"}

    def __init__(self, field: QueryInput, label: str, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._field, self._label = field, label
        self._problem: Problem | None = None
        self._completions: Sequence[Completion] = ()
        self._chosen = 0

    @property
    def chosen(self) -> Completion | None:
        """How the word goes on that is marked."""
        return self._completions[self._chosen] if self._completions else None

    def show_problem(self, problem: Problem | None) -> None:
        """Shows what is wrong, or that nothing is."""
        self._problem = problem
        self.redraw()

    def show_completions(self, completions: Sequence[Completion]) -> None:
        """Shows how the word may go on; the first is marked."""
        self._completions, self._chosen = completions, 0
        self.redraw()

    def choose(self, step: int) -> None:
        """Marks another one."""
        if self._completions:
            self._chosen = (self._chosen + step) % len(self._completions)
            self.redraw()

    def examples(self, width: int) -> list[Line]:
        """Returns what can be typed, where there is nothing to answer."""
        raise NotImplementedError

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - one line
        """Returns what is wrong, else how the word may go on, else what can be typed."""
        if self._problem and self._completions:
            return [both_line(self._problem, self._completions, self._chosen, width)]
        if self._problem:
            # The caret stands below the text as it is scrolled, not below its first letter.
            before = display_width(self._field.value[: self._problem.position]) - self._field.scroll_offset.x
            return [problem_line(self._problem, display_width(self._label) + before, width)]
        if self._completions:
            return [completion_line(self._completions, self._chosen, width)]
        return self.examples(width)
