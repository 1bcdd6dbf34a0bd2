"""Component styles are computed late, and are the same as if they were not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

import pytest
from textual.app import App
from textual.widget import Widget

from branchlab_tui.widgets.styled.styled import Styled

if TYPE_CHECKING:
    from textual.app import ComposeResult

SHEET = " { & > .some--warm { color: $warning; } &:focus > .some--warm { color: $error; } }"
PARTS = {"some--warm", "some--plain"}


class Early(Widget, can_focus=True):
    DEFAULT_CSS = f"Early{SHEET}"
    COMPONENT_CLASSES: ClassVar[set[str]] = PARTS


class Late(Styled, can_focus=True):
    DEFAULT_CSS = f"Late{SHEET}"
    COMPONENT_CLASSES: ClassVar[set[str]] = PARTS


class Both(App[None]):
    def compose(self) -> ComposeResult:
        yield Early()
        yield Late()


def test_late_styles_follow_focus_and_theme() -> None:
    async def look() -> None:
        app = Both()
        async with app.run_test() as pilot:
            early, late = app.query_one(Early), app.query_one(Late)
            for theme in ("nord", "textual-light"):
                app.theme = theme
                for focused in (False, True):
                    app.set_focus(None)
                    styles = []
                    for widget in (early, late):
                        app.set_focus(widget if focused else None)
                        await pilot.pause()
                        styles.append([widget.get_component_rich_style(part) for part in sorted(PARTS)])
                    assert styles[0] == styles[1]

    asyncio.run(look())


def test_only_what_is_asked_for_is_computed() -> None:
    async def look() -> None:
        app = Both()
        async with app.run_test():
            late = app.query_one(Late)
            late.get_component_styles("some--warm")
            assert set(late._component_styles) == {"some--warm"}
            with pytest.raises(KeyError):
                late.get_component_styles("some--other")

    asyncio.run(look())
