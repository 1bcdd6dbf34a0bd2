from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.errors import DamagedError
from branchlab.record.format import dump_record, parse_record
from branchlab.record.model import Best, DataFile, Record
from branchlab.record.summary import Summary, _read_fast, read_summary, summarise
from record_strategies import HOSTILE, RECORDS, exact, example, key_order, run_example


def either(text: bytes, *, fast: bool) -> tuple[object, object]:
    """Returns what reading gives, with the order of keys, or the words of its error."""
    try:
        summary = read_summary(text) if fast else summarise(parse_record(text))
    except DamagedError as error:
        return error.message, error.hint
    return exact(summary), key_order(summary._asdict())


def test_a_summary_says_what_the_catalog_shows() -> None:
    record = example(
        run=run_example(seed=7, code="c" * 40, note="wider"),
        params={"model": {"depth": 3, "layers": [64, 32]}, "lr": 0.1},
        best={"accuracy": Best(0.94, 180)},
        splits={"test": {"accuracy": 0.92}},
        data={"train.csv": DataFile("0" * 32, 1), "model.skops": DataFile("1" * 32, 1, output=True)},
    )
    assert read_summary(dump_record(record)) == Summary(
        run="20261120T233015-7f3a9c",
        status="finished",
        started="2026-11-20T23:30:15Z",
        seconds=41.2,
        note="wider",
        seed=7,
        code="c" * 40,
        params={"lr": 0.1, "model.depth": 3, "model.layers": "[64, 32]"},
        metrics={"accuracy": 0.93, "test.accuracy": 0.92},
        best={"accuracy": 0.94},
        data={"train.csv": "0" * 32},
    )


def test_a_metric_named_like_one_of_a_split_wins() -> None:
    record = example(metrics={"test.accuracy": 1}, splits={"test": {"accuracy": 2}})
    assert summarise(record).metrics == {"test.accuracy": 1}


@pytest.mark.parametrize(("seed", "shown"), [(None, None), (7, 7), (1 << 63, None)])
def test_a_seed_beyond_64_bits_is_left_out(seed: int | None, shown: int | None) -> None:
    assert read_summary(dump_record(example(run=run_example(seed=seed)))).seed == shown


def test_an_ordinary_record_goes_the_fast_way() -> None:
    record = example(
        params={"layers": [64, 32], "empty": [], "model": {"name": 'a "b" \\ \n é'}, "x": 1e-7, "y": True},
        metrics={"a": float("nan"), "b": float("-inf"), "c": -1, "val/loss": 1e22},
        slices={"region=eu": {"rows": 3}},
        data={"data/train.csv": DataFile("0" * 32, 1)},
        environment={"packages": {"numpy": "2.4.6"}},
    )
    assert exact(_read_fast(dump_record(record))) == exact(record)


def test_a_record_of_many_values_goes_the_fast_way_and_one_of_too_many_is_damaged() -> None:
    record = example(metrics={f"metric-{number}": number for number in range(2_000)})
    text = dump_record(record)
    assert exact(_read_fast(text)) == exact(record)
    numbers = b"".join(b"    1,\n" for _ in range(9_300))
    with pytest.raises(DamagedError, match="values"):
        read_summary(text.replace(b"[params]\n", b"[params]\na = [\n" + numbers + b"]\n"))


@given(RECORDS)
def test_the_fast_way_gives_the_same_on_any_record(record: Record) -> None:
    text = dump_record(record)
    assert either(text, fast=True) == either(text, fast=False)


TOKENS = st.sampled_from(
    [
        *("1e400", "-nan", "+1", "0x1f", "1_0", "01", "99999999999999999999", "-0", "1E5", "1.", "nan", "inf"),
        *("2026-01-01T00:00Z", "2026-01-01T00:00:60Z", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        *("2026-01-01T00:00:00.1234567Z", "2026-01-01", "10:00:00", '"\\e"', '"\\x41"', '"\\ud800"', "'x'"),
        *('"""x"""', "{a = 1,}", "{\na = 1}", "[1,\n]", "[\n    1,\n]", "[[]]", "[\n    [\n    1,\n],\n]", "#"),
        *("[run]\n", "[run.x]\n", "[[run]]\n", "[metrics]\n", "[metrics.a]\n", "[params]\n", '["params"]\n'),
        *("a = 1\n", '"a" = 1\n', "a.b = 1\n", "started = 2026-01-01T00:00:00Z\n", "\r\n", "\n", "\ufeff", "\t"),
        *("seed = 123456789012345678\n", "seed = 1234567890123456789\n", "seed = 9223372036854775808\n"),
    ]
) | HOSTILE.map(lambda text: f"{text}\n")


@given(RECORDS, st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 2), TOKENS), max_size=3))
def test_the_fast_way_gives_the_same_on_hostile_text(record: Record, edits: list[tuple[int, int, str]]) -> None:
    text = dump_record(record).decode()
    for at, how, token in edits:
        lines = text.split("\n")
        place = at % len(lines)
        key = lines[place].partition(" = ")[0]
        lines[place : place + (how > 0)] = [token.rstrip("\n") if how == 0 else f"{key} = {token}"]
        text = "\n".join(lines)
    encoded = text.encode()
    assert either(encoded, fast=True) == either(encoded, fast=False)


@given(st.binary(max_size=60), st.floats(0, 1))
def test_the_fast_way_gives_the_same_on_any_bytes(new: bytes, place: float) -> None:
    text = dump_record(example())
    at = int(place * len(text))
    for changed in (new, text + new, text[:at] + new + text[at + len(new) :]):
        assert either(changed, fast=True) == either(changed, fast=False)


@pytest.mark.parametrize(
    "line",
    ["x = 0x1f", "x.y = 1", "x = 1_000", "x = '1'", "x = 1e400", "x = 2026-01-01", "# x", "x = [[]]", "\r"],
)
def test_what_is_not_written_by_us_goes_the_slow_way(line: str) -> None:
    text = re.sub("lr = .*", line, dump_record(example()).decode()).encode()
    assert _read_fast(text) is None
    assert either(text, fast=True) == either(text, fast=False)


def test_a_date_among_the_parameters_is_the_same_text_both_ways() -> None:
    text = dump_record(example()).replace(b"lr = 0.1", b"started = 2026-01-01T00:00:00Z")
    assert read_summary(text).params == {"started": "2026-01-01T00:00:00+00:00"}


def test_a_text_too_large_for_the_fast_way_is_read_all_the_same() -> None:
    record = example(params={f"p{number}": "x" * 7_000 for number in range(20)})
    assert read_summary(dump_record(record)).params == record.params
