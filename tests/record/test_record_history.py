from __future__ import annotations

import csv
import io
import math
import random
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from branchlab.errors import DamagedError, EnvironmentProblemError
from branchlab.record.history import (
    History,
    _read_plain,
    _read_quoted,
    best_of,
    dump_history,
    merge_series,
    parse_history,
    thin,
    to_parquet,
)
from branchlab.record.model import Best
from record_strategies import INTEGERS, NAMES, exact

if TYPE_CHECKING:
    from collections.abc import Callable

CELLS = st.none() | st.floats()


@st.composite
def histories(draw: st.DrawFn, rows: int = 8) -> History:
    count = draw(st.integers(0, rows))
    names = draw(st.lists(NAMES, unique=True, max_size=4))
    return History(
        draw(st.lists(INTEGERS, min_size=count, max_size=count)),
        draw(st.lists(st.floats(), min_size=count, max_size=count)),
        {name: draw(st.lists(CELLS, min_size=count, max_size=count)) for name in names},
    )


@given(histories())
def test_a_history_is_read_back_as_it_was_written(history: History) -> None:
    assert exact(parse_history(dump_history(history))) == exact(history)


@given(histories())
def test_a_history_is_what_other_csv_readers_read(history: History) -> None:
    rows = list(csv.reader(io.StringIO(dump_history(history).decode(), newline="")))
    assert rows[0] == ["step", "seconds", *history.columns]
    assert [int(row[0]) for row in rows[1:]] == history.steps


def test_a_history_looks_like_this() -> None:
    history = History([0, 1], [0.5, math.nan], {"loss": [math.inf, 3], 'a,"b"': [None, math.nan]})
    assert dump_history(history) == b'step,seconds,loss,"a,""b"""\n0,0.5,inf,\n1,nan,3.0,nan\n'


def test_pandas_reads_a_history() -> None:
    text = dump_history(History([0, 1], [0.5, 1.0], {"loss": [0.1 + 0.2, None]}))
    frame = pd.read_csv(io.BytesIO(text))
    assert frame["loss"][0] == pytest.approx(0.3)
    assert math.isnan(frame["loss"][1])


