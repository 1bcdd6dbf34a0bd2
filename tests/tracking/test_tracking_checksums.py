"""What a disk made of a journal is told from what was logged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from branchlab.tracking.journal import JournalWriter
from branchlab.tracking.reading import JOURNAL_FILE, Journal, journal_problem, read_journal
from branchlab.tracking.state import STATE_FILE, RunState, read_state, write_state

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path) -> bytes:
    """Returns a small journal as a run writes it."""
    writer = JournalWriter(str(folder))
    writer.entry("start", t=0.0)
    writer.append('{"k":"log","s":0,"t":0.5,"m":{"accuracy":0.8125}}')
    writer.entry("end", t=1.0, status="finished")
    writer.close()
    return (folder / JOURNAL_FILE).read_bytes()


def read(folder: Path, content: bytes) -> Journal:
    """Reads a journal of this content."""
    (folder / JOURNAL_FILE).write_bytes(content)
    return read_journal(str(folder / JOURNAL_FILE))


def test_a_sound_journal_has_no_problem_and_no_checksum_among_its_values(tmp_path: Path) -> None:
    content = written(tmp_path)
    journal = read(tmp_path, content)
    assert journal_problem(journal, ended=True) == ""
    assert (journal.series["accuracy"][0].value, journal.status, journal.environment) == (0.8125, "finished", {})
    assert all(json.loads(line) for line in content.splitlines())


def test_no_flipped_bit_changes_a_value_without_being_told(tmp_path: Path) -> None:
    content = written(tmp_path)
    sound = read(tmp_path, content)
    for place in range(len(content)):
        for bit in range(8):
            flipped = content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]
            journal = read(tmp_path, flipped)
            if journal.series != sound.series:
                assert journal_problem(journal, ended=True), (place, bit)


def test_lines_of_other_programs_need_no_checksum(tmp_path: Path) -> None:
    journal = read(tmp_path, b'{"k":"log","s":0,"t":0.5,"m":{"crc":1}}\n')
    assert len(journal.series) == 1
    assert journal_problem(journal, ended=True) == ""


@pytest.mark.parametrize("cut", [2, 40, 70])
def test_a_journal_that_was_cut_says_so_once_the_run_has_finished(tmp_path: Path, cut: int) -> None:
    journal = read(tmp_path, written(tmp_path)[:-cut])
    assert journal_problem(journal, ended=True) == "the end of the journal is lost"
    assert journal_problem(journal, ended=False) == ""


def test_no_flipped_bit_makes_another_state(tmp_path: Path) -> None:
    state = RunState("run", params={"lr": 0.125}, seconds=1.5, note="wider", status="finished")
    write_state(str(tmp_path), state)
    content = (tmp_path / STATE_FILE).read_bytes()
    assert read_state(str(tmp_path)) == state
    for place in range(len(content)):
        for bit in (0, 3, 6):
            flipped = content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]
            (tmp_path / STATE_FILE).write_bytes(flipped)
            assert read_state(str(tmp_path)) in (None, state), (place, bit)
