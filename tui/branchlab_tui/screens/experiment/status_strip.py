"""The line under the header: which experiment, and how it stands."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.screens.experiment.strip import strip_line
from branchlab_tui.widgets.drawn.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Experiment
    from branchlab.reading.pulse import Pulse
    from branchlab_tui.drawing.piece import Line


class StatusStrip(Drawn, can_focus=False):
    """Shows one experiment in one line; draws only what changed of it."""

    DEFAULT_CSS = Path(__file__).with_name("status_strip.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawn--better", "drawn--live", "drawn--bold"}

    def __init__(self) -> None:
        super().__init__()
        self._one: Experiment | None = None
        self._pulse: Pulse | None = None
        self._place = ""
        self._gone = ""

    def show(self, one: Experiment | None, pulse: Pulse | None, place: str, gone: str) -> None:
        """Shows an experiment; see `strip_line`."""
        self._one, self._pulse, self._place, self._gone = one, pulse, place, gone
        self.redraw()

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - one line, however high
        """Returns the line."""
        if self._one is None:
            return [[]]
        return [strip_line(self._one, self._pulse, time.time(), width, place=self._place, gone=self._gone)]
