"""What reports of sweeps look like, and that nothing in a repository can spoil them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from branchlab.report import sweep_importance, sweep_status, sweep_trials
from branchlab.report.page import markdown_page, render_page
from branchlab.report.plot import Plot, Scale, draw_plot, scale_of, share_on, ticks
from branchlab.report.style import BEST, FRONT
from branchlab.report.sweep_html import report_html
from branchlab.report.sweep_report import Findings, report_markdown, report_object, report_page
from branchlab.report.sweep_status import Standing
from branchlab.report.table import render_table
from branchlab.report.width import display_width
from branchlab.sweep.analysis.importance import Importance, Weight
from branchlab.sweep.analysis.progress import progress
from branchlab.sweep.plan import Objectives
from branchlab.sweep.trial import Study
from in_process import no_raw
from studies import ACCURACY, BOUNDED, PLAN, TRADE, made_up, search_of, trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab.sweep.plan import Plan

EVIL = '\x1b[31m</script><script>alert(1)</script>\u202e"><img src=x onerror=alert(2)>[/red]|`'
WEIGHTS = (Weight("lr", 0.9, 0.05, 35), Weight("depth", 0.1, 0.05, 8))
MATTERS = Importance("accuracy", WEIGHTS, 35, 0.8)
NOW = 1_800_000_000


def standing(study: Study, objectives: Objectives = ACCURACY, plan: Plan | None = PLAN) -> Standing:
    return Standing(search_of(study, objectives, plan), progress(study, plan, objectives, now=NOW))


def evil_study() -> Study:
    trials = [
        one._replace(values={EVIL: one.number, "mode": EVIL}, reason=EVIL, author=EVIL, branch=f"exp/tune/{EVIL}")
        for one in made_up(14).trials
    ]
    return Study(EVIL, tuple(trials))


STUDIES = {
    "forty trials": standing(made_up(40)),
    "two metrics": standing(made_up(40), TRADE),
    "a constraint": standing(made_up(40), BOUNDED),
    "no plan": standing(made_up(12), ACCURACY, None),
    "no trial": standing(Study("wide")),
    "nothing optimised": standing(made_up(12), Objectives(())),
    "nothing finished": standing(Study("wide", tuple(trial(n, status="failed") for n in range(3)))),
    "one trial": standing(Study("wide", made_up(1).trials)),
    "hostile": standing(evil_study()),
}


def texts(one: Standing, width: int | None) -> Iterator[str]:
    found = Findings(one, [MATTERS, Importance("loss", note="too few")])
    trials = one.search.study.trials
    yield render_page(sweep_status.status_page(one), width)
    yield render_page(report_page(found), width)
    yield render_table(sweep_trials.trial_table(trials, one.search), width).text
    yield render_table(sweep_status.list_table([one], NOW), width).text


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("width", [40, 80, 160])
def test_no_line_is_wider_than_the_terminal_and_none_is_raw(name: str, width: int) -> None:
    for text in texts(STUDIES[name], width):
        assert max(map(display_width, no_raw(text).split("\n"))) <= width


@pytest.mark.parametrize("name", STUDIES)
def test_markdown_and_json_come_of_every_study(name: str) -> None:
    found = Findings(STUDIES[name], [MATTERS])
    text = report_markdown(found)

    assert text.startswith("# Sweep ")
    assert not re.search(r"(?<!\\)<[a-z/]", text)
    assert report_object(found)["trials"]["all"] == len(STUDIES[name].search.study.trials)
    no_raw(markdown_page(report_page(found)))


@pytest.mark.parametrize("objectives", [ACCURACY, TRADE, Objectives(())])
@pytest.mark.parametrize("left", ["some", "none"])
def test_a_report_says_each_warning_once(objectives: Objectives, left: str) -> None:
    failed = tuple(trial(100 + n, status="failed", reason="exit code 3: too wide") for n in range(2))
    one = standing(Study("wide", (*(made_up(12).trials if left == "some" else ()), *failed)), objectives)
    assert report_markdown(Findings(one, [])).count("trials failed: exit code 3") == 1


class Seen(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("name", STUDIES)
def test_a_page_loads_nothing_and_runs_nothing_whatever_the_repository_holds(name: str) -> None:
    page = report_html(Findings(STUDIES[name], [MATTERS]))
    seen = Seen(page)

    assert not seen.tags & {"script", "img", "iframe", "link", "object", "a", "form", "style:import"}
    assert not seen.attributes & {"src", "href", "style"}
    assert not any(attribute.startswith("on") for attribute in seen.attributes)
    assert "default-src 'none'" in page
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) <= {"http://www.w3.org/2000/svg"}
    no_raw(page)


def test_a_page_of_two_metrics_draws_the_front_histories_and_slices() -> None:
    page = report_html(Findings(STUDIES["two metrics"], [MATTERS]))

    assert (
        page.count("<svg") == 1 + 2 + 2 * 3 + 1
    )  # front, histories, slices, the contour of the metric that was weighed
    assert "The trade" in page


def test_numbers_that_are_none_leave_no_nan_in_a_picture() -> None:
    rows = [trial(n, {"accuracy": float("nan") if n % 2 else 0.5}, values={"lr": 0.1}) for n in range(12)]
    page = report_html(Findings(standing(Study("wide", tuple(rows)))))

    assert not re.search(r"<(circle|path|rect)[^>]*(nan|inf)", page)


def test_the_best_is_marked_wherever_it_stands() -> None:
    search = search_of(made_up(40))
    lines = render_table(sweep_trials.trial_table(search.study.trials, search)).text.split("\n")

    assert [line.split()[0] for line in lines if BEST in line] == ["34"]


def test_the_front_is_marked_with_another_sign_and_the_legend_explains_it() -> None:
    search = search_of(made_up(40), TRADE)
    marked = [row for row in sweep_trials.trial_table(search.study.trials, search).rows if row[1].text == FRONT]

    assert len(marked) == len(sweep_trials.leaders(search)) > 1
    assert any(FRONT in part for part in sweep_trials.trial_legend(search.study.trials, search))


def test_a_value_that_breaks_its_bound_is_marked_without_colour_too() -> None:
    search = search_of(made_up(6), BOUNDED)
    text = render_table(sweep_trials.trial_table(search.study.trials, search)).text

    assert "28 ✗" in text
    assert "16 ✗" not in text


def test_an_edge_is_told_with_its_remedy() -> None:
    trials = [one._replace(values={**one.values, "lr": 1.0}) for one in made_up(12).trials]
    text = render_page(sweep_status.status_page(standing(Study("wide", tuple(trials)))))

    assert "lies on the upper edge of its range, 1, as in 5 of the best 5: try high = 10" in text


def test_that_nothing_keeps_the_constraints_is_told_with_the_nearest_trial() -> None:
    trials = [one._replace(metrics={**one.metrics, "latency": 21 + one.number}) for one in made_up(5).trials]
    text = render_page(sweep_status.status_page(standing(Study("wide", tuple(trials)), BOUNDED)))

    assert "no trial keeps every constraint; nearest is trial 0: latency 21" in text


def test_a_bar_is_as_long_as_the_share_of_the_most_important() -> None:
    (first, second) = sweep_importance.importance_table(MATTERS).rows

    assert len(first[1].text) == sweep_importance.BAR
    assert 2 <= len(second[1].text) <= 3


@pytest.mark.parametrize(
    ("scale", "labels"),
    [
        (Scale("lr", 1e-4, 1.0, log=True), ["0.0001", "0.001", "0.01", "0.1", "1"]),
        (Scale("x", 0.0, 8.0), ["0", "2", "4", "6", "8"]),
        (Scale("x", 0.43, 0.96), ["0.6", "0.8"]),
        (Scale("x", 5.0, 5.0), ["5", "5"]),
        (Scale("x", 2.0, 3.0, log=True), ["2", "3"]),
        (Scale("c", 0, 1, labels=("adam", "sgd")), ["adam", "sgd"]),
    ],
)
def test_labels_of_an_axis_are_round_numbers(scale: Scale, labels: list[str]) -> None:
    assert [label for _, label in ticks(scale)] == labels


def test_an_axis_holds_the_largest_numbers_there_are() -> None:
    scale = scale_of("x", [-1.7e308, 1.7e308])

    assert 0 <= share_on(scale, 0.0) <= 1
    assert "nan" not in draw_plot(Plot(scale, scale))
