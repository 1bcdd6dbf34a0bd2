"""Places to type into that show nothing raw, whatever was pasted or came from a file."""

from __future__ import annotations

from textual.widgets import Input, TextArea

from branchlab.text import safe_text


class TextField(Input):
    """One line of harmless text."""

    def __init__(self, value: str = "", *, id: str, hint: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(safe_text(value), id=id, compact=True, placeholder=hint, select_on_focus=False)
        self.cursor_blink = False  # a cursor that blinks sends bytes for ever

    def validate_value(self, value: str) -> str:
        """Makes harmless what was pasted."""
        return safe_text(value)


class TextBlock(TextArea):
    """Several lines of harmless text."""

    def __init__(self, value: str, *, id: str, lines: int) -> None:  # noqa: A002 - Textual's name
        super().__init__(safe_text(value, multiline=True), id=id, compact=True, soft_wrap=True)
        self.cursor_blink = False
        self.styles.height = lines

    def on_text_area_changed(self) -> None:
        """Makes harmless what was pasted."""
        safe = safe_text(self.text, multiline=True)
        if safe != self.text:
            self.load_text(safe)
            self.move_cursor(self.document.end)
