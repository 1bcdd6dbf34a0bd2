"""Curves of two runs as small SVG pictures, drawn by hand: no plotting package, no script, readable light and dark."""

from __future__ import annotations

import math
import re
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from branchlab.compare.inputs import importance, rule_of
from branchlab.report.gate_sections import side_names
from branchlab.report.values import metric_title, show_scalar
from branchlab.report.width import shorten
from branchlab.report.xml_text import xml_text
from branchlab.text import format_number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchlab.ci.judging import Judged
    from branchlab.project import Goal
    from branchlab.record.history import History

WIDTH, HEIGHT = 420, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 12, 46, 26
_POINTS = 400  # more than this picture has columns
_TITLE, _NAME = 44, 24  # characters that fit
_STEM = 60  # characters of a file name
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]", re.IGNORECASE)  # no file of Windows, whatever its suffix
_STYLE = """\
svg{background:#fff;font:12px ui-sans-serif,system-ui,sans-serif}
text{fill:#1f2328}.dim{fill:#656d76}.frame{stroke:#d1d9e0;fill:none}
.base{stroke:#8b949e;fill:none;stroke-width:1.5}.head{stroke:#0969da;fill:none;stroke-width:2}
.basedot{fill:#8b949e}.headdot{fill:#0969da}
@media (prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e6edf3}.dim{fill:#9198a1}
.frame{stroke:#3d444d}.head{stroke:#4493f8}.headdot{fill:#4493f8}}"""


class Curve(NamedTuple):
    """A named curve: pairs of step and value, both finite."""

    name: str
    points: Sequence[tuple[float, float]]


class Frame(NamedTuple):
    """What the picture spans, in steps and in values."""

    left: float
    right: float
    low: float
    high: float

    def place(self, step: float, value: float) -> tuple[float, float]:
        """Returns where a point stands in the picture."""
        across = (step - self.left) / (self.right - self.left)
        # Halves, because the span of two large floats can be infinite.
        up = (min(max(value, self.low), self.high) / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return _LEFT + across * (WIDTH - _LEFT - _RIGHT), HEIGHT - _BOTTOM - up * (HEIGHT - _TOP - _BOTTOM)


def curve_of(name: str, history: History, metric: str) -> Curve:
    """Returns the finite points of a metric, thinned to what the picture can show; extremes stay."""
    pairs = zip(history.steps, history.columns.get(metric, ()), strict=False)
    points = [(float(step), value) for step, value in pairs if value is not None and abs(value) < math.inf]
    return Curve(name, _thinned(sorted(points)))


def draw(metric: str, goal: Goal | None, base: Curve, head: Curve) -> str:
    """Returns a picture of a metric of both runs; one of the curves may be empty."""
    frame = _frame([*base.points, *head.points])
    title = shorten(metric_title(metric, goal), _TITLE)
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {size} role="img">',
        f"<title>{xml_text(metric)}</title>",
        f"<style>{_STYLE}</style>",
        f'<text x="{_LEFT}" y="18" font-weight="bold">{xml_text(title)}</text>',
        *_legend(base, head),
        f'<path class="frame" d="M{_LEFT} {_TOP}V{HEIGHT - _BOTTOM}H{WIDTH - _RIGHT}"/>',
        *_labels(frame),
        *_line(base, "base", frame),
        *_line(head, "head", frame),
        "</svg>",
        "",
    ]
    return "\n".join(parts)


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    if len(points) <= _POINTS:
        return points
    buckets = _POINTS // 2
    edges = [len(points) * place // buckets for place in range(buckets + 1)]
    kept = {points[0], points[-1]}
    for start, end in pairwise(edges):
        part = points[start:end]
        kept |= {min(part, key=lambda point: point[1]), max(part, key=lambda point: point[1])}
    return sorted(kept)


def _frame(points: Sequence[tuple[float, float]]) -> Frame:
    steps, values = [step for step, _ in points], [value for _, value in points]
    left, right = min(steps), max(steps)
    low, high = min(values), max(values)
    # A flat curve stands in the middle.
    margin = 0 if high / 2 > low / 2 else abs(high) * 0.05 or 1.0
    return Frame(
        left,
        right if right > left else left + (abs(left) or 1),
        max(low - margin, -sys.float_info.max),
        min(high + margin, sys.float_info.max),
    )


def _legend(base: Curve, head: Curve) -> Iterator[str]:
    across = _LEFT
    for curve, name in ((base, "base"), (head, "head")):
        if curve.points:
            text = f"{shorten(curve.name, _NAME)} {show_scalar(curve.points[-1][1])}"
            yield f'<circle class="{name}dot" cx="{across + 4}" cy="31" r="4"/>'
            yield f'<text class="dim" x="{across + 13}" y="35">{xml_text(text)}</text>'
            across += 34 + 7 * len(text)


def _labels(frame: Frame) -> Iterator[str]:
    for value, down in ((frame.high, _TOP + 4), (frame.low, HEIGHT - _BOTTOM + 4)):
        yield f'<text class="dim" x="{_LEFT - 6}" y="{down}" text-anchor="end">{format_number(value)}</text>'
    for step, across, anchor in ((frame.left, _LEFT, "start"), (frame.right, WIDTH - _RIGHT, "end")):
        label = f"step {format_number(step)}" if anchor == "start" else format_number(step)
        yield f'<text class="dim" x="{across}" y="{HEIGHT - 8}" text-anchor="{anchor}">{label}</text>'


def _line(curve: Curve, name: str, frame: Frame) -> Iterator[str]:
    if not curve.points:
        return
    placed = [frame.place(*point) for point in curve.points]
    drawn = "L".join(f"{across:.1f} {up:.1f}" for across, up in placed)
    yield f'<path class="{name}" d="M{drawn}"/>'
    across, up = placed[-1]
    yield f'<circle class="{name}dot" cx="{across:.1f}" cy="{up:.1f}" r="3"/>'


def curve_pictures(judged: Judged | None) -> Iterator[tuple[str, str]]:
    """Yields name and text of a file for each metric that has a curve in the run under test, declared ones first."""
    if judged is None:
        return
    head, base = side_names(judged)
    names = sorted(judged.head.curves.columns, key=lambda name: importance(judged.settings, name))
    for name, file in zip(names, file_names(names), strict=True):
        after = curve_of(head, judged.head.curves, name)
        if after.points:
            before = curve_of(base, judged.base.curves, name)
            yield file, draw(name, rule_of(judged.settings, name).goal, before, after)


def file_names(metrics: Sequence[str]) -> list[str]:
    """Returns a file name for each metric in letters that every system takes, told apart where two look the same."""
    stems = [re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:_STEM] or "curve" for name in metrics]
    stems = [f"{stem}_" if _DEVICE.fullmatch(stem) else stem for stem in stems]
    seen: dict[str, int] = {}
    names = []
    for stem in stems:
        count = seen[stem.lower()] = seen.get(stem.lower(), 0) + 1
        names.append(f"{stem}.svg" if count == 1 else f"{stem}.{count}.svg")
    return names
