"""The themes of the program and which one to begin with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual.theme import Theme

if TYPE_CHECKING:
    from textual.app import App

PREFIX = "branchlab-"
DARK, LIGHT, TERMINAL = f"{PREFIX}dark", f"{PREFIX}light", f"{PREFIX}ansi"
NAMES = (DARK, LIGHT, TERMINAL)
_DARK_BACKGROUNDS = {*range(7), 8}  # of the sixteen colours

_THEMES = (
    Theme(
        name=DARK,
        primary="#5b9bd5",
        secondary="#7f8fa6",
        accent="#d7a86e",
        success="#7fb77e",
        warning="#d7b26e",
        error="#d9777f",
        foreground="#d7dae0",
        background="#16181d",
        surface="#1d2027",
        panel="#252932",
        dark=True,
    ),
    Theme(
        name=LIGHT,
        primary="#2563a8",
        secondary="#52606d",
        accent="#8a5a00",
        success="#2b7a3d",
        warning="#8a6100",
        error="#b3323f",
        foreground="#22262d",
        background="#fafaf8",
        surface="#f1f1ee",
        panel="#e6e6e2",
        dark=False,
    ),
    Theme(
        name=TERMINAL,
        ansi=True,
        primary="ansi_blue",
        secondary="ansi_cyan",
        accent="ansi_cyan",
        success="ansi_green",
        warning="ansi_yellow",
        error="ansi_red",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=True,
        variables={
            "ansi-background": "ansi_default",
            "ansi-foreground": "ansi_default",
            "border": "ansi_default",
            "border-blurred": "ansi_default",
            "footer-key-foreground": "ansi_cyan",
            "block-cursor-background": "ansi_default",
            "block-cursor-text-style": "bold reverse",
            "input-selection-background": "ansi_default",
        },
    ),
)


def register_themes(app: App[int]) -> None:
    """Makes the themes known to a program."""
    for theme in _THEMES:
        app.register_theme(theme)


def choose_theme(remembered: str) -> str:
    """Returns the theme that was remembered or asked for (`light`), else the one that fits the terminal."""
    for name in (remembered, f"branchlab-{remembered}"):
        if name in NAMES:
            return name
    # `15;0`, or `15;default;0`: rxvt, Konsole and others say front and background.
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background.isdigit() and int(background) not in _DARK_BACKGROUNDS else DARK


def next_theme(name: str) -> str:
    """Returns the theme that comes after another one."""
    return NAMES[(NAMES.index(name) + 1) % len(NAMES)] if name in NAMES else DARK
