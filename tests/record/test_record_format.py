from __future__ import annotations

import contextlib
import math
import subprocess
import sys
import time
import tomllib
from typing import Any

import pytest
from hypothesis import example as with_example
from hypothesis import given
from hypothesis import strategies as st

from branchlab.errors import DamagedError
from branchlab.record.format import dump_record, parse_record
from branchlab.record.model import Best, DataFile, Record
from record_strategies import RECORDS, exact, example, run_example

MINIMAL = b"""schema = 1
[run]
id = "r"
status = "finished"
started = 2026-11-20T23:30:15Z
seconds = 1
"""


def problem(text: bytes) -> str:
    with pytest.raises(DamagedError) as caught:
        parse_record(text)
    assert caught.value.hint
    return caught.value.message


@given(RECORDS)
def test_a_record_is_read_back_as_it_was_written(record: Record) -> None:
    assert exact(parse_record(dump_record(record))) == exact(record)


@given(RECORDS)
def test_the_same_record_gives_the_same_bytes_whatever_the_order_of_its_keys(record: Record) -> None:
    turned = record._replace(
        params=dict(reversed(list(record.params.items()))),
        metrics=dict(reversed(list(record.metrics.items()))),
        slices=dict(reversed(list(record.slices.items()))),
        data=dict(reversed(list(record.data.items()))),
    )
    assert dump_record(turned) == dump_record(record)


@given(RECORDS)
def test_keys_are_sorted_in_every_table(record: Record) -> None:
    def check(table: Any) -> None:
        if isinstance(table, dict):
            scalars = [key for key, value in table.items() if not isinstance(value, (dict, list))]
            assert scalars == sorted(scalars)
            for value in table.values():
                check(value)

    written = tomllib.loads(dump_record(record).decode())
    assert next(iter(written)) == "schema"
    for key in written.keys() - {"schema"}:
        check(written[key])


@pytest.mark.parametrize("value", [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, math.nan, math.inf, 1e22])
def test_a_float_keeps_every_bit(value: float) -> None:
    assert repr(parse_record(dump_record(example(metrics={"m": value}))).metrics["m"]) == repr(value)


def test_a_started_time_is_written_as_people_write_it() -> None:
    assert b"\nstarted = 2026-11-20T23:30:15Z\n" in dump_record(example())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-20T23:30:15+02:00", "2026-11-20T21:30:15Z"),
        ("2026-11-20 23:30:15Z", "2026-11-20T23:30:15Z"),
        ("2026-11-20T23:30:15.25Z", "2026-11-20T23:30:15.250000Z"),
    ],
)
def test_a_started_time_is_read_as_utc(written: str, read: str) -> None:
    assert parse_record(MINIMAL.replace(b"2026-11-20T23:30:15Z", written.encode())).run.started == read


def test_keys_of_a_newer_schema_are_ignored() -> None:
    text = MINIMAL.replace(b"schema = 1", b"schema = 2\nnew = [1]") + b'colour = "red"\n[weather]\nsun = true\n'
    assert parse_record(text) == parse_record(MINIMAL)


def test_what_a_newer_schema_says_otherwise_asks_for_an_update() -> None:
    with pytest.raises(DamagedError) as caught:
        parse_record(b"schema = 2\nrun = []")
    assert "update branchlab" in caught.value.hint


def test_dates_in_parameters_are_read_as_text() -> None:
    text = MINIMAL + b"[params]\nday = 2026-11-20\nt = [2026-11-20T10:00:00]\n[environment]\nat = 10:00:00\n"
    record = parse_record(text)
    assert record.params == {"day": "2026-11-20", "t": ["2026-11-20T10:00:00"]}
    assert record.environment == {"at": "10:00:00"}


