"""The lines of `watch` keep to the width, name what matters most, and mark the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.project import MetricRule, Settings
from branchlab.reading.progress import Progress
from branchlab.reading.pulse import Pulse
from branchlab.reading.watching import Ended
from branchlab.report.watch import ended_line, is_best, live_line, live_lines, progress_bar
from branchlab.report.width import display_width
from branchlab.tracking.reading import Journal, Point
from branchlab.tracking.state import RunState

if TYPE_CHECKING:
    from branchlab.project import Goal

SETTINGS = Settings(metrics={"accuracy": MetricRule("maximize", "optimize"), "loss": MetricRule("minimize")})
JOURNAL = Journal(
    {},
    None,
    "",
    {
        "loss": [Point(0, 1.0, 2.0), Point(1, 2.0, 2.5)],
        "accuracy": [Point(0, 1.0, 0.5), Point(1, 2.0, 0.75)],
        "other": [Point(0, 1.0, 7)],
    },
    *({}, {}, {}, [], [], {}, "", 2.0, 0, {}),
)
PULSE = Pulse(
    "20261122T000000-abcdef",
    "exp/model/wide-network",
    "running",
    133.0,
    1.0,
    RunState("20261122T000000-abcdef"),
    JOURNAL,
    Progress(14, 30, 1260.0),
    "epoch 14: all is well",
    {name: (points[0], points[-1]) for name, points in JOURNAL.series.items()},
)


def test_a_live_run_shows_how_far_it_is_its_best_and_its_last_words() -> None:
    assert live_lines(PULSE, SETTINGS, 100) == [
        "◐ exp/model/wide-network  2m 13s  ▓▓▓▓▓░░░░░  46%  14/30  eta 21m",
        "  accuracy ↑ 0.75 ★ ▁█  loss ↓ 2.5 ▁█  other 7",
        "  epoch 14: all is well",
    ]


def test_one_line_says_the_same() -> None:
    assert live_line(PULSE, SETTINGS) == (
        "◐ running  exp/model/wide-network  2m 13s  step 14/30  accuracy 0.75 ★  loss 2.5  other 7  eta 21m"
    )


def test_a_quiet_run_says_since_when() -> None:
    (head, *_) = live_lines(PULSE._replace(phase="quiet", silent=250.0), SETTINGS, 100)
    assert head.startswith("◑ exp/model/wide-network")
    assert head.endswith("quiet since 4m")


def test_what_is_least_needed_goes_first_where_space_is_short() -> None:
    (head, *_) = live_lines(PULSE._replace(phase="quiet", silent=250.0), SETTINGS, 44)
    assert head == "◑ exp/model/wide-network  quiet since 4m"


@given(
    st.integers(1, 120),
    st.text(max_size=60),
    st.text(max_size=200),
    st.sampled_from(["starting", "running", "quiet"]),
    st.booleans(),
)
def test_no_line_is_wider_than_asked(width: int, name: str, said: str, phase: str, colour: bool) -> None:  # noqa: FBT001
    pulse = PULSE._replace(name=name, said="".join(filter(str.isprintable, said)), phase=phase)  # type: ignore[arg-type]
    for line in live_lines(pulse, SETTINGS, width):
        assert display_width(line) <= max(width, 3)
    if not colour:
        assert not any("\x1b" in line for line in live_lines(pulse, SETTINGS, width))


def test_an_end_says_what_to_do_and_never_loses_that() -> None:
    failed = Ended(PULSE._replace(state=PULSE.state._replace(exit_code=3)), "failed")
    words = "✗ exp/model/wide-network  failed after 2m 13s (exit code 3): branchlab show 20261122T000000-abcdef"
    assert ended_line(failed, SETTINGS, 40) == words
    assert ended_line(failed, SETTINGS) == f"{words}  accuracy 0.75  loss 2.5  other 7"


def test_a_killed_run_tells_the_signal() -> None:
    killed = Ended(PULSE._replace(state=PULSE.state._replace(exit_code=-9)), "failed")
    assert "(signal 9)" in ended_line(killed, SETTINGS)


@pytest.mark.parametrize(
    ("goal", "values", "best"),
    [
        ("maximize", [0.5, 0.75], True),
        ("maximize", [0.75, 0.5], False),
        ("maximize", [0.75, 0.5, 0.75], True),
        ("minimize", [2.0, float("nan"), 1.0], True),
        ("maximize", [0.5, float("nan")], False),
        ("maximize", [1.0], False),
        (None, [1.0, 2.0], False),
    ],
)
def test_the_best_so_far_has_a_goal_and_others_beside_it(goal: Goal | None, values: list[float], best: bool) -> None:  # noqa: FBT001
    points = [Point(step, float(step), value) for step, value in enumerate(values)]
    known = [point for point in points if point.value == point.value]
    extremes = {"m": (min(known, key=lambda one: one.value), max(known, key=lambda one: one.value))}
    pulse = PULSE._replace(journal=JOURNAL._replace(series={"m": points}), extremes=extremes)
    assert is_best(pulse, "m", Settings(metrics={"m": MetricRule(goal)})) is best


@given(st.floats(0, 1), st.integers(1, 40))
def test_a_bar_is_as_long_as_asked(share: float, width: int) -> None:
    bar = progress_bar(share, width)
    assert len(bar) == width
    assert bar.count("▓") == round(share * width + 1e-9) or abs(bar.count("▓") - share * width) <= 0.5
