"""A frame over the view with a title, what a subclass puts into it, and its keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from branchlab.text import safe_text
from branchlab_tui.resizing import NewestSize
from branchlab_tui.widgets.picker.choice_dialog import KeysLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

Result = TypeVar("Result")


class Box(NewestSize, ModalScreen[Result]):
    """A dialog without a list.

    Args:
        title: stands in the frame.
        bad: whether the frame says that something went wrong.
    """

    DEFAULT_CSS = Path(__file__).with_name("box.tcss").read_text("utf-8")
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - Textual declares it so
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "close", id="box.close")]

    def __init__(self, title: str, *, bad: bool = False) -> None:
        super().__init__()
        self._heading = safe_text(title)
        self._bad = bad
        self.keys_line = KeysLine()

    def compose(self) -> ComposeResult:
        """Puts the subclass's widgets over the keys; above and below are docked, as `1fr` is what docks leave."""
        with Vertical(classes="box -bad" if self._bad else "box") as box:
            box.border_title = Content(f"{'✗ ' if self._bad else ''}{self._heading}")
            with Vertical(classes="above"):
                yield from self.compose_above()
            yield from self.compose_box()
            with Vertical(classes="below"):
                yield from self.compose_below()
                yield self.keys_line

    def compose_above(self) -> Iterable[Widget]:
        """Yields what stays over what scrolls."""
        return ()

    def compose_box(self) -> Iterable[Widget]:
        """Yields the one widget that is made smaller, and scrolls, where there is little room."""
        return ()

    def compose_below(self) -> Iterable[Widget]:
        """Yields what stays between what scrolls and the keys."""
        return ()

    def keys_told(self) -> Sequence[tuple[str, str]]:
        """Returns keys and what they do."""
        return (("esc", "close"),)

    def on_mount(self) -> None:
        """Tells the keys."""
        self.keys_line.show(self.keys_told())

    def action_close(self) -> None:
        """Closes the dialog without an answer."""
        self.dismiss(None)


def words(text: str, classes: str = "words") -> Static:
    """Returns a widget that shows text as it is; nothing in it is markup."""
    # `Content`, since `Static` reads a plain string as markup, and a text with `[/red]` ends the program.
    return Static(Content(safe_text(text, multiline=True)), classes=classes)
