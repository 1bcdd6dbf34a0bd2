"""What the plots of a sweep show of trials in hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.reading.sweep import Search
from branchlab.sweep.analysis.slices import contour
from branchlab.sweep.plan import Constraint, Objectives
from branchlab.sweep.trial import Study
from branchlab_tui.screens.sweep.clouds import (
    contour_cloud,
    dimension_of,
    history_cloud,
    searched,
    slice_clouds,
    strand_variables,
)
from branchlab_tui.screens.sweep.dots import Look, look_at
from drawn_text import draw_cloud, text_of
from studies import SPACE, trial
from tui_sweeps import BOTH, LOSS, SETTINGS, search_of

if TYPE_CHECKING:
    from branchlab_tui.drawing.cloud import Cloud, Dot


def look(*values: float, objectives: Objectives = LOSS, metric: str = "loss", log: bool = False) -> Look:
    return look_at(search_of(*values, objectives=objectives), metric, log=log)


def dots(cloud: Cloud) -> dict[str, Dot]:
    return {dot.name: dot for dot in cloud.dots}


def test_history_has_every_trial_and_stairs_down_to_the_best() -> None:
    cloud = history_cloud(look(0.5, 0.7, 0.3, 0.4))
    assert [(dot.x, dot.y) for dot in cloud.dots] == [(0, 0.5), (1, 0.7), (2, 0.3), (3, 0.4)]
    assert list(cloud.stairs) == [(0, 0.5), (2, 0.3)]
    assert dots(cloud)["#2"].mark == "★"
    assert dots(cloud)["#2"].text == "#2 0.3"


def test_a_trial_that_failed_stands_at_the_worse_end() -> None:
    assert dots(history_cloud(look(0.5, math.nan, 0.3)))["#1"][1:4] == (1.0, 0.5, "✗")
    upward = look(0.5, math.nan, 0.3, objectives=BOTH, metric="accuracy")
    assert dots(history_cloud(upward))["#1"].y == 0.3


def test_a_loss_that_ran_away_does_not_flatten_the_others() -> None:
    cloud = history_cloud(look(*(0.3 + place / 100 for place in range(9)), 1e9))
    assert cloud.y.high < 1
    assert cloud.warnings == ("1 far above",)
    assert not history_cloud(look(*(0.3 + place / 100 for place in range(9)), 0.45)).warnings


def test_the_best_is_in_sight_however_far_it_is_from_the_others() -> None:
    cloud = history_cloud(look(*(100.0 + place for place in range(9)), 1.0))
    assert cloud.y.low == 1.0


def test_decades_say_what_they_cannot_show() -> None:
    cloud = history_cloud(look(10.0, 0.0, 0.1, log=True))
    assert (cloud.y.low, cloud.y.high, cloud.y.log) == (0.1, 10.0, True)
    assert cloud.warnings == ("1 at or below 0",)


def test_marks_tell_what_became_of_a_trial() -> None:
    ended = [
        trial(0, {"loss": 0.5, "latency": 5}),
        trial(1, {"loss": 0.4, "latency": 50}),
        trial(2, {"loss": 0.6}, status="pruned"),
        trial(3, {"loss": 0.6}, status="running"),
        trial(4, {"loss": 0.6, "latency": 5}),
    ]
    bounded = Objectives(LOSS.optimize, (Constraint("latency", 20.0, above=False),))
    cloud = history_cloud(look_at(Search(Study("wide", tuple(ended)), None, bounded, SETTINGS), "loss", log=False))
    assert [dot.mark for dot in cloud.dots] == ["★", "○", "◌", "◐", "•"]
    assert len(cloud.key) == 6


def test_a_front_is_marked_and_seen_over_the_other_metric() -> None:
    shown = look(0.5, 0.7, 0.3, objectives=BOTH, metric="accuracy")
    assert [dot.mark for dot in history_cloud(shown).dots] == ["◆", "◆", "◆"]
    first = slice_clouds(shown, searched(shown))[0]
    assert first.title == "loss ↓"
    assert [(dot.x, dot.y) for dot in first.dots] == [(0.5, 0.5), (0.7, 0.7), (0.3, 0.3)]


def test_a_slice_spreads_the_trials_of_a_word_and_knows_decades() -> None:
    shown = look(*(0.1 * place for place in range(1, 9)))
    clouds = {cloud.title: cloud for cloud in slice_clouds(shown, searched(shown))}
    assert clouds["lr"].x.log
    assert [dot.x for dot in clouds["lr"].dots[:3]] == [1.0, 0.1, 0.01]
    words = clouds["optimizer"]
    assert words.x.words == ("adam", "sgd")
    assert all(abs(dot.x - number % 2) < 0.3 for number, dot in enumerate(words.dots))
    assert len({dot.x for dot in words.dots}) == 8


def test_a_parameter_that_a_trial_lacks_leaves_it_out_of_that_slice_only() -> None:
    search = search_of(0.5, 0.4, 0.3)
    lacking = search.study.trials[1]._replace(values={"lr": 0.5})
    trials = (search.study.trials[0], lacking, search.study.trials[2]._replace(values={"lr": 0.1, "optimizer": "sgd"}))
    shown = look_at(search._replace(study=Study("wide", trials)), "loss", log=False)
    clouds = {cloud.title: cloud for cloud in slice_clouds(shown, searched(shown))}
    assert list(dots(clouds["optimizer"])) == ["#0", "#2"]
    assert len(clouds["lr"].dots) == 3


def test_a_contour_has_its_trials_and_is_denser_where_the_loss_is_low() -> None:
    shown = look(0.5, 0.4, 0.3, 0.2)
    lr, optimizer = searched(shown)
    cloud = contour_cloud(shown, contour(shown.search.study, lr, optimizer, "loss"))
    assert cloud.title == "optimizer over lr"
    assert cloud.shades is not None
    assert cloud.shades.falling
    assert len(cloud.shades.rows) == 12
    assert len(cloud.dots) == 4


def test_strands_go_over_the_parameters_and_end_at_the_metrics() -> None:
    shown = look(0.5, 0.4, math.nan, objectives=BOTH, metric="accuracy")
    variables = strand_variables(shown, searched(shown), ["#2", "#0"])
    assert [one.key for one in variables] == ["params.lr", "params.optimizer", "metrics.accuracy", "metrics.loss"]
    assert variables[0].values == (0.01, 1.0)
    assert variables[2].values == (None, 0.5)


def test_hostile_words_are_shown_as_they_are() -> None:
    search = search_of(0.5, 0.4)
    hostile = (
        search.study.trials[0]._replace(values={"\x1b[2Jlr": "\x1b]0;x\x07"}),
        search.study.trials[1]._replace(
            values={"\x1b[2Jlr": "[red]b[/]"}, branch="exp/tune/wide-0000-\x1b[0m", number=0
        ),
    )
    shown = look_at(search._replace(study=Study("wide", hostile)), "loss", log=False)
    cloud = slice_clouds(shown, searched(shown))[0]
    lines = draw_cloud(cloud, cloud.dots[0].name, (60, 14)).lines
    assert "\\x1b]0;x\\x07: 0.5" in text_of(lines)
    assert "\x1b" not in text_of([*lines, *draw_cloud(cloud, cloud.dots[1].name, (60, 14)).lines])


def test_two_people_may_use_a_number_twice() -> None:
    search = search_of(0.5, 0.4)
    twice = (search.study.trials[0], search.study.trials[0]._replace(branch="exp/tune/wide-0000-beef"))
    named = look_at(search._replace(study=Study("wide", twice)), "loss", log=False).trials
    assert list(named) == ["#0 0000", "#0 beef"]


def test_axes_of_the_space_are_those_of_the_sweep_file() -> None:
    lr, depth, optimizer = map(dimension_of, SPACE)
    assert (lr.low, lr.high, lr.log) == (1e-4, 1.0, True)
    assert depth.kind == "whole"
    assert optimizer.words == ("adam", "sgd")
