"""How a key is written for people: `!` for `exclamation_mark`, `^p` for `ctrl+p`."""

from __future__ import annotations

import unicodedata
from functools import cache

_NAMED = {
    "escape": "esc",
    "enter": "⏎",
    "space": "spc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "minus": "-",
    "plus": "+",
    "underscore": "_",
    "backspace": "⌫",
    "delete": "del",
}


@cache
def shown_key(key: str) -> str:
    """Returns how a key that Textual names is shown."""
    *modifiers, name = key.split("+")
    shown = _NAMED.get(name) or _character(name) or name
    if name[0] == "f" and name[1:].isdigit():  # f1 to f24
        shown = name.upper()
    marks = "".join("^" if modifier == "ctrl" else f"{modifier}+" for modifier in modifiers)
    return f"{marks}{shown}"


def _character(name: str) -> str:
    """Returns the character that a name of Unicode stands for; empty for the name of a key that writes none."""
    if len(name) == 1:
        return name
    # Textual makes names of keys from those of Unicode, and the hyphens become underscores as the blanks do.
    words = name.replace("_", " ").replace("less than", "less-than").replace("greater than", "greater-than")
    try:
        found = unicodedata.lookup(words)
    except KeyError:
        return ""
    return found if found.isprintable() else ""
