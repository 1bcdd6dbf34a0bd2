"""What git shows of a record: one line per value, and nothing that steers a terminal."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchlab.record.format import dump_record
from branchlab.text import safe_text
from branchlab_hooks.textconv import flat_text
from command_line import branchlab
from merging_branches import experiment, prepare, try_git
from record_strategies import RECORDS, exact, example

if TYPE_CHECKING:
    from branchlab.record.model import Record
    from scratch_repository import ScratchRepository


@pytest.fixture
def experiments(repository: ScratchRepository) -> ScratchRepository:
    """A branch with two records in its history."""
    prepare(repository)
    experiment(repository, "first")
    experiment(repository, "second", start="")
    return repository


@pytest.mark.parametrize("command", [("diff", "HEAD~1"), ("log", "-p", "-1"), ("show",)])
def test_a_diff_names_the_whole_key_of_what_changed(experiments: ScratchRepository, command: tuple[str, ...]) -> None:
    shown = try_git(experiments, *command).text
    assert "-metrics.accuracy = 0.5\n+metrics.accuracy = 0.6\n" in shown
    assert '-run.id = "first"\n+run.id = "second"\n' in shown


def test_unsaved_changes_of_a_record_are_shown_by_key(experiments: ScratchRepository) -> None:
    experiments.write("metrics.toml", dump_record(example(splits={"test": {"val/loss": 2}})))
    assert '+split.test."val/loss" = 2\n' in try_git(experiments, "diff").text


def test_reading_writes_nothing(experiments: ScratchRepository) -> None:
    before = experiments.git("for-each-ref")
    try_git(experiments, "log", "-p")
    assert experiments.git("for-each-ref") == before


@pytest.mark.parametrize(
    "damage",
    [
        b'schema = 1\n[run]\nnote = "\\u001b[31m"\n',
        b"\x1b]0;title\x07 = 1\n",
        b"\x00\x01\x02\x9b31m\n",
        b"<<<<<<< ours\n\x1b[2J\n=======\n",
        b"a = 1\n" * (1 << 18) + b"\x1b[31m",
        b"a." * 1000 + b"b = '\x1b'\n",
        b"[" * 10_000,
    ],
)
def test_a_hostile_record_is_shown_harmless(experiments: ScratchRepository, damage: bytes) -> None:
    experiments.write("metrics.toml", damage)
    experiments.git("commit", "--quiet", "-am", "damage")
    said = try_git(experiments, "show")
    assert said.code == 0, said.text
    plain = said.text.replace("\n", "").replace("\t", "")
    assert plain.isprintable()
    assert "branchlab: error" not in said.text
    assert "+" in said.text


def test_a_broken_record_is_shown_line_by_line(experiments: ScratchRepository) -> None:
    experiments.commit("damage", **{"metrics.toml": "a = 1\nb = \nc = 3\n"})
    experiments.write("metrics.toml", "a = 1\nb = 2 2\nc = 3\n")
    assert " a = 1\n-b = \n+b = 2 2\n c = 3\n" in try_git(experiments, "diff").text


def test_changes_beyond_what_is_shown_are_told(experiments: ScratchRepository) -> None:
    experiments.write("metrics.toml", b"#" * (1 << 21))
    experiments.commit("large")
    experiments.write("metrics.toml", b"#" * (1 << 21) + b" ")
    shown = try_git(experiments, "diff").text
    assert "-(2097152 bytes, sha256 " in shown
    assert "+(2097153 bytes, sha256 " in shown


def test_a_file_that_is_not_there_is_named(repository: ScratchRepository) -> None:
    said = branchlab(repository.path, "textconv", "no\x1bne")
    assert (said.code, said.out) == (2, "")
    assert said.err == "branchlab: error: no\\x1bne is no file. hint: name a metrics.toml\n"


@settings(max_examples=50, deadline=None)
@given(RECORDS)
def test_each_value_of_a_record_has_a_line_of_toml(record: Record) -> None:
    text = flat_text(dump_record(record)).decode()
    lines = text.split("\n")
    assert lines[0] == "schema = 1"
    assert lines[-1] == ""
    assert len({line.partition(" = ")[0] for line in lines[:-1]}) >= len(record.metrics)
    assert all(" = " in line and safe_text(line) == line for line in lines[:-1])
    assert exact(tomllib.loads(text)) == exact(tomllib.loads(dump_record(record).decode()))


@given(st.binary())
def test_any_bytes_are_shown(content: bytes) -> None:
    text = flat_text(content).decode()
    assert text == safe_text(text, multiline=True)
    assert text.endswith("\n") or not text
