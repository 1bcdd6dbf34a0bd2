"""Which metrics, experiments and panels there are, and what their axes count."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.experiment import Experiment
from branchlab.project import MetricRule
from branchlab_tui.model.library import Curves, Points
from branchlab_tui.model.snapshot import Snapshot
from branchlab_tui.model.state import TableState
from branchlab_tui.screens.curves.axis import x_values
from branchlab_tui.screens.curves.metrics import choose_metrics, metric_title, order_metrics
from branchlab_tui.screens.curves.panels import CurvePanels
from branchlab_tui.screens.overlaid.subjects import MOST, Subject, find_subjects, follow_recorded
from branchlab_tui.widgets.plot_grid.arrange import LEAST_HEIGHT, LEAST_WIDTH, Arrangement, arrange, first_shown

if TYPE_CHECKING:
    from branchlab.workspace import Workspace

RULES = {"loss": MetricRule("minimize"), "size": MetricRule("minimize", unit="kB")}


def points(*values: float, first: float = 0) -> Points:
    steps = [first + place for place in range(len(values))]
    return Points(steps, [2 * step for step in steps], list(values))


def snapshot(*experiments: Experiment, baseline: Experiment | None = None) -> Snapshot:
    workspace: Workspace = None  # type: ignore[assignment] # nothing asks for it here
    places = {one.name: place for place, one in enumerate(experiments)}
    return Snapshot(1, workspace, experiments, places, baseline=baseline)


def test_metrics_of_the_project_come_first_and_those_of_the_baseline_alone_last() -> None:
    assert order_metrics([["lr", "loss"], ["f1"]], [["old", "loss"]], RULES) == ("loss", "lr", "f1", "old")


def test_metrics_are_chosen_by_words_in_any_case_or_by_one_of_several() -> None:
    names = ("train/loss", "val/loss", "val/acc")
    assert choose_metrics(names, "VAL loss") == ("val/loss",)
    assert choose_metrics(names, "train | acc") == ("train/loss", "val/acc")
    assert choose_metrics(names, " | ") == names


def test_a_title_says_where_a_metric_should_go_and_its_unit() -> None:
    assert metric_title("size", RULES) == "size ↓ (kB)"
    assert metric_title("f1", RULES) == "f1"


def test_x_is_the_step_the_seconds_or_the_part_of_its_own_length() -> None:
    curve = points(1.0, 2.0, 3.0, first=10)
    assert list(x_values(curve, "step")) == [10, 11, 12]
    assert list(x_values(curve, "time")) == [20, 22, 24]
    assert list(x_values(curve, "relative")) == [0.0, 0.5, 1.0]
    assert list(x_values(points(1.0), "relative")) == [0.0]


@given(st.lists(st.floats(-1e9, 1e9), max_size=20))
def test_parts_of_a_run_lie_between_0_and_1(steps: list[float]) -> None:
    assert all(0 <= x <= 1 for x in x_values(Points(steps, steps, steps), "relative"))


def test_the_same_panel_is_returned_until_a_curve_of_it_changes() -> None:
    one = Experiment("exp/a", "1" * 40, "finished")
    subjects = (Subject("exp/a", "exp/a", one), Subject("main", "main", one, ghost=True))
    panels = CurvePanels()
    panels.take(subjects, {"exp/a": Curves({"loss": points(1.0)}), "main": Curves()}, RULES)
    before = panels.panel("loss")
    panels.take(subjects, {"exp/a": Curves({"loss": points(1.0)}), "main": Curves()}, RULES)
    assert panels.panel("loss") is before
    panels.take(subjects, {"exp/a": Curves({"loss": points(1.0, 0.5)}), "main": Curves()}, RULES)
    assert len(panels.panel("loss").series[0].x) == 2


def test_a_panel_says_how_many_of_the_marked_have_its_metric() -> None:
    one = Experiment("exp/a", "1" * 40, "finished")
    subjects = (Subject("a", "a", one), Subject("b", "b", one), Subject("main", "main", one, ghost=True))
    panels = CurvePanels()
    some, none = Curves({"loss": points(1.0)}), Curves()
    panels.take(subjects, {"a": some, "b": none, "main": some}, RULES)
    assert panels.panel("loss").y_title == "1 of 2"
    assert [series.ghost for series in panels.panel("loss").series] == [False, True]
    panels.take(subjects, {"a": some, "b": some, "main": none}, RULES)
    assert panels.panel("loss").y_title == ""


def test_the_baseline_stands_behind_unless_it_is_marked_or_not_wanted() -> None:
    base, one = Experiment("main", "1" * 40, "finished"), Experiment("exp/a", "2" * 40, "finished")
    look = snapshot(one, baseline=base)
    assert [(found.key, found.ghost) for found in find_subjects(look, TableState(), ["exp/a"]).shown] == [
        ("exp/a", False),
        ("main", True),
    ]
    assert len(find_subjects(look, TableState(), ["main"]).shown) == 1
    assert len(find_subjects(look, TableState(), ["exp/a"], ghost=False).shown) == 1


def test_a_run_that_was_recorded_meanwhile_goes_on_as_its_branch() -> None:
    branch = Experiment("exp/a", "1" * 40, "finished", run="r1")
    keys = ("run:r1", "exp/b")
    assert follow_recorded(snapshot(branch), keys) == ("exp/a", "exp/b")
    assert follow_recorded(snapshot(branch._replace(name="exp/renamed")), keys) == ("exp/renamed", "exp/b")
    other = branch._replace(run="r2")
    assert follow_recorded(snapshot(other), keys) == keys, "another run took the name"


def test_a_run_is_found_behind_many_newer_branches_and_a_branch_before_another_row_of_it() -> None:
    newer = [Experiment(f"exp/{number}", f"{number:040}", "finished", run=f"n{number}") for number in range(400)]
    branch = Experiment("exp/a", "1" * 40, "finished", run="r1")
    again = Experiment("", None, "failed", run="r1")
    assert snapshot(*newer, branch).follow("run:r1") is branch
    assert snapshot(again, branch).became(["r1"]) == {"r1": branch}
    assert snapshot(*newer).follow("run:r1") is None
    assert snapshot(*newer, branch._replace(run="")).follow("exp/gone") is None


def test_runs_that_share_a_name_are_told_apart_by_the_ends_of_their_ids() -> None:
    runs = [Experiment("exp/a", None, "running", run=f"20261122T000000-{end}") for end in ("aaaaaa", "bbbbbb")]
    look = snapshot(*runs)._replace(places={"first": 0, "second": 1})
    labels = [found.label for found in find_subjects(look, TableState(), ["first", "second"]).shown]
    assert labels == ["exp/a (aaaaaa)", "exp/a (bbbbbb)"]


def test_what_is_gone_and_what_is_too_much_is_counted() -> None:
    many = [Experiment(f"exp/{place}", "1" * 40, "finished") for place in range(MOST + 3)]
    found = find_subjects(snapshot(*many), TableState(), ["exp/gone", *(one.name for one in many)])
    assert (len(found.shown), found.gone, found.left_out) == (MOST, ("exp/gone",), 3)


@given(st.integers(1, 300), st.integers(20, 300), st.integers(4, 100))
def test_a_grid_keeps_its_panels_readable_and_wastes_no_row(count: int, width: int, height: int) -> None:
    grid = arrange(count, width, height)
    assert grid.columns == 1 or width // grid.columns >= LEAST_WIDTH
    assert grid.rows == 1 or height // grid.rows >= LEAST_HEIGHT
    assert (grid.rows - 1) * grid.columns < count


@pytest.mark.parametrize(
    ("count", "size", "grid"),
    [
        (1, (60, 12), (1, 1)),
        (2, (120, 34), (2, 1)),
        (4, (80, 19), (2, 2)),
        (9, (120, 34), (3, 3)),
        (2, (60, 19), (1, 2)),
    ],
)
def test_a_grid_fits_the_screen(count: int, size: tuple[int, int], grid: tuple[int, int]) -> None:
    assert arrange(count, *size) == Arrangement(*grid)


@given(st.integers(1, 50), st.integers(1, 4), st.integers(1, 4), st.data())
def test_a_grid_scrolls_by_rows_until_the_panel_is_in_sight(
    count: int, columns: int, rows: int, data: st.DataObject
) -> None:
    grid = Arrangement(columns, rows)
    place = data.draw(st.integers(0, count - 1))
    first = first_shown(place, data.draw(st.integers(0, count - 1)), count, grid)
    assert first % columns == 0
    assert first <= place < first + grid.places
    assert first == 0 or count - first > grid.places - columns


def test_a_curve_with_gaps_only_is_a_panel_as_well() -> None:
    panels = CurvePanels()
    one = Experiment("exp/a", "1" * 40, "finished")
    panels.take((Subject("a", "a", one),), {"a": Curves({"loss": points(math.nan)})}, {})
    assert panels.metrics == ("loss",)
    assert panels.panel("loss").last_x == 0
