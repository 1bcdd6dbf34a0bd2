"""The table as the user arranged it: what its cells say, and which rows and columns there are."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given, settings

from branchlab.catalog.query import parse_query
from branchlab.experiment import Experiment
from branchlab_tui.model.curves import Sparks
from branchlab_tui.model.grouping import group_key, group_name
from branchlab_tui.model.live import Live
from branchlab_tui.model.snapshot import Snapshot, row_key
from branchlab_tui.model.state import TableState
from branchlab_tui.model.view import Arranged, make_listing
from random_experiments import QUERIES, SETTINGS, SEVERAL, SORTS, distinct, snapshot_of

NOW = 1_795_219_200.0  # 2026-11-21T00:00:00Z
TRAIN = {"data/train.csv": "a91f"}


def experiment(name: str, accuracy: float | None = None, **changes: Any) -> Experiment:
    metrics = {} if accuracy is None else {"accuracy": accuracy}
    return Experiment(name, "c" * 40, "finished", metrics=metrics, data=TRAIN)._replace(**changes)


BASE = experiment("main", 0.9)
ONES = [
    experiment("exp/model/a", 0.93, params={"lr": 0.1, "depth": 3}, author="Ada"),
    experiment("exp/model/b", 0.88, params={"lr": 0.1, "depth": 4}),
    experiment("exp/data/c", 0.9, params={"lr": 0.1}, data={"data/train.csv": "b02c"}),
]


def arrange(snapshot: Snapshot, sparks: Sparks | None = None, **state: Any) -> Arranged:
    query = parse_query(state.get("query", ""), snapshot.workspace.settings)
    return make_listing(snapshot, TableState(**state), query, NOW, sparks)


def texts(arranged: Arranged, column: str) -> list[str]:
    return [arranged.rows.cell(place, column).text.strip() for place in range(len(arranged.rows))]


def names(arranged: Arranged) -> list[str]:
    return [arranged.rows.key(place) for place in range(len(arranged.rows))]


def keys(arranged: Arranged) -> list[str]:
    return [column.key for column in arranged.columns]


@settings(max_examples=50)
@given(SEVERAL, QUERIES, SORTS)
def test_every_cell_of_every_arrangement_can_be_shown(several: list[Experiment], query: str, sort: Any) -> None:
    ones = distinct(several)
    for state in (
        {"delta": "both"},
        {"group": "type", "delta": "percent"},
        {"only_changed": True, "group": "params.lr"},
    ):
        arranged = arrange(snapshot_of(ones, baseline=BASE), query=query, sort=sort, **state)
        for place in range(len(arranged.rows)):
            assert arranged.rows.place(arranged.rows.key(place)) == place
            for column in arranged.columns:
                text = arranged.rows.cell(place, column.key).text
                assert text.isprintable()


def test_the_baseline_is_frozen_above_and_has_a_place_behind_the_last_row() -> None:
    arranged = arrange(snapshot_of(ONES, baseline=BASE))
    assert arranged.sticky == ("main",)
    assert arranged.rows.place("main") == 3
    assert arranged.rows.cell(3, "name").text == "⌂ main"


def test_another_experiment_can_be_the_baseline() -> None:
    arranged = arrange(snapshot_of(ONES, baseline=BASE), baseline="exp/model/b")
    assert arranged.sticky == ("exp/model/b",)
    assert texts(arranged, "name")[1] == "⌂ exp/model/b"


def test_metrics_show_values_with_the_best_marked_and_what_cannot_be_compared() -> None:
    arranged = arrange(snapshot_of(ONES, baseline=BASE))
    assert texts(arranged, "metrics.accuracy") == ["0.93 ★", "0.88", "0.90 ≠"]


def test_metrics_show_differences_judged_by_their_goal() -> None:
    by_mode = {
        delta: texts(arrange(snapshot_of(ONES, baseline=BASE), delta=delta), "metrics.accuracy")
        for delta in ("delta", "percent", "both")
    }
    assert by_mode == {
        "delta": ["+0.03 ▲★", "-0.02 ▼", "0    ≠"],
        "percent": ["+3.3% ▲★", "-2.2% ▼", "0% ≠"],
        "both": ["0.93  +0.03 ▲★", "0.88  -0.02 ▼", "0.90   0    ≠"],
    }


def test_less_is_better_where_the_goal_says_so() -> None:
    ones = [experiment("a", metrics={"size": 5}), experiment("b", metrics={"size": 20})]
    arranged = arrange(snapshot_of(ones, baseline=experiment("main", metrics={"size": 10})), delta="delta")
    assert texts(arranged, "metrics.size") == ["-5 ▲★", "+10 ▼"]


def test_numbers_that_say_nothing_are_not_judged() -> None:
    ones = [experiment("a", math.nan), experiment("b", None, metrics={"accuracy": math.inf}), experiment("c")]
    arranged = arrange(snapshot_of(ones, baseline=BASE), delta="percent", columns=("metrics.accuracy",))
    assert texts(arranged, "metrics.accuracy") == ["·", "· ▲", "·"]


def test_numbers_and_heading_fit_their_column() -> None:
    for delta in ("value", "both", "delta", "percent"):
        arranged = arrange(snapshot_of(ONES, baseline=BASE), delta=delta)
        column = next(column for column in arranged.columns if column.key == "metrics.accuracy")
        shown = [arranged.rows.cell(place, column.key).text for place in range(3)]
        assert max(map(len, shown)) <= column.width
        behind = {len(text) - text.index(".") for text in shown if "." in text}
        assert len(behind) == 1


def test_the_front_is_marked_and_can_be_all_that_is_shown() -> None:
    ones = [
        experiment("good", metrics={"accuracy": 0.9, "loss": 0.1}),
        experiment("beaten", metrics={"accuracy": 0.8, "loss": 0.2}),
        experiment("other", metrics={"accuracy": 0.7, "loss": 0.05}),
    ]
    assert arrange(snapshot_of(ones)).front == {"good", "other"}
    assert texts(arrange(snapshot_of(ones)), "name") == ["◆ good", "beaten", "◆ other"]
    assert names(arrange(snapshot_of(ones), front=True)) == ["good", "other"]


def test_columns_that_are_the_same_everywhere_can_be_left_out() -> None:
    assert {"params.lr", "params.depth"} - set(keys(arrange(snapshot_of(ONES)))) == {"params.lr"}
    assert "status" in keys(arrange(snapshot_of(ONES)))
    assert "status" not in keys(arrange(snapshot_of(ONES), only_changed=True))
    assert keys(arrange(snapshot_of(ONES), only_changed=True, pinned=("status",)))[:2] == ["name", "status"]


def test_a_missing_value_differs_from_any_other() -> None:
    ones = [experiment("a", params={"lr": 0.1}), experiment("b")]
    assert "params.lr" in keys(arrange(snapshot_of(ones), only_changed=True))


def test_groups_have_headings_with_number_best_and_median() -> None:
    arranged = arrange(snapshot_of(ONES), group="type")
    assert names(arranged) == ["group:model", "exp/model/a", "exp/model/b", "group:data", "exp/data/c"]
    assert arranged.rows.kind(0) == "group"
    assert arranged.rows.cell(0, "name").text == "▾ model  2  accuracy ★ 0.93 median 0.905"
    assert group_name(arranged.rows.key(3)) == "data"


def test_best_and_median_of_a_group_leave_out_what_was_measured_on_other_data() -> None:
    ones = [
        experiment("a", metrics={"accuracy": 0.8}, data={"data/test.csv": "1"}),
        experiment("b", metrics={"accuracy": 0.7}, data={"data/test.csv": "1"}),
        experiment("other", metrics={"accuracy": 0.99}, data={"data/test.csv": "2"}),
    ]
    arranged = arrange(snapshot_of(ones), group="status")
    assert arranged.rows.cell(0, "name").text == "▾ finished  3  accuracy ★ 0.8 median 0.75"


def test_a_closed_group_shows_its_heading_alone() -> None:
    arranged = arrange(snapshot_of(ONES), group="type", folded=("model",))
    assert names(arranged) == [group_key("model"), group_key("data"), "exp/data/c"]
    assert arranged.matched == 3
    assert arranged.rows.cell(0, "name").text.startswith("▸ model")


def test_groups_come_in_the_order_of_their_first_rows() -> None:
    arranged = arrange(snapshot_of(ONES), group="params.depth", sort=(("metrics.accuracy", True),))
    assert [group.name for group in arranged.groups] == ["4", "", "3"]
    assert [group.text.split("  ")[0] for group in arranged.groups] == ["▾ 4", "▾ no depth", "▾ 3"]


def test_runs_of_a_grid_are_a_sweep() -> None:
    ones = [
        experiment("exp/tune/lr-0.1-max-depth-3", params={"lr": 0.1, "model.max_depth": 3}),
        experiment("exp/tune/lr-0.2-max-depth-3", params={"lr": 0.2, "model.max_depth": 3}),
        experiment("exp/model/wider", params={"lr": 0.1}),
    ]
    arranged = arrange(snapshot_of(ones), group="sweep")
    assert [(group.name, len(group.rows)) for group in arranged.groups] == [
        ("exp/tune/lr-*-max-depth-*", 2),
        ("", 1),
    ]


def test_a_running_run_shows_its_clock_and_how_far_it_is() -> None:
    run = Experiment("exp/model/live", None, "running", "2026-11-20T23:45:00Z", run="r1")
    snapshot = snapshot_of([run])
    shown = [
        texts(arrange(snapshot._replace(live={"run:r1": live})), "status")
        for live in (Live(NOW, 60.0), Live(NOW, 60.0, 7, 14), Live(NOW - 300, 60.0, 7, 14))
    ]
    assert shown == [["◐ run 15m"], ["◐ 50% 15m"], ["◑ quiet 5m"]]


def test_clocks_go_on_without_arranging_anew() -> None:
    run = Experiment("exp/model/live", None, "running", "2026-11-20T23:45:00Z", run="r1")
    arranged = arrange(snapshot_of([run])._replace(live={"run:r1": Live(NOW, 600.0)}))
    assert arranged.ticking == ("run:r1",)
    assert texts(arranged.at(NOW + 60), "status") == ["◐ run 16m"]


def test_values_of_a_live_run_change_where_they_stand() -> None:
    run = Experiment("exp/model/live", None, "running", run="r1", metrics={"accuracy": 0.1})
    before = snapshot_of([run, *ONES])
    arranged = arrange(before, sort=(("metrics.accuracy", False),))
    after = before._replace(generation=2, experiments=[run._replace(metrics={"accuracy": 0.99}), *ONES])
    followed = arranged.follow(after, NOW)
    assert followed is not None
    assert names(followed) == names(arranged)
    assert texts(followed, "metrics.accuracy")[-1] == "0.99"
    assert arranged.follow(after._replace(layout=7), NOW) is None


def test_small_curves_are_shown_once_they_are_read() -> None:
    sparks = Sparks()
    arranged = arrange(snapshot_of(ONES), sparks, columns=("curve:accuracy",))
    assert arranged.curves == ("accuracy",)
    assert sparks.missing(ONES, arranged.curves) == ONES
    sparks.add(ONES[0], "accuracy", [1.0, 2.0, 3.0])
    assert texts(arranged, "curve:accuracy")[0] == "▁▅█"


def test_widths_stay_while_rows_are_filtered() -> None:
    many = [experiment(f"exp/model/{number}", number / 7) for number in range(300)]
    everything, some = (arrange(snapshot_of(many), query=query) for query in ("", "accuracy<0.5"))
    assert everything.columns == some.columns


def test_a_column_grows_with_a_live_value_and_never_shrinks() -> None:
    small, large = ([experiment("exp/model/a", value)] for value in (0.5, 12345.678))
    widths = []
    for generation, ones in enumerate((small, large, small), 1):
        arranged = arrange(snapshot_of(ones, generation=generation), columns=("metrics.accuracy",))
        widths.append(arranged.columns[1].width)
    assert widths[0] <= widths[1] == widths[2]


def test_text_from_the_repository_is_harmless() -> None:
    one = experiment("exp/model/a", note="\x1b[2J[red]", author="\u202eevil", params={"\x1b": "\n"})
    arranged = arrange(snapshot_of([one]), columns=("note", "author", "params.\x1b"))
    assert texts(arranged, "note") == ["\\x1b[2J[red]"]
    assert texts(arranged, "author") == ["\\u202eevil"]
    assert arranged.columns[3].title == "\\x1b"


def test_the_key_of_a_live_run_is_its_id() -> None:
    assert row_key(Experiment("exp/model/a", None, "running", run="r1")) == "run:r1"


def test_declared_metrics_come_first_and_splits_of_shown_ones_wait() -> None:
    one = experiment("a", metrics={"zeta": 1.0, "test.accuracy": 0.5, "loss": 0.1, "accuracy": 0.9})
    assert [key for key in keys(arrange(snapshot_of([one], SETTINGS))) if key.startswith("metrics.")] == [
        "metrics.accuracy",
        "metrics.loss",
        "metrics.zeta",
    ]


def test_columns_and_groups_may_be_named_as_a_person_would() -> None:
    arranged = arrange(snapshot_of(ONES), columns=("accuracy", "lr", "took", "status"), group="depth")
    assert keys(arranged) == ["name", "metrics.accuracy", "params.lr", "seconds", "status"]
    assert [group.name for group in arranged.groups] == ["3", "4", ""]
