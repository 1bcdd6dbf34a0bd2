"""What fuzzing found: each input once broke a parser or kept it busy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from branchlab.catalog.grammar import parse_query
from branchlab.catalog.terms import QueryError
from branchlab.compare.extra_gates import with_gates
from branchlab.data.config import parse_config, read_config
from branchlab.errors import DamagedError, EnvironmentProblemError, UsageError
from branchlab.parameters.edit import set_values
from branchlab.parameters.files import load_parameters
from branchlab.parameters.overrides import Assignment, parse_override, split_key
from branchlab.project import Settings, parse_settings
from branchlab.record.format import parse_record
from branchlab.record.summary import read_summary, summarise
from branchlab.running.curves import read_curves
from branchlab.running.harvest import load_harvest
from branchlab_tui.screens.plots.table import read_table
from worst_inputs import RUN, numbered

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"a = [\n" + b"1,\n" * 30_000 + b"]\n", "more than 10,000 values"),
        ((b"k = [" + b"1," * 30_000 + b"]\n") * 4, "more than 100,000 commas"),
        (b"a = 1\n" + (b"# " + b"." * 4000 + b"\n") * 30, "more than 100,000 dots"),
        (b"a = 1\n" + (b"# " + b'"' * 4000 + b"\n") * 30, "more than 100,000 quotes"),
        (b"a = [\n" + b"[" * 40_000 + b"\n", "is not valid TOML"),
    ],
)
def test_a_text_that_keeps_a_parser_busy_is_refused_before_it_is_parsed(text: bytes, problem: str) -> None:
    for read in (parse_record, read_summary, lambda content: load_parameters("params.toml", content)):
        with pytest.raises(DamagedError, match=problem):
            read(text)


def test_a_large_record_reads_as_a_small_one() -> None:
    text = numbered(b'"k%d" = "caf\xc3\xa9 \\"%d\\"\\r"\n', RUN + b"[params]\n", size=200_000).replace(b"\n", b"\r\n")
    large, small = parse_record(text), parse_record(text[: text.index(b"\r\n", 20_000) + 2])
    assert small.params.items() <= large.params.items()
    assert large.run == small.run
    assert read_summary(text) == summarise(large)


def test_dotted_keys_within_the_longest_line_of_settings_are_refused() -> None:
    line = b"a" + b".a" * 2000 + b" = 1\n"
    with pytest.raises(DamagedError, match="key of too many parts at line 1"):
        parse_settings(line * 8)


def test_a_query_has_an_end() -> None:
    with pytest.raises(QueryError, match="at most 10,000 characters"):
        parse_query("a" * 10_001)


def test_a_gate_has_an_end() -> None:
    with pytest.raises(UsageError, match="more than 1,000 characters"):
        with_gates(Settings(), ["accuracy" + " " * 1000 + ">= 1"])


@pytest.mark.parametrize(
    ("argument", "problem"),
    [
        ("lr=" + "1" * (1 << 17), "longer than 131,072 characters"),
        ("lr=" + "[" * 600 + "]" * 600, "nested more than 16 deep"),
        ("a." * 600 + "a=1", "is not a key"),
    ],
)
def test_an_override_has_an_end(argument: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        parse_override(argument)


def test_a_key_is_as_long_as_a_name_in_a_record() -> None:
    assert split_key("a" * 1000) == ("a" * 1000,)


@pytest.mark.parametrize("value", ["1" * ((1 << 17) + 1), "[" * 600 + "]" * 600])
def test_a_value_that_is_typed_into_a_form_has_an_end(value: str) -> None:
    with pytest.raises(UsageError, match=r"longer than|nested more"):
        set_values("params.toml", b"a = [1]\n", [Assignment(None, "a", value)])


def test_a_collected_number_of_four_thousand_digits_is_infinite() -> None:
    digits = b"9" * 4000
    curves = read_curves(b"step,a\n1," + digits + b"\n2,-" + digits + b"\n", "found.csv")
    assert [point.value for point in curves.series["a"]] == [math.inf, -math.inf]


def test_points_with_names_of_their_own_are_a_table_of_a_hundred_columns() -> None:
    points = ",".join(f'{{"k{number}":{number}}}' for number in range(30_000))
    table = read_table(f"[{points}]".encode(), ".json")
    assert len(table.names) == 100
    assert table.rows == 20_000


def test_blanks_in_the_settings_of_dvc_are_looked_at_once() -> None:
    blanks = " " * 60_000
    assert parse_config(f"[{blanks}a\n[ core ]\na{blanks}b\nurl ={blanks} x y {blanks}# z\n") == {
        "core": {"url": "x y"}
    }


def test_settings_of_dvc_have_an_end(tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(b"#" * (1 << 16) + b"\n")
    with pytest.raises(EnvironmentProblemError, match="larger than 64 KiB"):
        read_config(str(tmp_path / "config"))


@pytest.mark.parametrize("name", ["params.toml", "params.yaml", "params.json"])
def test_a_value_that_is_not_utf_8_is_refused(name: str) -> None:
    base = b'{"a": "b"}' if name.endswith("json") else b"a: b\n" if name.endswith("yaml") else b'a = "b"\n'
    with pytest.raises(UsageError, match="is not UTF-8"):
        set_values(name, base, [Assignment(None, "a", "\udc80")])


@pytest.mark.parametrize("content", [b"null", b"[1]", b"[" * 5000, b'{"files":3}', b'{"files":{},"removed":1,"crc":0}'])
def test_a_damaged_harvest_is_made_again(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "harvest").write_bytes(content)
    assert load_harvest(str(tmp_path)) is None
