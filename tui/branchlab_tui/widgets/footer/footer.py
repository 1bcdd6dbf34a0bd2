"""The line at the bottom of every view: the keys that help most, for the widget that has the focus first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from branchlab.text import safe_text
from branchlab_tui.actions.key_names import shown_key
from branchlab_tui.actions.registry import actions_of
from branchlab_tui.widgets.footer.layout import Hint, fit
from branchlab_tui.widgets.styled.styled import Styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.events import Click
    from textual.geometry import Size
    from textual.screen import Screen
    from textual.widget import Widget

_TALL = 24  # rows from which a second line is not missed elsewhere
_WIDE = 120
_ALWAYS = ("keys",)  # the way to all that found no room
_CANCEL = "  ^c stops it "


class KeyFooter(Styled):
    """Shows as many keys as fit, by rank; a click does what the key does. Over them, what is being done."""

    DEFAULT_CSS = Path(__file__).with_name("footer.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"footer--key", "footer--label", "footer--activity"}
    ALLOW_SELECT = False

    def __init__(self, view: str) -> None:
        super().__init__()
        self._view = view
        self._activity = ""

    def on_mount(self) -> None:
        """Follows the focus, which brings keys of its own."""
        self.show_activity(getattr(self.app, "activity", ""))
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def show_activity(self, text: str) -> None:
        """Shows what is being done in a line of its own; empty takes that line away."""
        text = safe_text(text)
        if text != self._activity:
            taller = bool(text) != bool(self._activity)
            self._activity = text
            self.refresh(layout=taller)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Takes a second line where there is plenty of place and the keys need it."""
        return len(self._rows(width)) + bool(self._activity)

    def render(self) -> Content:
        """Puts the lines together."""
        lines = [self._activity_line()] if self._activity else []
        return Content("\n").join([*lines, *map(self._row_line, self._rows(self.size.width))])

    async def on_click(self, event: Click) -> None:
        """Does what the key under the mouse does."""
        place = event.y - bool(self._activity)
        if place < 0:
            await self.app.run_action("app.cancel")
            return
        rows, at = self._rows(self.size.width), 1
        for hint in rows[place] if place < len(rows) else ():
            at += hint.width
            if event.x < at:
                own = {one.action: node for one, node in self._focused()}
                await self.app.run_action(hint.action, own.get(hint.action, self.screen))
                return

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.refresh(layout=True)

    def _activity_line(self) -> Content:
        room = self.size.width - len(_CANCEL) - 3
        words = Content(f" ◐ {self._activity}").truncate(room, ellipsis=True).pad_right(1)
        return Content.assemble((words.plain, self.get_visual_style("footer--activity")), _CANCEL)

    def _row_line(self, row: list[Hint]) -> Content:
        key, label = self.get_visual_style("footer--key"), self.get_visual_style("footer--label")
        parts = (part for hint in row for part in ((hint.key, key), " ", (hint.label, label), "  "))
        return Content.assemble(" ", *parts)

    def _rows(self, width: int) -> list[list[Hint]]:
        from branchlab_tui.screens.base import action_string  # not above: `screens.base` puts a footer into every view

        actions = sorted((one for one in actions_of(self._view) if one.rank and one.keys), key=lambda one: one.rank)
        hints = {one.id: Hint(shown_key(one.keys[0]), one.label, action_string(one)) for one in actions}
        keep = [hints.pop(name) for name in _ALWAYS if name in hints]
        focused = (hint for hint, _ in self._focused())
        roomy = self.app.size.width >= _WIDE and self.app.size.height >= _TALL
        return fit([*focused, *hints.values()], keep, width, 2 if roomy else 1)

    def _focused(self) -> Iterator[tuple[Hint, Widget]]:
        """Yields what the widget with the focus wants shown, one hint for each of its actions."""
        focused = self.screen.focused
        seen: set[str] = set()
        for active in self.screen.active_bindings.values() if focused else ():
            binding = active.binding
            if active.node is focused and focused and binding.show and binding.action not in seen:
                seen.add(binding.action)
                yield Hint(shown_key(binding.key), binding.description, binding.action), focused
