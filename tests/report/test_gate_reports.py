"""The report on a pull request: golden files (WRITE_GOLDEN=1 writes them anew), sizes, and names that mean no good."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from branchlab.ci.revisions import Revision
from branchlab.errors import NotFoundError
from branchlab.project import Settings
from branchlab.record.model import Record, Run
from branchlab.report.formats import to_json
from branchlab.report.gate_curves import curve_pair
from branchlab.report.gate_json import gate_object
from branchlab.report.gate_markdown import COMMENT, markdown_report
from branchlab.report.gate_page import gate_page, render_gates
from branchlab.report.gate_words import notices, verdict_words
from branchlab.report.page import render_page
from branchlab.report.width import display_width
from gate_outcomes import (
    HOSTILE,
    after,
    before,
    failing,
    hostile,
    incomparable,
    many,
    outcome,
    passing,
    unknown,
    unseen,
)
from golden_files import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.ci.judging import Outcome

OUTCOMES: dict[str, Callable[[], Outcome]] = {
    "failing": failing,
    "passing": passing,
    "incomparable": incomparable,
    "unseen": unseen,
    "unknown": unknown,
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_report_in_markdown_is_as_it_was(name: str) -> None:
    check(f"ci.{name}.md", markdown_report(OUTCOMES[name]()))


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("name", OUTCOMES)
def test_the_report_on_a_terminal_is_as_it_was_and_no_wider(name: str, width: int) -> None:
    text = render_page(gate_page(OUTCOMES[name]()), width)
    assert max(map(display_width, text.splitlines())) <= width
    check(f"ci.{name}.{width}.txt", text)


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_report_in_json_is_as_it_was(name: str) -> None:
    text = to_json(gate_object(OUTCOMES[name]()))
    assert {"verdict", "base", "head", "gates"} <= json.loads(text).keys()
    check(f"ci.{name}.json", text)


def test_the_verdict_stands_first_everywhere() -> None:
    words = verdict_words(failing())
    assert words in markdown_report(failing()).splitlines()[0]
    assert words in render_page(gate_page(failing()), 80).splitlines()[0]


def test_a_page_longer_than_a_screen_ends_with_the_verdict() -> None:
    lines = render_gates(failing(), 80).splitlines()
    assert lines[-1] == lines[0] == f"✗ fail: {verdict_words(failing())}"
    assert render_gates(unknown(), 80).count("unknown") == 1


def test_colour_never_carries_a_meaning_alone() -> None:
    coloured = render_page(gate_page(failing()), 80, colour=True)
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == render_page(gate_page(failing()), 80)


@pytest.mark.parametrize("limit", [2_000, 5_000, 20_000, COMMENT])
@pytest.mark.parametrize("count", [3, 400])
def test_a_report_fits_its_limit_and_says_what_was_cut(count: int, limit: int) -> None:
    made = many(count)
    text = markdown_report(made, limit)
    assert len(text.encode("utf-16-le")) // 2 <= limit
    assert len(text.encode()) <= limit
    whole = markdown_report(made, 1 << 30)
    assert ("rows are left out" in text) == (text != whole)
    assert text.startswith("## ❌ branchlab: ")
    assert text.count("<details>") == text.count("</details>")


def test_two_hundred_metrics_are_all_in_a_comment() -> None:
    text = markdown_report(many(200))
    assert "metric-199" in text
    assert "left out" not in text


def test_a_terminal_shows_the_first_of_many_and_says_so() -> None:
    text = render_page(gate_page(many(200)), 80)
    assert len(text.splitlines()) < 150
    assert "more" in text


def test_no_limit_is_too_small_to_say_the_verdict() -> None:
    text = markdown_report(hostile("x" * 60_000), 400)
    assert len(text.encode()) <= 400
    assert text.startswith("## ❌")


def test_a_name_cannot_leave_its_cell() -> None:
    text = markdown_report(hostile())
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", html))
    assert tags <= {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "blockquote"}
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not re.search(r"@\w", text)
    assert text.count("<details>") == text.count("</details>")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    columns = [len(re.findall(r"(?<!\\)\|", line)) for line in rows]
    assert all(columns[at] == columns[at + 1] for at, line in enumerate(rows[1:]) if line.startswith("| :---"))


def test_a_threshold_is_no_value_of_the_baseline() -> None:
    (row,) = re.findall(r"\| accuracy \\>= 0.92 \| 5 folds \| (.*?) \|", markdown_report(passing()))
    assert row.strip() == ""


def test_the_name_of_a_baseline_shows_as_it_is_in_a_heading_that_folds() -> None:
    made = passing()
    assert made.judged
    revisions = made.judged.revisions
    base = revisions.baseline._replace(name="release_2/<img/src=x>&lt;@team")
    text = markdown_report(made._replace(judged=made.judged._replace(revisions=revisions._replace(baseline=base))))
    summary = "<summary>release_2/&lt;img/src=x&gt;&amp;lt;@<!-- -->team so far (2)</summary>"
    assert summary in text


def test_a_name_at_the_start_of_a_notice_keeps_its_case() -> None:
    problem = NotFoundError("main has no metrics.toml")
    assert notices(unknown()._replace(problem=problem)) == ["main has no metrics.toml."]


def test_a_base_that_has_no_name_is_named_once() -> None:
    made = outcome(base=Record(Run("", "finished", (), "", 0.0)))
    assert made.judged
    revisions = made.judged.revisions
    unnamed = revisions._replace(base=Revision("b" * 8, "b" * 40, b""))
    found = notices(made._replace(judged=made.judged._replace(revisions=unnamed)))
    assert found[0].startswith("bbbbbbbb has no record: ")


def test_a_note_of_several_lines_is_one_in_the_report() -> None:
    noted = after()
    made = outcome(noted._replace(run=noted.run._replace(note="wider net\n\nand a slower rate\n")))
    assert "Note: wider net and a slower rate\n" in markdown_report(made)
    assert "note: wider net and a slower rate\n" in render_gates(made, 80)


def test_a_name_cannot_steer_the_terminal() -> None:
    text = render_page(gate_page(hostile()), 80)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert max(map(display_width, text.splitlines())) <= 80


def test_json_keeps_names_as_they_are() -> None:
    assert json.loads(to_json(gate_object(hostile())))["gates"][0]["metric"] == HOSTILE


def test_a_base_without_a_record_is_told_and_parameters_are_compared() -> None:
    text = markdown_report(outcome(base=Record(Run("", "finished", (), "", 0.0), params={"lr": 0.5})))
    assert "main has no record at bbbbbbbb" in text
    assert "| lr | 0.5 | 0.01 |" in text


def test_a_project_without_gates_is_told_that_nothing_was_judged() -> None:
    made = outcome(settings=Settings())
    assert made.verdict == "pass"
    assert "nothing was judged" in markdown_report(made)


def test_two_curves_share_one_scale() -> None:
    low, high = curve_pair([0.0, 0.1, 0.2], [0.5, 0.8, 1.0])
    assert (low, high) == ("▁▁▂", "▅▇█")
    assert curve_pair([], [1.0]) == ("", "")
    assert len(curve_pair(range(1000), range(500), 12)[0]) == 12
    assert curve_pair([float("nan")] * 40, [None] * 40) == ("", "")


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ({"merged": ("one", "two")}, "put together by a merge"),
        ({"differs": ("train.py",)}, "not the code that was measured: train.py."),
        ({"status": "failed"}, "The run did not finish: it failed."),
        ({"status": "stopped"}, "The run did not finish: it was stopped."),
        ({"id": before().run.id}, "recorded no run of its own"),
    ],
)
def test_without_gates_a_reader_is_told_what_to_beware_of(run: dict[str, Any], words: str) -> None:
    made = outcome(after(run=after().run._replace(**run)), settings=Settings())
    assert any(words in notice for notice in notices(made))


def test_a_gate_on_the_record_says_it_once() -> None:
    made = outcome(after(run=after().run._replace(differs=("train.py",))))
    assert notices(made) == []
    assert "what ran had other code: train.py" in markdown_report(made)


def test_values_of_older_code_are_told() -> None:
    made = failing()
    assert made.judged
    stale = made.judged.base._replace(side=made.judged.base.side._replace(stale=True))
    words = notices(made._replace(judged=made.judged._replace(base=stale)))
    assert words == ["The code of main went on after its record: its values may be those of older code."]
