"""docs/formats.md is held against the code: its examples are what the code writes, and no key is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from branchlab.record import limits, values
from branchlab.record.format import dump_record, parse_record
from branchlab.record.history import dump_history, parse_history
from branchlab.record.message import commit_message
from branchlab.record.model import DataFile, Record, Run
from branchlab.toml_text import KEY_DOTS
from branchlab.tracking import plots

PAGE = (Path(__file__).parents[2] / "docs/formats.md").read_text()
BLOCKS = dict(re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def test_the_record_on_the_page_is_written_by_the_code() -> None:
    text = BLOCKS["toml"].encode()
    assert dump_record(parse_record(text)) == text


def test_the_record_on_the_page_shows_every_field() -> None:
    record = parse_record(BLOCKS["toml"].encode())
    assert all(record), "a table is missing"
    shown = set(re.findall(r"^(\w+) = ", BLOCKS["toml"], re.MULTILINE))
    assert {"schema", *Run._fields, *DataFile._fields} <= shown


@pytest.mark.parametrize("name", ["schema", *Run._fields, "value", "step", *DataFile._fields])
def test_every_key_is_explained(name: str) -> None:
    assert re.search(rf"^\| `{name}` \| ", PAGE, re.MULTILINE)


def test_every_table_is_explained() -> None:
    names = {"splits": "split"}
    for field in Record._fields:
        assert re.search(rf"^\| \*\*`\[{names.get(field, field)}\b", PAGE, re.MULTILINE), field


def test_the_curves_on_the_page_are_written_by_the_code() -> None:
    text = BLOCKS["csv"].encode()
    assert dump_history(parse_history(text)) == text


def test_the_message_on_the_page_is_written_by_the_code() -> None:
    record = parse_record(BLOCKS["toml"].encode())
    assert commit_message(record, "exp/model/wider", {"accuracy": "maximize"}) == BLOCKS["text"]


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    text = " ".join(PAGE.split())
    for words in (
        f"over {limits.RECORD_BYTES >> 20} MiB",
        f"a line over {limits.LINE_BYTES >> 10} KiB",
        f"more than {limits.LINES:,} lines",
        f"a key of more than {KEY_DOTS + 1} parts",
        f"nested more than {limits.DEPTH} deep",
        f"more than {limits.VALUES:,} values",
        f"a text over {values.TEXT_LENGTH:,} characters",
        f"a name over {values.KEY_LENGTH:,}",
        f"a list over {values.LIST_LENGTH:,} values",
    ):
        assert words in text


def test_the_columns_of_plots_on_the_page_are_those_of_the_code() -> None:
    truth, scores = [0, 1], [0.1, 0.9]
    for name, data in (
        ("confusion_matrix", plots.confusion_matrix(truth, truth)),
        ("roc_curve", plots.roc_curve(truth, scores)),
        ("pr_curve", plots.pr_curve(truth, scores)),
    ):
        assert f"| `{name}.csv` | {', '.join(f'`{column}`' for column in data)} |" in PAGE
