from __future__ import annotations

import datetime as dt
import enum
import math
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pytest

from branchlab.errors import DamagedError
from branchlab.record.format import dump_record, parse_record
from branchlab.record.model import Best
from branchlab.record.values import plain_value
from record_strategies import exact, example, run_example


class Colour(enum.IntEnum):
    RED = 1


class Mode(str, enum.Enum):  # noqa: UP042 - as scripts of before Python 3.11 have it
    FAST = "fast"


class Size(enum.StrEnum):
    SMALL = "small"


class Rate(float, enum.Enum):
    LOW = 0.5


class Plain(enum.Enum):
    ONE = 1


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.float32(0.5), 0.5),
        (np.float64(0.1), 0.1),
        (np.int64(3), 3),
        (np.bool_(1), True),
        (np.array([1, 2]), [1, 2]),
        (np.array(1.5), 1.5),
        (Colour.RED, 1),
        (Mode.FAST, "fast"),
        (Size.SMALL, "small"),
        (Rate.LOW, 0.5),
        (Plain.ONE, "Plain.ONE"),
        ({Mode.FAST: [Mode.FAST]}, {"fast": ["fast"]}),
        ((1, (2,)), [1, [2]]),
        ({"b", "a"}, ["a", "b"]),
        ([1, None], [1, "null"]),
        ({1: None, 2: "x", None: 0}, {"2": "x", "None": 0}),
        ({1: "a", "1": 2}, {"1": 2}),
        (dt.date(2026, 11, 20), "2026-11-20"),
        (PurePosixPath("a/b"), "a/b"),
        (Decimal("0.1"), "0.1"),
        (b"x", "b'x'"),
        (1 << 64, "18446744073709551616"),
        pytest.param(1 << 20_000, hex(1 << 20_000), id="huge"),
        ("caf\udce9", "caf\\udce9"),
    ],
)
def test_a_parameter_of_any_type_becomes_plain(value: Any, kept: Any) -> None:
    record = parse_record(dump_record(example(params={"p": value})))
    assert exact(record.params["p"]) == exact(kept)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(1), 1),
        (True, 1),
        (Decimal("0.5"), 0.5),
        (1 << 64, 2.0**64),
        (10**400, math.inf),
        (-(10**400), -math.inf),
        (np.array([0.5]), 0.5),
    ],
)
def test_a_metric_of_any_number_type_becomes_plain(value: Any, kept: float) -> None:
    record = parse_record(dump_record(example(metrics={"m": value, "none": None}, best={"m": Best(value, 1)})))
    assert exact(record.metrics) == exact({"m": kept})
    assert exact(record.best["m"].value) == exact(kept)


@pytest.mark.parametrize("value", ["high", [1], 1j, np.array([1, 2]), object()])
def test_a_metric_that_is_no_number_is_refused_with_its_place(value: Any) -> None:
    with pytest.raises(DamagedError, match=r"slices\.region=eu has a value that is no number"):
        dump_record(example(slices={"region=eu": {"m": value}}))


def test_a_long_text_is_cut_and_still_differs_from_another() -> None:
    texts = ["prompt " * 20_000 + end for end in "ab"]
    kept = [parse_record(dump_record(example(params={"p": text}))).params["p"] for text in texts]
    assert kept[0] != kept[1]
    assert all(text.startswith("prompt prompt") and "140001 characters" in text for text in kept)


def test_a_long_list_is_named_by_its_digest() -> None:
    kept = parse_record(dump_record(example(params={"p": list(range(1001))}))).params["p"]
    assert kept.startswith("1001 values, md5 ")


def test_a_line_stays_within_the_limit_when_every_character_is_escaped() -> None:
    text = "\x00" * 100_000
    nested: Any = 1
    for _ in range(6):
        nested = {text: nested}
    parse_record(dump_record(example(params={"p": [text], text: nested}, run=run_example(note=text))))


def test_containers_too_deep_for_a_record_become_text() -> None:
    deep: Any = 1
    for _ in range(50):
        deep = {"a": [deep]}
    value = parse_record(dump_record(example(params=deep))).params
    for _ in range(3):
        value = value["a"][0]
    assert value["a"][0].startswith("{'a': [")


def test_plain_values_stay_as_they_are() -> None:
    value = {"a": [1, 2.5, "x", True, {"b": []}], "c": {}}
    assert exact(plain_value(value)) == exact(value)


@pytest.mark.parametrize(
    "seed", [0, -1, (1 << 63) - 1, 1 << 63, -(1 << 63) - 1, 1 << 128, pytest.param(-(1 << 20_000), id="huge")]
)
def test_a_seed_of_any_size_is_kept(seed: int) -> None:
    assert parse_record(dump_record(example(run=run_example(seed=seed)))).run.seed == seed


@pytest.mark.parametrize("started", ["", "yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+23:00"])
def test_a_started_time_that_is_none_is_refused(started: str) -> None:
    with pytest.raises(DamagedError, match=r"run\.started is no time"):
        dump_record(example(run=run_example(started=started)))


def test_a_record_that_could_not_be_read_back_is_not_written() -> None:
    with pytest.raises(DamagedError, match="the new record has more than"):
        dump_record(example(metrics={f"m{number}": number for number in range(10_001)}))
    with pytest.raises(DamagedError, match="the new record is larger than 1 MiB"):
        dump_record(example(params={f"p{number}": "x" * 7_000 for number in range(200)}))
