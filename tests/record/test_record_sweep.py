"""`[sweep]` of a record: what is checked, and what a row of the catalog has of it."""

from __future__ import annotations

from typing import Any

import pytest

from branchlab.errors import DamagedError
from branchlab.record.format import dump_record, parse_record
from branchlab.record.summary import _read_fast, read_summary
from record_strategies import exact, example

SWEEP: dict[str, Any] = {
    "name": "wide",
    "trial": 3,
    "values": {"lr": 0.1, "model.depth": 2, "optimizer": "sgd"},
    "batch": 0,
}


def test_a_trial_goes_the_fast_way() -> None:
    record = example(sweep={**SWEEP, "pruned": True, "reason": 'loss 0.9, the "median" is\n0.4'})
    assert exact(_read_fast(dump_record(record))) == exact(record)


def test_it_stands_right_behind_the_run_and_only_in_trials() -> None:
    assert b"\n[sweep]\n" not in dump_record(example())
    headers = [line for line in dump_record(example(sweep=SWEEP)).split(b"\n") if line.startswith(b"[")]
    assert headers == [b"[run]", b"[sweep]", b"[sweep.values]", b"[params]", b"[metrics]"]


@pytest.mark.parametrize(
    ("table", "place"),
    [
        (b"sweep = 1", "sweep must be a table"),
        (b"[sweep]", "sweep.name must be a string"),
        (b'[sweep]\nname = "x"', "sweep.trial must be an integer"),
        (b'[sweep]\nname = "x"\ntrial = true', "sweep.trial must be an integer"),
        (b"[sweep]\nname = 1\ntrial = 1", "sweep.name must be a string"),
    ],
)
def test_a_trial_without_name_or_number_is_damage(table: bytes, place: str) -> None:
    text = table + b"\n" + dump_record(example()) if table.startswith(b"sweep") else dump_record(example()) + table
    for read in (parse_record, read_summary):
        with pytest.raises(DamagedError, match=place):
            read(text)


@pytest.mark.parametrize("sweep", [{"name": "wide"}, {"name": "wide", "trial": "3"}, {"trial": 3}])
def test_a_trial_without_name_or_number_is_not_written(sweep: dict[str, Any]) -> None:
    with pytest.raises(DamagedError, match=r"the new record: sweep\.(name|trial) must be"):
        dump_record(example(sweep=sweep))


def test_a_date_among_the_values_is_text() -> None:
    text = dump_record(example(sweep=SWEEP)).replace(b'optimizer = "sgd"', b"until = 2026-01-01")
    assert parse_record(text).sweep["values"]["until"] == "2026-01-01"


def test_a_summary_flattens_it_and_names_the_splits() -> None:
    summary = read_summary(dump_record(example(sweep={**SWEEP, "splits": "a lie"}, splits={"test": {"a": 1}})))
    values = {"values.lr": 0.1, "values.model.depth": 2, "values.optimizer": "sgd"}
    assert (summary.sweep, summary.trial, summary.search) == ("wide", 3, {"batch": 0, **values, "splits": '["test"]'})
    plain = read_summary(dump_record(example(splits={"test": {"a": 1}})))
    assert (plain.sweep, plain.trial, plain.search) == ("", None, {})
