"""What other programs read of `ci`: JUnit, OpenMetrics and SVG, each by a parser that is not ours."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from branchlab.record.history import History
from branchlab.report.gate_json import gate_object
from branchlab.report.gate_markdown import markdown_report
from branchlab.report.gate_page import render_gates
from branchlab.report.junit import junit_report
from branchlab.report.openmetrics import openmetrics_report
from branchlab.report.svg import curve_of, curve_pictures, draw, file_names
from branchlab.report.xml_text import xml_text
from gate_outcomes import HOSTILE, after, failing, hostile, incomparable, many, outcome, passing, unknown, unseen

if TYPE_CHECKING:
    from branchlab.ci.judging import Outcome

SVG = "{http://www.w3.org/2000/svg}"
OUTCOMES = (failing(), passing(), incomparable(), unseen(), unknown(), hostile(), many())

# What the schemas of Jenkins and GitLab have in common: elements, and the attributes each may have.
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out", "system-err"},
    "properties": {"property"},
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
}
ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "time", "skipped"},
    "property": {"name", "value"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
}
REQUIRED = {
    "testsuite": {"name", "tests", "failures", "errors"},
    "testcase": {"name"},
    "property": {"name", "value"},
}


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.encode())  # noqa: S314 - our own text, without a document type


def check_junit(element: ET.Element) -> None:
    assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set())
    assert set(element.attrib) >= REQUIRED.get(element.tag, set())
    for child in element:
        assert child.tag in CHILDREN.get(element.tag, set())
        check_junit(child)


@pytest.mark.parametrize("made", OUTCOMES)
def test_junit_is_what_services_read_and_counts_right(made: Outcome) -> None:
    root = parsed(junit_report(made))
    check_junit(root)
    suite = root[0]
    for tag, count in (("testcase", "tests"), ("failure", "failures"), ("error", "errors")):
        assert int(suite.attrib[count]) == len(suite.findall(f".//{tag}"))
        assert root.attrib[count] == suite.attrib[count]


def test_junit_has_a_case_per_gate_and_a_failure_per_failed_one() -> None:
    made = failing()
    assert made.judged
    cases = parsed(junit_report(made)).findall(".//testcase")
    assert len(cases) == len(made.judged.gates)
    failed = [case.attrib["name"] for case in cases if case.find("failure") is not None]
    assert len(failed) == sum(not gate.passed for gate in made.judged.gates)
    assert "accuracy >= 0.92" in failed


def test_what_could_not_be_judged_is_an_error_in_junit() -> None:
    for made in (unseen(), unknown()):
        root = parsed(junit_report(made))
        assert (root.attrib["failures"], root.attrib["errors"]) == ("0", "1")


def samples(made: Outcome) -> dict[tuple[str, ...], float]:
    text = openmetrics_report(made)
    assert text.endswith("# EOF\n")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
        for sample in family.samples
    }


@pytest.mark.parametrize("made", OUTCOMES)
def test_openmetrics_is_read_by_the_parser_of_prometheus(made: Outcome) -> None:
    assert samples(made)["branchlab_verdict", made.verdict] == 1


def test_openmetrics_has_each_value_with_its_slice_or_split() -> None:
    found = samples(failing())
    assert found["branchlab_metric", "accuracy"] == 0.9123
    assert found["branchlab_metric", "accuracy", "region=us"] == 0.8
    assert found["branchlab_metric", "accuracy", "test"] == 0.91
    assert found["branchlab_gate_passed", "accuracy", "threshold", "accuracy >= 0.92"] == 0
    assert found["branchlab_gate_passed", "recall", "required", "recall is recorded"] == 1


def test_openmetrics_keeps_what_is_no_number() -> None:
    values = {"a": float("nan"), "b": math.inf, "c": -math.inf, "d": 10**30}
    found = samples(outcome(after(metrics=values, splits={}, slices={})))
    assert math.isnan(found["branchlab_metric", "a"])
    assert (found["branchlab_metric", "b"], found["branchlab_metric", "c"]) == (math.inf, -math.inf)
    assert found["branchlab_metric", "d"] == 10**30


def test_a_name_comes_through_openmetrics_as_it_is_shown() -> None:
    shown = "a|b\\n<img src=x onerror=alert(1)> `x` [y](https://evil.example) @team #1 \\x1b[31m\\u202e"
    assert any(key[1].startswith(shown) for key in samples(hostile()) if key[0] == "branchlab_metric")


@given(st.text(), st.dictionaries(st.text(min_size=1), st.floats() | st.integers(), max_size=4))
def test_no_name_breaks_the_format_of_a_report(name: str, values: dict[str, float]) -> None:
    made = outcome(after(metrics=values, splits={name: values}, slices={name: values}), name=name)
    samples(made)
    check_junit(parsed(junit_report(made)))


@given(st.text())
def test_text_in_xml_is_read_as_it_is_shown(text: str) -> None:
    element = parsed(f'<a b="{xml_text(text)}">{xml_text(text)}</a>')
    assert (element.text or "") == element.attrib["b"]


def test_a_picture_shows_both_curves_and_their_names() -> None:
    pictures = dict(curve_pictures(failing().judged))
    assert list(pictures) == ["accuracy.svg", "loss.svg"]
    root = parsed(pictures["accuracy.svg"])
    assert [path.attrib["class"] for path in root.findall(f"{SVG}path")] == ["frame", "base", "head"]
    words = [text.text or "" for text in root.findall(f"{SVG}text")]
    assert words[0] == "accuracy ↑"
    assert [word.split()[0] for word in words[1:3]] == ["main", "wider"]


def test_a_picture_runs_nothing_and_fetches_nothing() -> None:
    for _, text in curve_pictures(hostile().judged):
        tags = {element.tag.removeprefix(SVG) for element in parsed(text).iter()}
        assert tags <= {"svg", "title", "style", "text", "path", "circle"}
        assert "href" not in text
        assert "url(" not in text
        assert "\x1b" not in text


def test_nothing_to_compare_draws_nothing() -> None:
    assert list(curve_pictures(unknown().judged)) == []


steps = st.lists(st.tuples(st.integers(-(2**63), 2**63), st.none() | st.floats()), max_size=30)


@given(steps, steps)
def test_every_point_of_a_picture_lies_in_it(
    one: list[tuple[int, float | None]], other: list[tuple[int, float | None]]
) -> None:
    curves = [
        curve_of(name, History([step for step, _ in pairs], [], {"x": [value for _, value in pairs]}), "x")
        for name, pairs in (("main", one), ("wider", other))
    ]
    if not curves[1].points:
        return
    root = parsed(draw("x", "maximize", *curves))
    for path in root.findall(f"{SVG}path")[1:]:
        numbers = [float(number) for number in re.findall(r"-?[0-9.]+(?:e[-+]?[0-9]+)?|nan|inf", path.attrib["d"])]
        assert all(0 <= across <= 420 for across in numbers[::2])
        assert all(0 <= down <= 200 for down in numbers[1::2])


def test_a_long_curve_keeps_its_extremes() -> None:
    values = [0.0] * 100_000
    values[54_321] = 7.0
    curve = curve_of("main", History(list(range(100_000)), [], {"x": [*values]}), "x")
    assert len(curve.points) < 500
    assert (54_321.0, 7.0) in curve.points


def test_file_names_are_plain_and_distinct() -> None:
    names = file_names(["val/loss", "val loss", "VAL-LOSS", "../../etc/passwd", HOSTILE, "é", "", "x" * 300])
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,60}(\.[0-9]+)?\.svg", name) for name in names)


def test_no_picture_is_called_like_a_device_of_windows() -> None:
    assert file_names(["aux", "con_", "CON", "com1", "auxiliary"]) == [
        *("aux_.svg", "con_.svg", "CON_.2.svg", "com1_.svg", "auxiliary.svg")
    ]


def test_each_project_of_a_repository_has_a_report_of_its_own() -> None:
    for made in (failing()._replace(project="ml/v1.5"), unknown()._replace(project="ml/v1.5")):
        suite = parsed(junit_report(made))[0]
        assert suite.attrib["name"] == "branchlab.ml/v1/5"
        assert all(case.attrib["classname"].startswith("branchlab.ml/v1/5.") for case in suite.iter("testcase"))
        assert {labels[-1] for labels in samples(made)} == {"ml/v1.5"}
        assert "\n\nml/v1.5: exp/model/wider" in markdown_report(made)
        assert "\nml/v1.5: exp/model/wider" in render_gates(made, 80)
        assert gate_object(made)["project"] == "ml/v1.5"
