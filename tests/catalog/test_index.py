"""The index is a cache: whatever happens to its file, the catalog says what git says."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.catalog import index as index_module
from branchlab.catalog.answer import changed_lines
from branchlab.catalog.index import Entry, append_entries, find_entry, load_index, load_tail, project_key, tidy_index
from experiment_branches import names, numbered, put_experiment, read, read_json, state_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from branchlab.workspace import Workspace
    from scratch_repository import ScratchRepository

COUNT = 12
KEY = project_key("metrics.toml")


@pytest.fixture
def filled(repository: ScratchRepository) -> ScratchRepository:
    """A repository with some experiments."""
    for number in range(COUNT):
        put_experiment(repository, f"exp/model/n{number:02d}", numbered(number))
    return repository


def oid(number: int) -> bytes:
    return b"%040x" % number


def entry(number: int) -> Entry:
    return Entry(b"2026-01-01T00:00:00Z", b'"x":%d}' % number)


def test_a_second_reading_asks_git_for_nothing_but_refs(
    filled: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(filled)
    monkeypatch.setattr("branchlab.catalog.workers.scan_all", None)
    assert read(filled) == first
    assert len(first.experiments) == COUNT


def test_one_new_experiment_reads_one_commit(filled: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    read(filled)
    asked: list[int] = []
    from branchlab.catalog import workers

    scan_all = workers.scan_all

    def counted(workspace: Workspace, oids: Sequence[bytes]) -> dict[bytes, Entry]:
        asked.append(len(oids))
        return scan_all(workspace, oids)

    monkeypatch.setattr(workers, "scan_all", counted)
    put_experiment(filled, "exp/model/new", numbered(20))
    assert len(read(filled).experiments) == COUNT + 1
    assert asked == [1]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("file", ["index.v2", "index.answer.v2"])
def test_a_cache_damaged_at_random_bytes_changes_no_answer(filled: ScratchRepository, file: str, seed: int) -> None:
    sound, rows = read(filled), read_json(filled)
    path = state_folder(filled) / file
    dice = random.Random(seed)
    content = bytearray(path.read_bytes())
    for _ in range(dice.choice((1, 5, 200))):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path.write_bytes(bytes(content))
    assert read(filled) == sound
    assert read_json(filled) == rows
    assert read(filled) == sound


@pytest.mark.parametrize("file", ["index.v2", "index.answer.v2"])
def test_a_cache_cut_off_anywhere_changes_no_answer(filled: ScratchRepository, file: str) -> None:
    sound, rows = read(filled), read_json(filled)
    path = state_folder(filled) / file
    whole = path.read_bytes()
    for length in (0, 1, 60, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        put_experiment(filled, "exp/model/n00", numbered(0), trailer=length % 2 == 0)  # a new commit is appended
        assert names(read(filled)) == names(sound)
        assert [row["name"] for row in read_json(filled)] == [row["name"] for row in rows]
        assert read(filled).experiments[:-1] == sound.experiments[:-1]


def test_a_deleted_cache_loses_nothing(filled: ScratchRepository) -> None:
    sound, rows = read(filled), read_json(filled)
    for file in state_folder(filled).iterdir():
        file.unlink()
    assert (read(filled), read_json(filled)) == (sound, rows)


def test_an_index_of_garbage_is_replaced(filled: ScratchRepository) -> None:
    sound = read(filled)
    (state_folder(filled) / "index.v2").write_bytes(os.urandom(50_000) + b"\nx" * 5_000)
    assert read(filled) == sound
    assert read(filled) == sound
    assert (state_folder(filled) / "index.v2").stat().st_size < 50_000


def test_four_processes_that_read_and_write_at_once_all_answer_right(filled: ScratchRepository) -> None:
    reader = (
        "import json, os, sys, random\n"
        "from branchlab.catalog.catalog import json_document\n"
        "from branchlab.catalog.tips import start_listing\n"
        "from branchlab.workspace import open_workspace\n"
        "state = '.git/branchlab/'\n"
        "for turn in range(12):\n"
        "    if random.random() < 0.4:\n"
        "        for name in ('index.v2', 'index.answer.v2'):\n"
        "            try: os.unlink(state + name)\n"
        "            except FileNotFoundError: pass\n"
        "    rows = json.loads(b''.join(json_document(open_workspace('.'), start_listing('.'))))\n"
        "    print(len(rows), len({row['commit'] for row in rows if row['status'] == 'finished'}))\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    readers = [
        subprocess.Popen([sys.executable, "-c", reader], cwd=filled.path, env=env, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    answers = [process.communicate(timeout=120)[0].decode().splitlines() for process in readers]
    assert [process.returncode for process in readers] == [0, 0, 0, 0]
    assert answers == [[f"{COUNT} {COUNT}"] * 12] * 4
    assert not list(state_folder(filled).glob("*.tmp"))


def test_entries_are_found_again_in_the_file_and_in_its_end(tmp_path: Path) -> None:
    path = str(tmp_path / "state" / "index.v2")
    append_entries(load_index(path, KEY, 40), {oid(1): entry(1)})
    append_entries(load_index(path, KEY, 40), {oid(2): entry(2), oid(3): Entry(b"", b"not to be kept")})
    for index in (load_index(path, KEY, 40), load_tail(path, KEY, 40, 2)):
        assert [find_entry(index, oid(number)) for number in (1, 2, 3)] == [entry(1), entry(2), None]
    assert find_entry(load_index(path, project_key("other"), 40), oid(1)) is None


def test_a_line_that_was_left_half_written_does_not_harm_the_next(tmp_path: Path) -> None:
    path = tmp_path / "index.v2"
    append_entries(load_index(str(path), KEY, 40), {oid(1): entry(1)})
    path.write_bytes(path.read_bytes() + b"0000 half a li")
    append_entries(load_index(str(path), KEY, 40), {oid(2): entry(2)})
    index = load_index(str(path), KEY, 40)
    assert (find_entry(index, oid(1)), find_entry(index, oid(2))) == (entry(1), entry(2))


def test_nothing_is_appended_to_a_file_that_changed_meanwhile(tmp_path: Path) -> None:
    path = str(tmp_path / "index.v2")
    before = load_index(path, KEY, 40)
    append_entries(before, {oid(1): entry(1)})
    append_entries(before, {oid(1): entry(1)})
    assert load_index(path, KEY, 40).total == 2


def test_tidying_keeps_live_lines_of_all_projects_once(tmp_path: Path) -> None:
    path = str(tmp_path / "index.v2")
    other = project_key("other/metrics.toml")
    for key in (KEY, other, KEY):
        append_entries(load_index(path, key, 40), {oid(number): entry(number) for number in range(5)})
    tidy_index(path, [oid(1), oid(2)])
    for key in (KEY, other):
        index = load_index(path, key, 40)
        assert [find_entry(index, oid(number)) for number in range(4)] == [None, entry(1), entry(2), None]
        assert (index.total, index.kept) == (5, 4)


def test_an_index_is_tidied_when_most_of_it_is_outdated(
    filled: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "_SLACK", 3)
    path = state_folder(filled) / "index.v2"
    read(filled)
    for number in range(2 * COUNT):
        put_experiment(filled, "exp/model/n00", numbered(30 + number))
        read(filled)
    assert path.read_bytes().count(b"\n") <= 2 * COUNT + 5
    assert len(read(filled).experiments) == COUNT


def test_a_missing_record_is_not_remembered_in_a_partial_clone(filled: ScratchRepository) -> None:
    put_experiment(filled, "exp/model/bare", path="other.toml")
    filled.git("config", "remote.origin.promisor", "true")
    assert read(filled).without_record == ("exp/model/bare",)
    text = (state_folder(filled) / "index.v2").read_bytes()
    assert filled.git("rev-parse", "exp/model/bare").encode() not in text
    assert filled.git("rev-parse", "exp/model/n01").encode() in text


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_changed_lines_are_the_difference_of_two_sorted_texts(old: list[str], new: list[str]) -> None:
    texts = ["".join(f"{letter * 3} ref/{letter}\n" for letter in sorted(lines)).encode() for lines in (old, new)]
    gone, fresh = changed_lines(texts[0], texts[1])
    assert [line[:1].decode() for line in gone] == sorted(set(old) - set(new))
    assert [line[:1].decode() for line in fresh] == sorted(set(new) - set(old))


@pytest.mark.parametrize("place", [0, 1, 499, 500, 2_500, 4_999])
def test_one_changed_line_among_thousands_is_found(place: int) -> None:
    lines = [b"%040x refs/heads/n%05d\n" % (number, number) for number in range(5_000)]
    moved = b"f" * 40 + lines[place][40:]
    for other in ([moved], [], [lines[place], moved]):
        gone, fresh = changed_lines(b"".join(lines), b"".join([*lines[:place], *other, *lines[place + 1 :]]))
        assert gone == ([] if lines[place] in other else [lines[place][:-1]])
        assert fresh == ([moved[:-1]] if moved in other else [])


def test_the_shown_order_is_that_of_time(filled: ScratchRepository) -> None:
    started = [row["started"] for row in read_json(filled)]
    assert started == sorted(started, reverse=True)
    assert started == [one.started for one in read(filled).experiments]
