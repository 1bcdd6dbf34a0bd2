"""Rows as text: plain to any terminal, and read back as they were."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from branchlab.catalog.answer import edit_rows
from branchlab.catalog.row import decode_row, encode_author, encode_experiment, encode_name, encode_row, experiment_of
from branchlab.record.summary import summarise
from record_strategies import RECORDS, exact, example

if TYPE_CHECKING:
    from branchlab.record.model import Record


@given(RECORDS, st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_a_row_is_plain_ascii(record: Record, author: str, stale: bool) -> None:  # noqa: FBT001
    row = encode_row(experiment_of(summarise(record), author, stale=stale))
    assert all(32 <= byte < 127 for byte in row)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_author_is_written_as_in_any_row(author: str) -> None:
    row = encode_row(experiment_of(summarise(example()), author, stale=False))
    assert b'"author":%b,' % encode_author(author.encode()) in row


@given(RECORDS)
def test_a_row_is_read_back_as_it_was(record: Record) -> None:
    experiment = experiment_of(summarise(record), "Ada", stale=False)
    back = decode_row("", None, encode_row(experiment))
    for field in experiment._fields:
        if field not in ("params", "search"):  # a parameter may be the word NaN as well as the number
            assert exact(getattr(back, field)) == exact(getattr(experiment, field))


@given(st.text())
def test_any_name_becomes_a_json_string(name: str) -> None:
    if not set(name) & set(map(chr, range(32))) and "\\" not in name:
        text = encode_name(name)
        assert text.isascii()
        assert isinstance(json.loads(text), str)


TIMES = st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00.5Z", None])
SOME = st.dictionaries(st.sampled_from([f"n{number}" for number in range(8)]), TIMES, max_size=8)


@given(SOME, SOME, st.sets(st.sampled_from([f"n{number}" for number in range(8)])))
def test_editing_rows_gives_what_sorting_all_of_them_gives(
    kept: dict[str, str | None], new: dict[str, str | None], gone: set[str]
) -> None:
    rows = b"".join(_row(name, started) + b",\n" for name, started in _ordered(kept))
    fresh = {name: started for name, started in new.items() if name not in kept or name in gone}
    pieces = edit_rows(rows, [(name, b"a" * 40) for name in gone], [_row(*pair) for pair in fresh.items()])
    left = {name: started for name, started in kept.items() if name not in gone}
    found = json.loads(b"".join(pieces))
    assert [(row["name"], row["started"]) for row in found] == _ordered({**left, **fresh})


def _row(name: str, started: str | None) -> bytes:
    return json.dumps({"name": name, "commit": "a" * 40, "started": started, "run": ""}, separators=(",", ":")).encode()


def _ordered(rows: dict[str, str | None]) -> list[tuple[str, str | None]]:
    pairs = sorted(rows.items())
    return sorted(pairs, key=lambda pair: pair[1] or "-", reverse=True)


def test_a_live_run_has_no_commit() -> None:
    fields: dict[str, Any] = {"name": "exp/model/x", "commit": None, "status": "running"}
    from branchlab.experiment import Experiment

    assert json.loads(encode_experiment(Experiment(**fields)))["commit"] is None