def test_blank_lines_carriage_returns_and_unknown_times_are_read() -> None:
    assert exact(parse_history(b"step,seconds,a\r\n\r\n1,,2\r\n")) == exact(History([1], [math.nan], {"a": [2.0]}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "does not begin with step,seconds"),
        (b"epoch,seconds\n", "does not begin with step,seconds"),
        (b"step,seconds,a,a\n", "distinct metrics"),
        (b"\xff", "is not UTF-8 at byte 0"),
        (b'step,seconds,"' + b"a" * 200_000, "is not valid CSV"),
        (b"step,seconds,a\n1,2\n", "no row of this table at line 2"),
        (b"step,seconds,a\n1,2,3,4\n", "no row of this table at line 2"),
        (b"step,seconds,a\n1,2,x\n", "no row of this table at line 2"),
        (b"step,seconds,a\n1,x,2\n", "no row of this table at line 2"),
        (b"step,seconds,a\n1.5,2,3\n", "no row of this table at line 2"),
        (b"step,seconds\n1,2\n1\n", "no row of this table at line 3"),
        (b"step,seconds\n<<<<<<< HEAD\n", "conflict markers at line 2"),
        (b"step,seconds\n9223372036854775808,2\n", "a step beyond 64 bits"),
        (b"step,seconds\n" + b"9" * 5000 + b",2\n", "no row of this table at line 2"),
        (b"#" * ((1 << 26) + 1), "larger than 64 MiB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_history_is_damaged(text: bytes, words: str) -> None:
    with pytest.raises(DamagedError, match=words) as caught:
        parse_history(text)
    assert caught.value.message.startswith("history.csv ")


@given(st.binary(max_size=200))
def test_any_bytes_give_a_history_or_a_damaged_error(text: bytes) -> None:
    for start in (b"", b"step,seconds\n", b"step,seconds,a\n1,2,3\n"):
        try:
            history = parse_history(start + text)
        except DamagedError:
            continue
        assert exact(parse_history(dump_history(history))) == exact(history)


def test_series_are_joined_by_step() -> None:
    series = {"loss": [(2, 2.0, 0.2), (0, 0.5, 0.9)], "accuracy": [(0, 0.6, 1), (2, 1.9, 0.5), (2, 2.5, 0.7)]}
    assert merge_series(series) == History([0, 2], [0.6, 2.5], {"accuracy": [1.0, 0.7], "loss": [0.9, 0.2]})


def curve(rows: int, metrics: int = 3) -> History:
    chance = random.Random(rows)
    columns: dict[str, list[float | None]] = {
        f"m{metric}": [chance.gauss(1 / (1 + row / 50), 0.1) for row in range(rows)] for metric in range(metrics)
    }
    columns["sparse"] = [float(row) if row % 100 == 7 else None for row in range(rows)]
    columns["diverged"] = [1.0 if row < rows // 3 else math.nan for row in range(rows)]
    return History(list(range(rows)), [row / 10 for row in range(rows)], columns)


@pytest.mark.parametrize("max_bytes", [5_000, 10_000, 50_000, 250_000])
def test_a_thinned_history_fits_and_uses_its_room(max_bytes: int) -> None:
    size = len(dump_history(thin(curve(5_000), max_bytes)))
    assert max_bytes * 0.7 < size <= max_bytes


@given(histories(rows=40), st.integers(0, 3_000))
def test_thinning_keeps_the_ends_and_extremes_of_each_metric(history: History, max_bytes: int) -> None:
    thinned = thin(history, max_bytes)
    rows = list(zip(history.steps, history.seconds, *history.columns.values(), strict=True))
    kept = list(zip(thinned.steps, thinned.seconds, *thinned.columns.values(), strict=True))
    left = iter(map(repr, rows))
    assert all(repr(row) in left for row in kept), "rows keep their order and content"
    if rows:
        assert (repr(kept[0]), repr(kept[-1])) == (repr(rows[0]), repr(rows[-1]))
    for name, values in history.columns.items():
        finite = [value for value in values if value is not None and math.isfinite(value)]
        after = [value for value in thinned.columns[name] if value is not None]
        if finite:
            assert {min(finite), max(finite), finite[0], finite[-1]} <= set(after)
        unbounded = {repr(value) for value in values if value is not None and not math.isfinite(value)}
        assert unbounded <= {*map(repr, after)}
        assert best_of(thinned, name, "minimize") == best_of(history, name, "minimize")
        assert best_of(thinned, name, "maximize") == best_of(history, name, "maximize")


def test_a_spike_in_the_middle_of_a_long_curve_survives() -> None:
    history = curve(20_000)
    history.columns["m0"][12_345] = 1e6
    assert 12_345 in thin(history, 20_000).steps


def test_a_history_that_fits_is_left_alone() -> None:
    history = curve(100)
    assert thin(history, len(dump_history(history))) is history


def test_a_long_curve_is_thinned_in_seconds() -> None:
    history = curve(100_000)
    start = time.process_time()
    thin(history, 256 * 1024)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("values", "goal", "best"),
    [
        ([0.1, 0.9, 0.9, 0.2], "maximize", Best(0.9, 10)),
        ([0.1, 0.9, 0.1, 0.2], "minimize", Best(0.1, 0)),
        ([math.nan, math.inf, 0.5, None], "maximize", Best(0.5, 20)),
        ([math.nan, -math.inf, None, None], "minimize", None),
        ([], "minimize", None),
    ],
)
def test_the_best_value_is_the_first_finite_one_that_none_beats(
    values: list[float | None], goal: str, best: Best | None
) -> None:
    history = History([row * 10 for row in range(len(values))], [0.0] * len(values), {"m": values})
    assert best_of(history, "m", "maximize" if goal == "maximize" else "minimize") == best
    assert best_of(history, "other", "maximize") is None


def test_parquet_holds_the_full_curve() -> None:
    history = History([0, 1], [0.5, 1.0], {"loss": [0.1 + 0.2, None], "step": [5.0, 6.0]})
    frame = pd.read_parquet(io.BytesIO(to_parquet(history)))
    assert list(frame.columns) == ["step", "seconds", "loss", "step.1"]
    assert list(frame["step"]) == [0, 1]
    assert frame["loss"][0] == 0.1 + 0.2
    assert math.isnan(frame["loss"][1])


def test_parquet_without_pyarrow_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(EnvironmentProblemError) as caught:
        to_parquet(History([], [], {}))
    assert caught.value.hint == "pip install 'branchlab[parquet]'"


def outcome(read: Callable[[], History | None]) -> str:
    try:
        return repr(read())
    except ValueError:
        return "a row of another table"


@given(st.lists(st.text('0123456789.,-einaf\n "\r', max_size=12).map("1,{}".format), max_size=5), st.integers(0, 2))
@example(["1,2,3", "", "-4,nan,inf"], 1)
@example(["1,2,3,4", "1,2"], 1)  # as many cells as two whole rows
def test_the_quick_way_says_what_the_csv_module_says_or_nothing(lines: list[str], metrics: int) -> None:
    names = ["a", "b"][:metrics]
    text = "\n".join([",".join(["step", "seconds", *names]), *lines])
    rows = csv.reader(io.StringIO(text, newline=""))
    next(rows)
    quick = outcome(lambda: _read_plain(text, names))
    assert quick in ("None", outcome(lambda: _read_quoted(rows, names)))


def test_what_is_written_is_read_the_quick_way() -> None:
    written = dump_history(History([1, 2], [0.5, math.nan], {"a": [None, 1e-300], "b": [math.inf, 2.0]}))
    assert repr(_read_plain(written.decode(), ["a", "b"])) == repr(parse_history(written))
