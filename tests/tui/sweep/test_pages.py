"""What is said of a sweep in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.report.page import Facts
from branchlab.report.width import display_width
from branchlab.sweep.analysis.importance import Importance, Weight
from branchlab_tui.screens.sweep.building import Wish, build
from branchlab_tui.screens.sweep.importance_lines import importance_lines
from branchlab_tui.screens.sweep.pages import trial_facts
from branchlab_tui.screens.sweep.panes import PANES, in_sight, next_pane
from branchlab_tui.screens.sweep.reading import Looked
from drawn_text import text_of
from tui_sweeps import search_of

if TYPE_CHECKING:
    from branchlab.experiment import Scalar

FOUND = Importance("loss", (Weight("lr", 0.75, 0.05, 9), Weight("depth", 0.25, 0.04, 4)), 24, 0.8)


@pytest.mark.parametrize("width", [24, 40, 90])
def test_importance_is_bars_that_fit_with_their_shares(width: int) -> None:
    lines = importance_lines("loss", FOUND, width, 10)
    assert all(sum(display_width(piece.text) for piece in line) <= width for line in lines)
    text = text_of(lines)
    assert "lr" in text
    assert "75% ±5%" in text
    assert text.split("\n")[1].count("█") > 2 * text.split("\n")[2].count("█")


def test_parameters_that_find_no_room_are_counted() -> None:
    many = FOUND._replace(weights=tuple(Weight(f"p{place}", 0.05, 0.0, 3) for place in range(20)))
    text = text_of(importance_lines("loss", many, 40, 8))
    assert "more" in text
    assert len(text.split("\n")) <= 8


def test_an_importance_that_is_not_known_says_why() -> None:
    assert "learning" in text_of(importance_lines("loss", None, 40, 8))
    few = Importance("loss", experiments=3, note="3 finished experiments have loss, and 10 are needed")
    assert "10 are needed" in text_of(importance_lines("loss", few, 60, 8))


def test_progress_tells_the_best_and_how_trials_ended() -> None:
    built = build(Looked("wide", search_of(0.5, 0.3, float("nan"))), Wish(), 1_795_262_400.0)
    assert built is not None
    facts = dict(next(part for part in built.progress if isinstance(part, Facts)).rows)
    assert facts["best"] == "loss 0.3, #1"
    assert facts["trials"] == "2 finished, 1 failed"
    assert built.title[1][-1].text == "★ loss 0.3 #1"


def test_the_trial_that_is_read_says_what_it_came_to_and_why() -> None:
    search = search_of(0.5, 0.3)
    pruned = search.study.trials[1]._replace(status="pruned", reason="median: \x1b[31mloss 0.9 at step 3")
    shown = build(
        Looked("wide", search._replace(study=search.study._replace(trials=(search.study.trials[0], pruned)))), Wish(), 0
    )
    assert shown is not None
    left, facts = trial_facts("#1", shown.look)
    assert left.text == "◌ #1 pruned"
    assert [fact.text for fact in facts][:2] == ["loss ↓ 0.3", "lr 0.1"]
    assert "\\x1b[31m" in facts[-1].text


def test_parameters_that_matter_come_first() -> None:
    looked = Looked("wide", search_of(0.5, 0.4, 0.3, 0.2))
    plain, weighed = (build(looked, wish, 0.0) for wish in (Wish(), Wish(weights=("optimizer", "lr"))))
    assert plain is not None
    assert weighed is not None
    assert [one.name for one in plain.parameters] == ["lr", "optimizer"]
    assert [cloud.title for cloud in weighed.slices] == ["optimizer", "lr"]
    assert weighed.pair == ("lr", "optimizer")


def test_a_contour_begins_with_parameters_that_are_searched_together() -> None:
    search = search_of(0.5, 0.4, 0.3, 0.2)
    values: list[dict[str, Scalar]] = [
        {"alpha": 0.1, "lr": 0.1},
        {"momentum": 0.9, "lr": 0.2},
        {"alpha": 0.2, "lr": 0.4},
        {"momentum": 0.8, "lr": 0.3},
    ]
    trials = tuple(trial._replace(values=one) for trial, one in zip(search.study.trials, values, strict=True))
    looked = Looked("wide", search._replace(study=search.study._replace(trials=trials)))
    found = [build(looked, wish, 0.0) for wish in (Wish(), Wish(axes=("momentum", "alpha")))]
    assert [one.pair for one in found if one] == [("alpha", "lr"), ("momentum", "alpha")]
    assert found[1] is not None
    assert found[1].contour.nothing == "no trial has both parameters"


def test_nothing_is_built_of_a_sweep_without_values() -> None:
    assert build(Looked("wide"), Wish(), 0.0) is None


def test_all_panes_stand_where_there_is_room_else_the_one_with_the_keys() -> None:
    assert in_sight(120, 40, "slices", zoomed=False) == set(PANES)
    for width, height, zoomed in ((120, 40, True), (80, 40, False), (120, 24, False)):
        assert in_sight(width, height, "slices", zoomed=zoomed) == {"slices"}
    assert next_pane("progress", 1) == "history"
