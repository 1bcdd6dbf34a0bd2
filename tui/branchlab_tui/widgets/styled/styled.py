"""A widget whose component styles wait until something is drawn with them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from textual.dom import DOMNode
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.css.styles import RenderStyles


class Styled(Widget):
    """Computes a component style when it is first drawn with.

    Textual computes all of them each time the styles of a widget are looked at again, which is three times before the
    first frame and whenever the focus moves. A table has twenty and draws with eight.
    """

    def notify_style_update(self) -> None:
        """Forgets the styles; those that are drawn with are computed again."""
        super().notify_style_update()
        self._component_styles.clear()

    def get_component_styles(self, *names: str) -> RenderStyles:
        """Returns the styles of some component classes, put together.

        Raises:
            KeyError: when the widget has no such class.
        """
        for name in names:
            if name not in self._component_styles and name in super()._get_component_classes():
                part = DOMNode(classes=name)
                part._attach(self)  # noqa: SLF001 - as Textual's stylesheet does
                self.app.stylesheet.apply(part)
                self._component_styles[name] = part.styles
        return super().get_component_styles(*names)

    @classmethod
    @cache
    def _get_component_classes(cls) -> frozenset[str]:
        """Names none, so that the stylesheet computes none."""
        return frozenset()
