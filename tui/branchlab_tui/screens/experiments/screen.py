"""The start view: all experiments in a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.screens.base import bindings_of
from branchlab_tui.screens.experiments.starting import Starting

if TYPE_CHECKING:
    from textual.binding import BindingType


class ExperimentsScreen(Starting):
    """All experiments, filtered, sorted and grouped as the user wants it, with a preview of one."""

    # Textual never loads the CSS_PATH of the screen that a program begins with.
    DEFAULT_CSS = Path(__file__).with_name("screen.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("experiments")]


SCREEN = ExperimentsScreen
