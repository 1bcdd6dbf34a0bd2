"""One of a few words, all of them in sight."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.message import Message

from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.drawn.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType
    from textual.events import Click

    from branchlab_tui.drawing.piece import Line


class ChoiceField(Drawn):
    """Shows choices beside each other; the chosen one stands in brackets."""

    DEFAULT_CSS = Path(__file__).with_name("choice_field.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawn--here", "drawn--other"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", show=False),
        Binding("right,l,space", "step(1)", show=False),
    ]

    class Changed(Message):
        """Another one was chosen."""

    def __init__(self, choices: Sequence[str], value: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._choices = choices
        self._place = choices.index(value) if value in choices else 0

    @property
    def value(self) -> str:
        """The chosen word."""
        return self._choices[self._place]

    def action_step(self, step: int) -> None:
        """Chooses the next one, round the ends."""
        self._choose((self._place + step) % len(self._choices))

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - one line
        """Returns the line, moved so that the chosen word is in sight."""
        pieces = self._pieces()
        start = 0
        # No more than needed is moved out: the words before the chosen one are choices too.
        while start < self._place and sum(len(piece.text) for piece in pieces[start : self._place + 1]) > width:
            start += 1
        return [pieces[start:]]

    def on_click(self, event: Click) -> None:
        """Chooses what was clicked."""
        at = 0
        for place, piece in enumerate(self._pieces()):
            at += len(piece.text)
            if event.x < at:
                self._choose(place)
                return

    def _pieces(self) -> list[Piece]:
        return [
            Piece(f"[{word}]", "here") if place == self._place else Piece(f" {word} ", "other")
            for place, word in enumerate(self._choices)
        ]

    def _choose(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self.redraw()
            self.post_message(self.Changed())
