"""Copies text through the terminal (OSC 52), which also works over SSH; what a terminal would cut is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

# xterm takes 100,000 bytes of base64, tmux and screen less by default; a text this long fits all of them.
MOST_BYTES = 74_000


def copy_text(app: App[Any], text: str, what: str) -> bool:
    """Copies a text and says so; returns whether it was short enough."""
    size = len(text.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        message = f"{what} has {size:,} bytes, and terminals take {MOST_BYTES:,}: use :export, or copy less."
        app.notify(message, severity="warning", markup=False)
        return False
    app.copy_to_clipboard(text.encode("utf-8", "replace").decode())  # Textual encodes it and fails at lone surrogates
    app.notify(f"Copied {what}.", timeout=3, markup=False)
    return True
