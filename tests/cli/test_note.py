"""`note`: a commit that changes nothing but the note, and a line in the journal of a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.record.format import dump_record, parse_record
from branchlab.record.model import Record, Run
from branchlab.record.note import with_note
from command_line import branchlab, fingerprint, start
from in_process import call, the_error
from waiting import PATIENCE

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

BRANCH = "exp/model/first"


@pytest.fixture
def recorded(project: ScratchRepository) -> ScratchRepository:
    """A project with one experiment by somebody else."""
    project.git("config", "user.name", "Ana")
    said = call(project.path, "run", "-q", "-n", "first", "--note", "a guess")
    assert said.code == 0, said.err
    project.git("config", "user.name", "Bo")
    return project


def row(project: ScratchRepository) -> dict[str, object]:
    found: list[dict[str, object]] = json.loads(call(project.path, "ls", "--json").out)
    return found[0]


def test_a_new_note_is_a_commit_that_leaves_result_code_and_author_alone(recorded: ScratchRepository) -> None:
    before, tip, seen = row(recorded), recorded.git("rev-parse", BRANCH), fingerprint(recorded)
    said = branchlab(recorded.path, "note", "first", "it was the rate")  # git is asked once per process who commits
    assert (said.code, said.err) == (0, f"noted on {BRANCH}\n")
    after = row(recorded)
    assert {key for key in after if after[key] != before[key]} <= {"note", "commit"}
    assert (after["note"], after["stale"]) == ("it was the rate", False)
    assert recorded.git("rev-parse", f"{BRANCH}^") == tip
    assert recorded.git("diff", "--name-only", tip, BRANCH) == "metrics.toml"
    assert recorded.git("log", "-1", "--format=%an %cn %s", BRANCH) == f"Ana Bo {BRANCH}: new note"
    assert recorded.git("for-each-ref", "refs/branchlab") == ""
    assert fingerprint(recorded) == seen
    assert call(recorded.path, "check", BRANCH).code == 0
    assert call(recorded.path, "reproduce", "first", "--verify", "-q").code == 0


def test_a_note_is_shown_kept_when_it_is_the_same_and_taken_away(recorded: ScratchRepository) -> None:
    assert call(recorded.path, "note", "first").out == "a guess\n"
    tip = recorded.git("rev-parse", BRANCH)
    assert "says so already" in call(recorded.path, "note", "first", "a guess").err
    assert recorded.git("rev-parse", BRANCH) == tip
    assert call(recorded.path, "note", "first", "").code == 0
    assert call(recorded.path, "note", "first").out == ""
    assert "note" not in recorded.git("show", f"{BRANCH}:metrics.toml")


def test_the_trend_counts_a_measurement_once(recorded: ScratchRepository) -> None:
    assert call(recorded.path, "note", "first", "one").code == 0
    assert call(recorded.path, "note", "first", "two").code == 0
    points = json.loads(call(recorded.path, "log", "--branch", BRANCH, "--json").out)
    assert [point["commit"] for point in points] == [recorded.git("rev-parse", f"{BRANCH}~2")]


def test_a_stale_experiment_stays_stale(recorded: ScratchRepository) -> None:
    recorded.git("switch", "-q", BRANCH)
    recorded.commit("later work", **{"more.py": "pass\n"})
    recorded.git("switch", "-q", "main")
    assert row(recorded)["stale"] is True
    assert call(recorded.path, "note", "first", "Branchlab-Run: forged").code == 0
    assert row(recorded)["stale"] is True


def test_where_the_branch_is_checked_out_the_record_follows_and_other_work_stays(recorded: ScratchRepository) -> None:
    recorded.git("switch", "-q", BRANCH)
    recorded.write("params.toml", "lr = 9.0\n")
    recorded.write("staged.py", "pass\n")
    recorded.git("add", "staged.py")
    said = call(recorded.path, "note", "first", "seen")
    assert said.code == 0, said.err
    assert recorded.git("status", "--porcelain") == " M params.toml\nA  staged.py"
    assert 'note = "seen"' in (recorded.path / "metrics.toml").read_text()


def test_a_record_that_was_changed_where_it_is_checked_out_is_not_touched(recorded: ScratchRepository) -> None:
    recorded.git("switch", "-q", BRANCH)
    recorded.write("metrics.toml", "mine")
    tip, before = recorded.git("rev-parse", BRANCH), fingerprint(recorded)
    said = call(recorded.path, "note", "first", "seen")
    assert (said.code, "was changed there" in the_error(said)) == (1, True)
    assert (recorded.git("rev-parse", BRANCH), fingerprint(recorded)) == (tip, before)


@pytest.mark.parametrize("name", ["main", "nothing"])
def test_only_experiments_and_runs_have_notes(recorded: ScratchRepository, name: str) -> None:
    said = call(recorded.path, "note", name, "x")
    assert said.code == 2
    the_error(said)


@pytest.mark.parametrize("text", ["x" * 8001, "\udcff"])
def test_a_note_that_no_record_can_hold_is_refused(recorded: ScratchRepository, text: str) -> None:
    said = call(recorded.path, "note", "first", text)
    assert said.code == 2
    the_error(said)


def test_a_note_on_a_run_goes_into_its_record(project: ScratchRepository) -> None:
    said = call(project.path, "run", "-q", "-n", "bad", "--note", "at first", "--", "sh", "-c", "exit 3")
    assert said.code == 1
    assert call(project.path, "note", "bad", "").code == 2  # what it was started with
    assert call(project.path, "note", "bad", "the disk was full").code == 0
    assert call(project.path, "note", "bad").out == "the disk was full\n"
    assert row(project)["note"] == "the disk was full"
    assert call(project.path, "record", "bad").code == 0
    assert row(project)["note"] == "the disk was full"


def test_a_run_that_goes_on_takes_a_note(project: ScratchRepository) -> None:
    process = start(project.path, "run", "-n", "long", "--", "sh", "-c", "sleep 1")
    try:
        while not row_or_none(project):
            pass
        assert call(project.path, "note", "long", "watch the loss").code == 0
        assert row(project)["note"] == "watch the loss"
    finally:
        process.communicate(timeout=PATIENCE)
    assert row(project)["note"] == "watch the loss"
    assert row(project)["commit"] is not None


def row_or_none(project: ScratchRepository) -> object:
    return json.loads(call(project.path, "ls", "--json").out)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_nothing_but_the_note_changes_in_a_file_that_others_wrote(note: str) -> None:
    record = Record(Run("20260101T000000-abcdef", "finished", ("true",), "2026-01-01T00:00:00Z", 1.0, note="old"))
    text = b"# by hand\n" + dump_record(record) + b"\n[of_tomorrow]\nkey = 1e-3\n"
    changed = with_note(text, "metrics.toml", note)
    assert parse_record(changed).run.note == note
    assert changed.startswith(b"# by hand\n")
    assert changed.endswith(b"\n[of_tomorrow]\nkey = 1e-3\n")
    assert with_note(changed, "metrics.toml", "old").splitlines()[-1] == b"key = 1e-3"
