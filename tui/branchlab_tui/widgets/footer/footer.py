"""The line at the bottom of every view: the keys that help most, for the widget that has the focus first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widget import Widget

from branchlab_tui.actions.key_names import shown_key
from branchlab_tui.actions.registry import actions_of
from branchlab_tui.widgets.footer.layout import Hint, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.events import Click
    from textual.geometry import Size
    from textual.screen import Screen

_TALL = 24  # rows from which a second line is not missed elsewhere
_WIDE = 120
_ALWAYS = ("keys",)


class KeyFooter(Widget):
    """Shows as many keys as fit, by rank; a click does what the key does."""

    DEFAULT_CSS = Path(__file__).with_name("footer.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"footer--key", "footer--label"}
    ALLOW_SELECT = False

    def __init__(self, view: str) -> None:
        super().__init__()
        self._view = view

    def on_mount(self) -> None:
        """Follows the focus, which brings keys of its own."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Takes a second line where there is plenty of place and the keys need it."""
        return len(self._rows(width))

    def render(self) -> Content:
        """Puts the lines together."""
        key, label = self.get_visual_style("footer--key"), self.get_visual_style("footer--label")
        lines = [
            Content.assemble(
                " ",
                *(
                    (text, style)
                    for hint in row
                    for text, style in ((hint.key, key), (" ", ""), (hint.label, label), ("  ", ""))
                ),
            )
            for row in self._rows(self.size.width)
        ]
        return Content("\n").join(lines)

    async def on_click(self, event: Click) -> None:
        """Does what the key under the mouse does."""
        rows = self._rows(self.size.width)
        at = 1
        for hint in rows[event.y] if event.y < len(rows) else ():
            at += hint.width
            if event.x < at:
                await self._run(hint)
                return

    async def _run(self, hint: Hint) -> None:
        own = {action: node for _, action, node in self._focused()}
        await self.app.run_action(hint.action, own.get(hint.action, self.screen))

    def _rows(self, width: int) -> list[list[Hint]]:
        from branchlab_tui.screens.base import action_string

        actions = sorted((one for one in actions_of(self._view) if one.rank and one.keys), key=lambda one: one.rank)
        hints = [
            Hint(shown_key(one.keys[0]), one.label, action_string(one)) for one in actions if one.id not in _ALWAYS
        ]
        keep = [Hint(shown_key(one.keys[0]), one.label, action_string(one)) for one in actions if one.id in _ALWAYS]
        screen = self.app.size
        lines = 2 if screen.width >= _WIDE and screen.height >= _TALL else 1
        return fit([*(hint for hint, _, _ in self._focused()), *hints], keep, width, lines)

    def _focused(self) -> Iterator[tuple[Hint, str, Widget]]:
        """Yields what the widget with the focus wants shown, one hint for each of its actions."""
        focused = self.screen.focused
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if active.node is focused and focused is not None and binding.show and binding.action not in seen:
                seen.add(binding.action)
                yield Hint(shown_key(binding.key), binding.description, binding.action), binding.action, focused
