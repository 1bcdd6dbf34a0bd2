"""What the preview says while the cursor stands on no experiment. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import STATUS_MARKS
from branchlab.report.width import shorten
from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.drawing.piece import Line


def group_lines(ones: Sequence[Experiment], width: int, height: int) -> list[Line]:
    """Returns the experiments of a group by name, as many as there is room for."""
    count = f"{len(ones):,} experiment{'' if len(ones) == 1 else 's'}"
    lines: list[Line] = [[Piece(count, "bold"), Piece("   ⏎ closes or opens the group, F all of them", "dim")]]
    for one in ones[: max(height - 2, 1)]:
        mark, style = STATUS_MARKS[one.status]
        lines.append([Piece(f"{mark} ", style), Piece(shorten(safe_text(one.name), max(width - 2, 1)))])
    if len(ones) > len(lines) - 1:
        lines.append([Piece(f"and {len(ones) - len(lines) + 1:,} more", "dim")])
    return lines


def nothing_lines(_width: int, _height: int) -> list[Line]:
    """Returns that there is nothing to show."""
    return [[Piece("no experiment is under the cursor", "dim")]]
