"""Which program opens a file. Free of Textual."""

from __future__ import annotations

import os
import shutil
import sys


def opener() -> list[str]:
    """Returns the command that opens a file as the desktop would; none where there is no desktop."""
    if sys.platform == "darwin":
        return ["open"]
    has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    found = shutil.which("xdg-open") if has_screen else None
    return [found] if found else []
