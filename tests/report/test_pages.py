"""Golden files: run with WRITE_GOLDEN=1 to write them anew, then look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.compare.comparison import compare_records
from branchlab.compare.difference import diff_records
from branchlab.reading.exhibit import Exhibit
from branchlab.report.comparison import comparison_page
from branchlab.report.difference import difference_page
from branchlab.report.experiment import experiment_page
from branchlab.report.listing import View, default_keys, list_table
from branchlab.report.page import Block, Line, markdown_page, render_page
from branchlab.report.style import APART, BEST
from branchlab.report.trend import Point, trend_names, trend_page
from branchlab.report.width import display_width
from golden_files import check
from in_process import no_raw
from sample_records import CODE, NOW, SETTINGS, experiments, sides

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTHS = (60, 80, 160)


def listing(_width: int | None) -> Sequence[Block]:
    found = experiments()
    view = View(tuple(default_keys(found, SETTINGS)), frozenset(), NOW)
    table, legend = list_table(found, SETTINGS, view)
    return [table, *map(Line, legend)]


def difference(_width: int | None) -> Sequence[Block]:
    one, other, *_ = sides()
    return difference_page(diff_records(other, one, SETTINGS, CODE), "merge-base")


def other_data(_width: int | None) -> Sequence[Block]:
    one, _, other, _ = sides()
    return difference_page(diff_records(other, one, SETTINGS))


def comparison(width: int | None) -> Sequence[Block]:
    return comparison_page(compare_records(sides(), SETTINGS), width)


def experiment(_width: int | None) -> Sequence[Block]:
    name, commit, record, stale, *_ = sides()[1]
    curves: dict[str, list[float | None]] = {
        "accuracy": [step / 60 for step in range(60)],
        "loss": [None, 3.0, 2.0, float("nan"), 1.0],
    }
    note = "deeper, because the wider one stopped getting better after two hundred steps\nsecond line"
    record = record._replace(run=record.run._replace(note=note, exact=False))
    plots = ["metrics/plots/confusion_matrix.csv"]
    return experiment_page(
        Exhibit(name, commit, "finished", "Ada Example", record, curves, plots, stale), SETTINGS, NOW
    )


def trend(_width: int | None) -> Sequence[Block]:
    metrics = [{"accuracy": 0.95, "size": 90}, {}, {"accuracy": 0.93, "size": 100}, {"accuracy": 0.94, "size": 90}]
    points = [
        Point(f"{place}" * 40, int(NOW) - 86_400 * place, "Ada Example", f"merge number {place}", values)
        for place, values in enumerate(metrics)
    ]
    points[1] = points[1]._replace(problem="metrics.toml is not valid TOML")
    return trend_page(points, trend_names(points, SETTINGS), SETTINGS, NOW)


PAGES: dict[str, Callable[[int | None], Sequence[Block]]] = {
    "listing": listing,
    "difference": difference,
    "other_data": other_data,
    "comparison": comparison,
    "experiment": experiment,
    "trend": trend,
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES)
def test_page_on_a_terminal_is_as_it_was_and_no_wider(page: str, width: int) -> None:
    text = render_page(PAGES[page](width), width)
    assert max(map(display_width, text.splitlines())) <= width
    check(f"{page}.{width}.txt", text)


@pytest.mark.parametrize("page", PAGES)
def test_page_in_colour_is_as_it_was(page: str) -> None:
    check(f"{page}.80.colour.txt", render_page(PAGES[page](80), 80, colour=True))


@pytest.mark.parametrize("page", PAGES)
def test_page_in_markdown_is_as_it_was(page: str) -> None:
    check(f"{page}.md", markdown_page(PAGES[page](None)))


@pytest.mark.parametrize("page", PAGES)
def test_page_without_a_terminal_is_never_cut(page: str) -> None:
    text = render_page(PAGES[page](None))
    assert "…" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("width", [1, 2, 7, 20, 33])
@pytest.mark.parametrize("page", PAGES)
def test_page_fits_the_smallest_terminal(page: str, width: int) -> None:
    assert max(map(display_width, render_page(PAGES[page](width), width).splitlines())) <= width


def test_the_name_of_a_fact_cannot_steer_a_terminal_nor_a_page() -> None:
    name, commit, record, *_ = sides()[1]
    record = record._replace(environment={"\x1b[2Jpython": "3.13"})
    page = experiment_page(Exhibit(name, commit, "finished", "", record), SETTINGS, NOW)
    for text in (render_page(page, 80), markdown_page(page)):
        assert "2Jpython" in no_raw(text)


def test_the_legend_explains_marks_and_not_what_a_note_ends_in() -> None:
    found = [one._replace(metrics={}) for one in experiments()]
    for end in (BEST, APART):
        noted = [one._replace(note=f"is it {end}") for one in found]
        _, legend = list_table(noted, SETTINGS, View(("status", "note", "metrics.accuracy"), frozenset(), NOW))
        assert not any(end in words for words in legend)


def test_a_run_that_began_this_moment_began_just_now() -> None:
    name, commit, record, *_ = sides()[1]
    page = experiment_page(Exhibit(name, commit, "finished", "", record), SETTINGS, 0.0)
    assert "2026-11-20T23:01:15Z  just now" in render_page(page, 80)
