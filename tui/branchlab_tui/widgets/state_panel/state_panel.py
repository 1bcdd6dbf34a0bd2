"""Says why there is nothing to see, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from textual.content import Content
from textual.widget import Widget

from branchlab.text import safe_text

_MARKS = {"loading": "… ", "empty": "", "error": "✗ "}


class StatePanel(Widget):
    """Stands in the place of a panel that is empty, still loads, or could not be read. It never moves by itself."""

    DEFAULT_CSS = Path(__file__).with_name("state_panel.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"state-panel--{part}" for part in ("loading", "empty", "error", "hint")}

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._kind: Literal["loading", "empty", "error"] = "loading"
        self._what = ""
        self._hint = ""

    def show_loading(self, text: str = "reading") -> None:
        """Says what is being read."""
        self._show("loading", text, "")

    def show_empty(self, text: str, hint: str = "") -> None:
        """Says that there is nothing, and what would bring something."""
        self._show("empty", text, hint)

    def show_error(self, what: str, hint: str = "") -> None:
        """Says what failed, and what to do about it."""
        self._show("error", what, hint)

    def render(self) -> Content:
        """Puts the words together."""
        style = self.get_visual_style(f"state-panel--{self._kind}")
        words = Content.styled(f"{_MARKS[self._kind]}{self._what}", style)
        if not self._hint:
            return words
        return Content.assemble(words, "\n\n", (self._hint, self.get_visual_style("state-panel--hint")))

    def _show(self, kind: Literal["loading", "empty", "error"], what: str, hint: str) -> None:
        self._kind = kind
        self._what, self._hint = safe_text(what, multiline=True), safe_text(hint, multiline=True)
        self.refresh()
