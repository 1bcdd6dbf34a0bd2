"""What the table of a difference says, without a screen."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.compare.difference import Side, diff_records
from branchlab.record.model import Best, DataFile, Record, Run
from branchlab.text import format_number
from branchlab_tui.model.library import DifferenceRead
from branchlab_tui.screens.diff.entry import Entry, aligned
from branchlab_tui.screens.diff.panes import arrange, table_lines
from branchlab_tui.screens.diff.rows import SectionRows
from branchlab_tui.screens.diff.sections import make_sections
from branchlab_tui.screens.diff.title import pair_title
from sample_records import CODE, MORE, SETTINGS, TRAIN, record, side, sides


def entries(a: Side, b: Side, *, everything: bool = False) -> dict[str, Entry]:
    sections = make_sections(diff_records(a, b, SETTINGS, CODE), everything=everything)
    return {entry.key: entry for section in sections for entry in section.entries}


@given(
    st.lists(st.one_of(st.integers(-9999, 9999), st.floats(-1e3, 1e3), st.sampled_from(["true", "a", "·"])), min_size=1)
)
def test_numbers_have_their_points_below_each_other(values: list[float | str]) -> None:
    texts = [value if isinstance(value, str) else format_number(value) for value in values]
    shown = aligned(texts)
    assert [text.rstrip() for text in shown] == texts
    ends = {len(text) - match.end() for text in shown if (match := re.match(r"[+-]?\d+", text))}
    assert len(ends) <= 1


def test_data_is_told_with_sizes_and_what_became_of_it() -> None:
    b = side(data={"train.csv": TRAIN, "old.csv": TRAIN})
    a = side(
        data={
            "train.csv": MORE,
            "images": DataFile("e" * 32, 5_000_000, files=12),
            "model.bin": DataFile("f" * 32, 10, output=True),
        }
    )
    found = entries(a, b)
    changed = found["data/train.csv"]
    assert (changed.b, changed.a, changed.delta, changed.verdict) == ("1.2 MB", "1.3 MB", "+105 kB", "changed")
    assert "a91fa91f 1.2 MB → b02cb02c 1.3 MB" in changed.told
    assert (found["data/images"].a, found["data/images"].verdict) == ("5 MB in 12 files", "only A has it")
    assert found["data/model.bin"].verdict == "only A has it, output"
    assert found["data/old.csv"].verdict == "only B has it"


def test_a_value_is_told_with_all_its_digits() -> None:
    found = entries(side(params={"lr": 0.123456789}), side(params={"lr": 1e-5}))
    assert found["params/lr"].told == "lr  1e-05 → 0.123456789  ×12346"  # noqa: RUF001 - times


def test_why_a_metric_cannot_be_judged_is_said() -> None:
    a, _, b, _ = sides()
    assert entries(a, b)["metrics/accuracy"].verdict.startswith("measured on different data/train.csv")
    assert entries(a, b)["metrics/loss"].verdict == "measured on different data/train.csv"


def test_a_metric_of_splits_alone_has_a_line_to_fold_them_under() -> None:
    one = record(metrics={}, splits={"test": {"f1": 0.5}}, best={"f1": Best(0.5, 1)})
    found = entries(Side("a", None, one), Side("b", None, one))
    assert found["metrics/f1/test.f1"].within == "metrics/f1"
    assert found["metrics/f1"].verdict == "parts 1="


def test_nothing_of_a_record_is_markup_or_steers_the_terminal() -> None:
    hostile = "\x1b[31m[/red]\u202e"
    one = side(hostile, params={hostile: hostile}, environment={hostile: hostile}, data={hostile: TRAIN})
    sections = make_sections(diff_records(one, side(), SETTINGS), everything=True, problem=hostile)
    texts = [
        text
        for section in sections
        for text in (section.summary, *(one for entry in section.entries for one in entry[1:] if isinstance(one, str)))
    ]
    within = [entry.within for section in sections for entry in section.entries]
    assert not any("\x1b" in text or "\u202e" in text for text in texts if text not in within)


def test_what_is_folded_or_the_same_is_not_shown() -> None:
    a, b, *_ = sides()
    sections = make_sections(diff_records(a, b, SETTINGS), everything=True)
    some = SectionRows(sections, {"data", "metrics/accuracy"}, everything=False)
    every = SectionRows(sections, set(), everything=True)
    assert some.place("params/seed") is None
    assert some.place("metrics/accuracy/test.accuracy") is None
    assert some.place("data/data/train.csv") is None
    for key in ("params/seed", "metrics/accuracy/test.accuracy", "data/data/train.csv"):
        place = every.place(key)
        assert place is not None
        assert every.key(place) == key


@pytest.mark.parametrize("width", [10, 20, 30, 40, 60, 80, 120, 200])
def test_the_title_fits_and_keeps_both_names(width: int) -> None:
    a, b, *_ = sides()
    title = pair_title(DifferenceRead(diff_records(a, b, SETTINGS), at_merge_base=True), width)
    assert len(title) <= max(width, 29)
    assert " against " in title
    assert title.startswith("exp/model/wider 00000000" if width == 200 else ("exp" if width > 80 else ("wid", "exp")))


@pytest.mark.parametrize(
    ("size", "way"), [((60, 16), "single"), ((80, 24), "single"), ((120, 40), "stacked"), ((200, 60), "beside")]
)
def test_panes_stand_as_there_is_room(size: tuple[int, int], way: str) -> None:
    assert arrange(*size, zoomed=False, code=True) == way
    assert arrange(*size, zoomed=True, code=True) == "single"
    assert arrange(*size, zoomed=False, code=False) == "single"


@given(st.integers(1, 500), st.integers(5, 200))
def test_the_table_leaves_room_for_the_code(wanted: int, room: int) -> None:
    lines = table_lines(wanted, room)
    assert 3 <= lines <= max(wanted, 3)
    assert room - lines >= 10 or lines == 3


def test_without_a_record_only_parameters_are_set_against_each_other() -> None:
    bare = Side("main", "1" * 40, Record(Run("", "finished", (), "", 0.0), params={"lr": 0.5}))
    sections = {section.id: section for section in make_sections(diff_records(side(), bare, SETTINGS))}
    assert "nothing is recorded of B" in sections["metrics"].summary
    assert [entry.name for entry in sections["params"].entries] == ["lr"]
    assert sections["data"].entries == ()
    assert sections["environment"].summary == "not known of B"
