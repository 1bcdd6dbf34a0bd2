"""Which program opens a file. Free of Textual."""

from __future__ import annotations

import os
import shlex
import shutil
import sys


def opener() -> list[str]:
    """Returns the command that opens a file as the desktop would; none where there is no desktop."""
    if sys.platform == "darwin":
        return ["open"]
    has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    found = shutil.which("xdg-open") if has_screen else None
    return [found] if found else []


def editor() -> list[str]:
    """Returns the command of the user's editor, or of one that is there; none where none is."""
    for name in ("VISUAL", "EDITOR"):
        wanted = os.environ.get(name, "").strip()
        if wanted:
            try:
                return shlex.split(wanted)
            except ValueError:  # a quote that nobody closed
                return [wanted]
    found = next(filter(None, map(shutil.which, ("nano", "vim", "vi"))), None)
    return [found] if found else []
