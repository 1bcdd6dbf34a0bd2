"""What is said of a record beside it: its note, the messages about it, and which files it wrote."""

from __future__ import annotations

import pytest

from branchlab.errors import UsageError
from branchlab.project import RecordSettings
from branchlab.record.format import dump_record, parse_record
from branchlab.record.message import (
    commit_message,
    contradictions,
    names_branch,
    names_run,
    note_message,
    recorded_run,
)
from branchlab.record.model import DataFile
from branchlab.record.note import check_note, with_note
from branchlab.record.paths import is_one_of, written_paths
from record_strategies import example, run_example

RECORD = example(run=run_example(id="run-1", note="old"), metrics={"accuracy": 0.5})
NAME = "exp/model/a"


def test_a_new_note_keeps_the_trailers_and_a_stale_record_gets_none() -> None:
    fresh, stale = (note_message(RECORD, NAME, {}, stale=stale) for stale in (False, True))
    assert fresh.startswith(f"{NAME}: new note\n\nold\n\n")
    assert (recorded_run(fresh), recorded_run(stale)) == ("run-1", "")
    silent = RECORD._replace(run=RECORD.run._replace(note=""))
    assert note_message(silent, NAME, {}, stale=True) == f"{NAME}: no note\n"


def test_a_message_contradicts_a_record_with_another_value_or_an_unknown_metric() -> None:
    message = commit_message(RECORD, NAME, {})
    assert contradictions(message, RECORD) == []
    other = RECORD._replace(metrics={"accuracy": 0.25})
    assert contradictions(message, other) == ["Metric-accuracy: 0.5"]
    assert contradictions(message, RECORD._replace(metrics={})) == ["Metric-accuracy: 0.5"]


def test_a_commit_names_its_branch_and_its_run() -> None:
    commit = f"tree x\n\n{commit_message(RECORD, NAME, {})}"
    assert names_branch(commit, NAME)
    assert not names_branch(commit, "exp/model/b")
    assert names_run(commit, "run-1")
    assert not names_run(commit, "run-2")


@pytest.mark.parametrize("foreign", [b"", b"# by hand\n"])
def test_only_the_note_of_a_record_changes(foreign: bytes) -> None:
    text = foreign + dump_record(RECORD)
    changed = with_note(text, "metrics.toml", "new")
    assert changed.startswith(foreign)
    assert parse_record(changed) == RECORD._replace(run=RECORD.run._replace(note="new"))
    assert parse_record(with_note(changed, "metrics.toml", "")).run.note == ""


@pytest.mark.parametrize("note", ["x" * 8001, "\udcff"])
def test_a_note_that_no_record_can_hold_is_refused(note: str) -> None:
    check_note("fine")
    with pytest.raises(UsageError):
        check_note(note)


def test_what_a_record_writes_is_no_code() -> None:
    run = run_example(not_code=("docs", "/README.md"))
    record = example(run=run, data={"out/model": DataFile("a" * 32, 1, output=True), "in": DataFile("b" * 32, 1)})
    written = written_paths(record, RecordSettings(), "sub/")
    assert written == (
        *("sub/metrics.toml", "sub/metrics", "sub/out/model.dvc", "sub/out/.gitignore", "sub/docs"),
        "README.md",
    )
    assert is_one_of("sub/metrics/history.csv", written)
    assert not is_one_of("sub/metrics.tomlx", written)
