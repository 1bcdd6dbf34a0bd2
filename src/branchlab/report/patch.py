"""`diff --code`: a patch for the eye."""

from __future__ import annotations

from branchlab.report.style import Style, paint
from branchlab.text import safe_text

_STYLES: tuple[tuple[str, Style], ...] = (
    # The first that fits counts: headers stand before the signs they begin with.
    ("diff ", "bold"),
    ("index ", "dim"),
    ("--- ", "bold"),
    ("+++ ", "bold"),
    ("@@", "live"),
    ("+", "better"),
    ("-", "worse"),
)


def render_patch(patch: bytes, *, colour: bool = False) -> str:
    """Returns a patch as harmless text, added and removed lines in colour."""
    lines = safe_text(patch.decode(errors="surrogateescape"), multiline=True).split("\n")
    return "\n".join(paint(line, _style_of(line), colour=colour) for line in lines)


def _style_of(line: str) -> Style:
    return next((style for start, style in _STYLES if line.startswith(start)), "")