def test_every_field_has_its_place_in_the_file() -> None:
    record = example(
        run=run_example(seed=7, code="c" * 40, note="wider", exit_code=0, exact=False),
        best={"accuracy": Best(0.94, 180)},
        splits={"test": {"accuracy": 0.92}},
        slices={"region=eu": {"accuracy": 0.91, "rows": 1200}},
        data={"data/train": DataFile("0" * 32 + ".dir", 12345, 3, output=True)},
        resources={"peak_memory": 1},
        environment={"python": "3.11", "packages": {"numpy": "2.0"}},
    )
    table = tomllib.loads(dump_record(record).decode())
    assert (table["schema"], table["run"]["note"], table["run"]["exact"]) == (1, "wider", False)
    assert table["best"] == {"accuracy": {"step": 180, "value": 0.94}}
    assert table["split"] == {"test": {"accuracy": 0.92}}
    assert table["slices"] == {"region=eu": {"accuracy": 0.91, "rows": 1200}}
    assert table["data"]["data/train"] == {"bytes": 12345, "files": 3, "md5": "0" * 32 + ".dir", "output": True}
    assert table["environment"]["packages"] == {"numpy": "2.0"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"", "schema must be an integer"),
        (b"schema = 1", "run must be a table"),
        (b"schema = true\n[run]", "schema must be an integer"),
        (b"schema = 1\nrun = 1", "run must be a table"),
        (MINIMAL.replace(b'id = "r"\n', b""), "run.id must be a string"),
        (MINIMAL.replace(b"finished", b"done"), "run.status must be one of finished, failed, stopped"),
        (MINIMAL.replace(b"seconds = 1", b"seconds = true"), "run.seconds must be a number"),
        (MINIMAL.replace(b"started = 2026-11-20T23:30:15Z", b'started = "x"'), "run.started must be a date"),
        (MINIMAL.replace(b"15Z", b"15"), "run.started must be a date"),
        (MINIMAL.replace(b"2026-11-20T23:30:15Z", b"0001-01-01T00:00:00+01:00"), "run.started must be a day"),
        (MINIMAL + b'command = "x"', "run.command must be a list of strings"),
        (MINIMAL + b"command = [1]", "run.command must be a list of strings"),
        (MINIMAL + b'seed = "x"', "run.seed must be an integer"),
        (MINIMAL + b"exact = 1", "run.exact must be true or false"),
        (b"params = []\n" + MINIMAL, "params must be a table"),
        (MINIMAL + b"[metrics]\n'a b' = true", "metrics.'a b' must be a number"),
        (MINIMAL + b'[metrics]\na = "1"', "metrics.a must be a number"),
        (MINIMAL + b"[best]\na = 1", "best.a must be a table"),
        (MINIMAL + b"[best.a]\nvalue = 1", "best.a.step must be an integer"),
        (MINIMAL + b"[best.a]\nvalue = 'x'\nstep = 1", "best.a.value must be a number"),
        (MINIMAL + b"[split]\ntest = 1", "split.test must be a table"),
        (MINIMAL + b"[slices.'region=eu']\na = 'x'", "slices.'region=eu'.a must be a number"),
        (MINIMAL + b"[data.'a.csv']\nmd5 = 1\nbytes = 1", "data.'a.csv'.md5 must be a string"),
        (MINIMAL + b"[data.'a.csv']\nmd5 = 'x'", "data.'a.csv'.bytes must be an integer"),
    ],
)
def test_a_wrong_type_is_named_with_its_place(text: bytes, place: str) -> None:
    assert problem(text).startswith(f"metrics.toml: {place}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\xff", "is not UTF-8 at byte 0"),
        (b"a = ", "is not valid TOML: Invalid value (at end of document)"),
        (b"a = " + b"[" * 5000, "is not valid TOML: nested too deeply"),
        (b"a = " + b"9" * 5000, "is not valid TOML"),
    ],
)
def test_bytes_that_are_no_toml_are_damaged(text: bytes, words: str) -> None:
    assert problem(text).startswith(f"metrics.toml {words}")


def test_a_place_in_a_message_cannot_steer_a_terminal() -> None:
    assert problem(MINIMAL + b'[metrics]\n"\\u001b[2J\\u202e" = true').isprintable()


MUTATIONS = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=3)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
@with_example(b"a.b = 1\na.b.c = 2")
def test_any_bytes_give_a_record_or_a_damaged_error(text: bytes) -> None:
    for start in (b"", MINIMAL):
        with contextlib.suppress(DamagedError):
            assert isinstance(parse_record(start + text), Record)


@given(RECORDS, MUTATIONS)
def test_a_record_with_changed_bytes_gives_a_record_or_a_damaged_error(
    record: Record, mutations: list[tuple[float, bytes]]
) -> None:
    text = dump_record(record)
    for place, new in mutations:
        at = int(place * len(text))
        text = text[:at] + new + text[at + 1 :]
    try:
        read = parse_record(text)
    except DamagedError:
        return
    assert exact(parse_record(dump_record(read))) == exact(read)


@pytest.mark.parametrize(
    "text",
    [
        b"a." * 20_000 + b"b = 1",
        b'"a".' * 10_000 + b"b = 1",
        b'\\"""\n' * 200_000,
        b"a .\n" * 39_000,
        b"a" * (1 << 20),
        b"[[a]]\n" * 39_000,
        b"'" + b"\"'" * 30_000,
        b"a = [" + b"1,\n" * 39_000,
        b"a = {" + b"b = {" * 20_000,
    ],
    ids=lambda text: text[:8].decode(),
)
def test_a_text_made_to_be_slow_is_refused_quickly(text: bytes) -> None:
    start = time.process_time()
    problem(text)
    assert time.process_time() - start < 3  # seconds to minutes without the limits


@pytest.mark.bare
def test_importing_the_format_loads_no_slow_package() -> None:
    code = "import sys, branchlab.record.format; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"tomli_w", "rtoml", "dataclasses", "csv", "json", "hashlib", "pathlib", "numpy"} & set(loaded)
