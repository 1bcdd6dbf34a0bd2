"""The colours: which one is taken, that they can be read, and that none is sent where none is wanted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.app import App
from textual.color import Color
from textual.filter import NoColor

from branchlab_tui.theme.themes import DARK, LIGHT, NAMES, TERMINAL, choose_theme, next_theme, register_themes
from driven_app import drive

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

READABLE = 4.5  # WCAG 2.2, 1.4.3


@pytest.mark.parametrize(
    ("remembered", "background", "chosen"),
    [
        (LIGHT, "15;0", LIGHT),
        ("", "0;15", LIGHT),
        ("", "15;default;0", DARK),
        ("", "0;7", LIGHT),
        ("", "", DARK),
        ("gone", "nonsense", DARK),
        (TERMINAL, "", TERMINAL),
        ("light", "15;0", LIGHT),
    ],
)
def test_what_was_remembered_wins_over_the_background_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, remembered: str, background: str, chosen: str
) -> None:
    monkeypatch.setenv("COLORFGBG", background)
    assert choose_theme(remembered) == chosen


def test_themes_come_round() -> None:
    seen = [DARK]
    while next_theme(seen[-1]) not in seen:
        seen.append(next_theme(seen[-1]))
    assert tuple(seen) == NAMES


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("on", ["background", "surface", "panel"])
@pytest.mark.parametrize(
    "text", ["foreground", "text-primary", "text-accent", "text-success", "text-warning", "text-error"]
)
def test_text_can_be_read_on_every_ground(theme: str, on: str, text: str) -> None:
    app: App[int] = App()
    register_themes(app)
    colours = app.available_themes[theme].to_color_system().generate()
    lights = sorted((luminance(Color.parse(colours[on])), luminance(Color.parse(colours[text]))))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= READABLE


def luminance(colour: Color) -> float:
    """Returns the relative luminance of WCAG 2.2."""
    parts = (part / 255 for part in colour.rgb)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_theme_has_what_the_sheets_of_textual_ask_for() -> None:
    async def run(theme: str) -> None:
        app: App[int] = App()
        register_themes(app)
        app.theme = theme
        async with app.run_test():
            assert app.theme == theme

    for theme in NAMES:
        asyncio.run(run(theme))


def test_no_colour_means_none(lab: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def steps(_pilot: Pilot[int], app: BranchlabApp) -> None:
        assert any(isinstance(one, NoColor) for one in app._filters)
        for strip in app.screen._compositor.render_strips():
            for segment in strip.apply_filter(app._filters[-1], Color(0, 0, 0)):
                assert segment.style is None or segment.style.color is None or segment.style.color.is_default

    drive(lab.path, steps, size=(80, 24))
