"""The line that says which experiment this is and how it stands, whatever section is shown. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import STALE, STATUS_MARKS
from branchlab.report.values import seconds_since
from branchlab.report.watch import Part, clock_parts, fit_parts, phase_mark
from branchlab.report.width import display_width
from branchlab.text import format_age, format_duration, safe_text
from branchlab_tui.drawing.piece import Piece

if TYPE_CHECKING:
    from branchlab.experiment import Experiment
    from branchlab.reading.pulse import Pulse
    from branchlab_tui.drawing.piece import Line


def strip_line(
    one: Experiment, pulse: Pulse | None, now: float, width: int, *, place: str = "", gone: str = ""
) -> Line:
    """Returns the line, exactly `width` cells wide.

    Args:
        one: the experiment.
        pulse: how it stands while it lives.
        now: seconds since the epoch.
        width: cells of the line.
        place: where it stands in the table, `3 of 38`.
        gone: what became of it, when it is not in the table any more.
    """
    parts = _live(one, pulse) if pulse and one.status == "running" else _ended(one, now)
    if gone:
        # How it stood is not true any more; its name is.
        parts = [parts[0], Part(gone, "warn")]
    right = f" {place}" if place else ""
    kept = fit_parts(parts, max(width - 2 - display_width(right), 8))
    line = [Piece(" ")]
    for number, part in enumerate(kept):
        line += [*([Piece("  ")] if number else []), Piece(part.text, part.style)]
    taken = sum(display_width(piece.text) for piece in line)
    return [*line, Piece(" " * max(width - 1 - taken - display_width(right), 0)), Piece(right, "dim"), Piece(" ")]


def _live(one: Experiment, pulse: Pulse) -> list[Part]:
    mark, style = phase_mark(pulse.phase)
    # `clock_parts` has words for these two itself.
    word = "" if pulse.phase in ("starting", "quiet") else f" {pulse.phase}"
    parts = [Part(f"{mark} {safe_text(one.name)}{word}", style), *clock_parts(pulse)]
    if pulse.phase == "running" and pulse.silent is not None:
        parts.append(Part(f"last event {format_age(pulse.silent)}{'' if pulse.silent < 1 else ' ago'}", "dim", 8))
    if pulse.phase == "lost":
        parts.append(Part("its process is gone and never said how it ended", "warn", 2))
    if pulse.phase in ("starting", "running", "quiet"):
        parts.append(Part("! stop", "dim", 9))
    return parts


def _ended(one: Experiment, now: float) -> list[Part]:
    mark, style = STATUS_MARKS[one.status]
    age = seconds_since(one.started, now)
    parts = [Part(f"{mark} {safe_text(one.name)}", style), Part(f"{one.status}{STALE if one.stale else ''}", style, 1)]
    if age is not None:
        parts.append(Part(f"{format_age(age)} ago", "", 2))
    if one.seconds is not None and one.status != "running":
        parts.append(Part(f"took {format_duration(one.seconds)}", "", 4))
    if one.author:
        parts.append(Part(f"by {safe_text(one.author)}", "dim", 5))
    if one.commit is None and one.status in ("unrecorded", "stopped", "failed"):
        parts.append(Part("not recorded: i makes a branch of it", "warn", 3))
    if one.stale:
        parts.append(Part("commits came after the run", "dim", 6))
    return parts
