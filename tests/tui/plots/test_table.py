"""Files of plot data, as columns."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.errors import DamagedError
from branchlab_tui.screens.plots.kind import kind_of
from branchlab_tui.screens.plots.table import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, read_table


def test_columns_are_read_by_their_names_and_empty_cells_are_nan() -> None:
    table = read_table(b"x,y\n0,1.5\n1,\n")
    assert table.numbers("x") == [0.0, 1.0]
    second = table.numbers("y")
    assert second is not None
    assert second[0] == 1.5
    assert math.isnan(second[1])


@pytest.mark.parametrize(
    "content", [b"a\tb\n1\t2\n", b"a;b\n1;2\n", b"\xef\xbb\xbfa,b\r\n1,2\r\n", b'[{"a": 1, "b": 2}]']
)
def test_other_separators_marks_of_bytes_and_json_make_the_same_table(content: bytes) -> None:
    table = read_table(content, ".json" if content.startswith(b"[") else ".csv")
    assert (table.names, table.columns) == (("a", "b"), (("1",), ("2",)))


def test_a_plot_of_dvc_lies_in_its_only_list() -> None:
    assert read_table(b'{"roc": [{"fpr": 0, "tpr": 0.5}, {"fpr": 1}]}', ".json").columns == (("0", "1"), ("0.5", ""))


@pytest.mark.parametrize(
    ("content", "suffix", "words"),
    [
        (b"", ".csv", "is empty"),
        (b"\n\n", ".csv", "is empty"),
        (b"\x89PNG\0\0", ".csv", "is no text"),
        (b"a,b\n<<<<<<< HEAD\n1,2\n", ".csv", "conflict markers"),
        (b"a\n" + b'"' + b"x" * 200_000, ".csv", "is not valid CSV"),
        (b"{", ".json", "is not valid JSON"),
        (b"[" * 100_000, ".json", "is not valid JSON"),
        (b"[1, 2]", ".json", "no list of objects"),
        (b" " * (MOST_BYTES + 1), ".json", "larger than 8 MiB"),
    ],
)
def test_what_is_no_table_says_why(content: bytes, suffix: str, words: str) -> None:
    with pytest.raises(DamagedError, match=words):
        read_table(content, suffix)


def test_of_a_huge_table_the_first_rows_and_columns_are_shown_and_said_to_be_so() -> None:
    header = ",".join(f"c{place}" for place in range(MOST_COLUMNS + 1)).encode()
    table = read_table(header + b"\n" + b"1\n" * (MOST_ROWS + 5))
    assert table.rows == MOST_ROWS
    assert len(table.names) == MOST_COLUMNS
    assert table.cut == f"the first 20,000 rows, the first {MOST_COLUMNS} columns of {MOST_COLUMNS + 1}"


def test_a_file_over_the_limit_is_cut_behind_a_whole_line() -> None:
    line = b"1," + b"2" * 1000 + b"\n"
    table = read_table(b"a,b\n" + line * (MOST_BYTES // len(line) + 10))
    assert {len(cell) for cell in table.cells("b")} == {1000}
    assert "first 8 MiB" in table.cut


def test_columns_without_a_name_or_with_a_taken_one_get_their_number() -> None:
    assert read_table(b"a,,a\n1,2,3\n").names == ("a", "column 2", "a.3")


@given(st.binary(max_size=200), st.sampled_from([".csv", ".tsv", ".json"]))
def test_any_bytes_become_a_rectangle_or_a_problem(content: bytes, suffix: str) -> None:
    try:
        table = read_table(content, suffix)
    except DamagedError:
        return
    assert len(set(table.names)) == len(table.names) == len(table.columns)
    assert {len(column) for column in table.columns} == {table.rows}
    assert kind_of(table) in ("matrix", "roc", "pr", "bars", "lines", "table")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"actual,predicted,count\na,a,1\n", "matrix"),
        (b"Actual,Predicted\na,b\n", "matrix"),
        (b",cat,dog\ncat,1,2\ndog,3,4\n", "matrix"),
        (b"fpr,tpr,threshold\n0,0,inf\n", "roc"),
        (b"recall,precision,threshold\n0,1,inf\n", "pr"),
        (b"fpr,tpr\n0,none\n", "table"),
        (b"size,score\n1,2\n", "lines"),
        (b"feature,importance\nage,2\nsex,3\n", "bars"),
        (b"feature,importance\nage,2\nage,3\n", "table"),
        (b"when,what\nnow,that\n", "table"),
        (b"a,b\n", "table"),
    ],
)
def test_what_a_table_shows_is_told_by_its_columns(content: bytes, kind: str) -> None:
    assert kind_of(read_table(content)) == kind
