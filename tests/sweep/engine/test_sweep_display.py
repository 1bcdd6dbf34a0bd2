"""What a sweep says of itself while it runs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

from branchlab.cli.sweeps.display import Display
from branchlab.cli.terminal import Terminal
from branchlab.report.sweep_values import called
from branchlab.report.width import display_width
from branchlab.sweep.plan import Objective, Objectives, Plan
from branchlab.sweep.trial import Trial

if TYPE_CHECKING:
    from branchlab.sweep.engine.session import Opened


class _Opened:
    """As much of an opened sweep as its display reads."""

    plan = Plan("wide", ())
    objectives = Objectives((Objective("loss", "minimize"),))

    class ledger:  # noqa: N801 - stands for a field
        trials: tuple[Trial, ...] = ()
        count = 0


def _said(width: int, warnings: tuple[str, ...] = (), times: int = 1) -> str:
    words = io.StringIO()
    terminal = Terminal(io.TextIOWrapper(io.BytesIO()), words, "/", width=width)
    trial = Trial(
        7,
        {"lr": 0.01, "depth": 4},
        "pruned",
        {"loss": 0.91},
        seconds=4.0,
        reason="median: loss 0.91 at step 12, the median of 8 trials is 0.4",
    )
    display = Display(terminal, cast("Opened", cast("Any", _Opened)), None)
    for _ in range(times):
        display.ended(trial, warnings)
    return words.getvalue()


def test_a_line_that_is_too_long_goes_on_below_between_words() -> None:
    lines = _said(80).splitlines()
    assert len(lines) == 2
    assert all(display_width(line) <= 80 for line in lines)
    assert lines[1].startswith("       ")
    assert " ".join(" ".join(lines).split()) == " ".join(_said(0).split())


def test_a_line_is_whole_where_nobody_knows_the_width() -> None:
    assert _said(0).count("\n") == 1


def test_what_each_trial_is_warned_of_is_said_once() -> None:
    said = _said(0, ("the disk is full", "out/ is not kept"), times=3).splitlines()
    assert len(said) == 3 + 2
    assert [line for line in said if line.startswith("branchlab: ")] == [
        "branchlab: the disk is full",
        "branchlab: out/ is not kept",
    ]


def test_a_sweep_that_is_called_sweep_is_not_named_twice() -> None:
    assert (called("sweep"), called("wide")) == ("the sweep", "sweep wide")
