"""Records that look alike are read through their shape, and it never says anything but what the usual way says."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.catalog.row import encode_row, experiment_of
from branchlab.catalog.shapes import Shapes, learn_shape
from branchlab.errors import DamagedError
from branchlab.record.format import dump_record, parse_record
from branchlab.record.model import Best, DataFile, Record
from branchlab.record.summary import summarise
from record_strategies import HOSTILE, RECORDS, example, run_example
from sweep_trials import trial_record

if TYPE_CHECKING:
    from branchlab.catalog.shapes import Shape

AUTHOR = 'Bj\u00f6rn 100% "B" \x7f'
WORDS = [
    *("0", "-0", "1", "-1", "+1", "01", "1_0", "0x1f", "999999999999999999", "9999999999999999999", "true"),
    *(
        "0.5",
        "-0.0",
        "1e-07",
        "1e+22",
        "1e400",
        "1.5e+400",
        "1E5",
        "1.",
        ".5",
        "1.5e-308",
        f"{'9' * 400}.5",
        "nan",
        "inf",
    ),
    *("2026-01-01T00:00:00Z", "2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2026-13-01T00:00:00Z"),
    *("2026-01-01T00:00:00.500000Z", "2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.5Z", "0000-01-01"),
    *("2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00+01:00", "2026-01-01"),
    *(
        '""',
        '"x"',
        "'x'",
        '"""x"""',
        '"\\n"',
        '"\\e"',
        '"\\u00e9"',
        '"\\ud800"',
        '"\t"',
        '"\x7f"',
        '"\\\\"',
        '"%b"',
    ),
    *(
        '"%b"',
        '"损失"',
        '"a" # b',
        '"a"b"',
        '"@mark 1000@"',
        '"finished"',
        "[\n]",
        '[\n    "a",\n    "é",\n]',
        "[1]",
    ),
]
TOKENS = st.sampled_from(WORDS) | HOSTILE.map(json.dumps)


def the_usual_way(text: bytes) -> object:
    """Returns the row that is made without a shape, or the words of the error."""
    try:
        summary = summarise(parse_record(text))
    except DamagedError as error:
        return error.message
    return json.loads(b"{" + encode_row(experiment_of(summary, AUTHOR, stale=False)))


def through(shape: Shape, text: bytes) -> object:
    """Returns the row that the shape makes, None for a record that it does not fit."""
    shapes = Shapes()
    shapes._last = shape
    found = shapes.find(text)
    if not found:
        return None
    row = found[0].row(found[1], AUTHOR.encode())
    assert all(32 <= byte < 127 for byte in row)
    table: dict[str, Any] = json.loads(b"{" + row)
    assert (b'"%b"' % found[1][0], found[1][1][1:-1]) == (json.dumps(table["started"]).encode(), table["run"].encode())
    return table


def ordinary(number: int = 0) -> Record:
    """Returns a record such as training scripts leave."""
    dice = random.Random(number)
    return example(
        run=run_example(id=f"run-{number}", seed=number, note=f'"{number}" %s \n', seconds=dice.random() * 1000),
        params={"lr": dice.random() / 1e4, "model": {"depth": number, "name": "é" * number}, "layers": [64, 32]},
        metrics={"accuracy": dice.random(), "val/loss": dice.gauss(0, 1)},
        best={"accuracy": Best(dice.random(), number)},
        splits={"test": {"accuracy": dice.random()}},
        data={"train.csv": DataFile(f"{number:032x}", number), "model.bin": DataFile("1" * 32, 1, output=True)},
        environment={"packages": {"numpy": f"2.4.{number}"}},
    )


def test_records_of_one_script_share_a_shape() -> None:
    shape = learn_shape(dump_record(ordinary()))
    assert shape
    for number in range(1, 30):
        text = dump_record(ordinary(number))
        assert through(shape, text) == the_usual_way(text) != "damaged"


def test_trials_of_one_sweep_share_a_shape() -> None:
    shape = learn_shape(dump_record(trial_record(0, batch=0, inputs="ab")))
    assert shape
    for number in range(1, 9):
        text = dump_record(trial_record(number, number / 7, batch=number // 4, inputs=f"{number:032x}"))
        assert through(shape, text) == the_usual_way(text) != "damaged"
    assert through(shape, dump_record(trial_record(1, batch=0, inputs="ab", pruned=True))) is None


@pytest.mark.parametrize("token", WORDS)
def test_no_value_in_any_place_is_read_in_another_way(token: str) -> None:
    text = dump_record(ordinary(2)).decode()
    shape = learn_shape(text.encode())
    assert shape
    for line in text.split("\n"):
        key, equals, _ = line.partition(" = ")
        changed = text.replace(line, f"{key} = {token}").encode()
        assert not equals or through(shape, changed) in (None, the_usual_way(changed))


@given(RECORDS)
def test_a_shape_fits_the_record_that_it_was_learnt_from(record: Record) -> None:
    text = dump_record(record)
    shape = learn_shape(text)
    assert shape is None or through(shape, text) in (None, the_usual_way(text))


@given(RECORDS | st.builds(ordinary, st.integers(0, 9)), st.lists(st.tuples(st.integers(0, 1000), TOKENS), max_size=4))
def test_a_shape_says_of_hostile_values_what_the_usual_way_says(record: Record, edits: list[tuple[int, str]]) -> None:
    text = dump_record(record)
    shape = learn_shape(text)
    if shape:
        lines = text.decode().split("\n")
        for at, token in edits:
            key, equals, _ = lines[at % len(lines)].partition(" = ")
            lines[at % len(lines)] = f"{key}{equals}{token}" if equals else f"{key}"
        changed = "\n".join(lines).encode()
        assert through(shape, changed) in (None, the_usual_way(changed))


@given(st.binary(max_size=20), st.integers(0, 2000))
def test_a_shape_says_of_any_bytes_what_the_usual_way_says(new: bytes, at: int) -> None:
    text = dump_record(ordinary(3))
    shape = learn_shape(text)
    assert shape
    for changed in (text[:at] + new + text[at:], text[:at] + new + text[at + len(new) :]):
        assert through(shape, changed) in (None, the_usual_way(changed))


@given(RECORDS, st.lists(st.tuples(st.integers(0, 1000), TOKENS), max_size=2), RECORDS)
def test_a_shape_learnt_from_odd_text_says_what_the_usual_way_says(
    record: Record, edits: list[tuple[int, str]], other: Record
) -> None:
    lines = dump_record(record).decode().split("\n")
    for at, token in edits:
        key = lines[at % len(lines)].partition(" = ")[0]
        lines[at % len(lines)] = f"{key} = {token}"
    odd = "\n".join(lines).encode()
    shape = learn_shape(odd)
    if shape:
        assert through(shape, odd) in (None, the_usual_way(odd))
        text = dump_record(other)
        assert through(shape, text) in (None, the_usual_way(text))


@pytest.mark.parametrize(
    "line",
    [
        'x = """\na = 1\n"""',
        "x = '''\na = 1\n'''",
        'x = "@mark 1000@"',
        "x = 2026-01-01T00:00:00Z",
        'x = "@the author@"',
    ],
)
def test_what_could_be_taken_for_something_else_has_no_shape(line: str) -> None:
    text = dump_record(example()).replace(b"lr = 0.1", line.encode())
    assert parse_record(text)
    assert learn_shape(text) is None


@pytest.mark.parametrize("text", [b"", b"schema = 1\n", b"schema = 1\n[run]\nid = 1\n", b"\xff"])
def test_a_damaged_record_has_no_shape(text: bytes) -> None:
    assert learn_shape(text) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'note = "', b'note = "\xff'),
        (b'id = "', b'id = "\\n'),
        (b'note = "', b'note = "' + b"x" * 65_536),
        (b'status = "finished"', b'status = "lost"'),
    ],
)
def test_what_may_be_damaged_is_left_to_the_usual_way(old: bytes, new: bytes) -> None:
    text = dump_record(ordinary())
    shape = learn_shape(text)
    assert shape
    assert old in text
    assert through(shape, text.replace(old, new)) is None


def test_a_shape_is_learnt_when_it_is_common_enough() -> None:
    shapes = Shapes()
    first, second = dump_record(ordinary(1)), dump_record(ordinary(2)._replace(metrics={"other": 1.0}))
    shapes.learn(first)
    assert shapes.find(first)
    needed = 0
    while not shapes.find(second):
        shapes.learn(second)
        needed += 1
    assert 1 < needed < 20
    assert shapes.find(first)
    assert shapes.find(second)


def test_what_has_no_shape_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bytes] = []
    monkeypatch.setattr("branchlab.catalog.shapes.learn_shape", tried.append)
    shapes = Shapes()
    for number in range(200):
        shapes.learn(dump_record(ordinary(number)))
    assert len(tried) == 1


def test_a_record_as_large_as_no_other_is_not_learnt() -> None:
    shapes = Shapes()
    text = dump_record(example(params={f"p{number}": "x" * 100 for number in range(300)}))
    shapes.learn(text)
    assert shapes.find(text) is None
