"""Drawings as a test reads them: as text, and at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.drawing.cloud import Cloud, draw_placed, place_cloud

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab_tui.drawing.line_plot import Drawing
    from branchlab_tui.drawing.piece import Line


def text_of(lines: Iterable[Line]) -> str:
    """Returns lines without their styles, blanks at the ends cut off."""
    return "\n".join("".join(piece.text for piece in line).rstrip() for line in lines)


def draw_cloud(cloud: Cloud, focused: str, size: tuple[int, int]) -> Drawing:
    """Returns a cloud at a size (columns, rows), with the dot of a name read."""
    return draw_placed(place_cloud(cloud, size), focused)
