from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from command_line import TRAIN, rows
from hooked_project import BRANCH, HookedProject

if TYPE_CHECKING:
    from pathlib import Path

WIDER = TRAIN + "# wider\n"


def _recorded(hooked: HookedProject, code: str = WIDER) -> str:
    """Records a run of this code and returns its id."""
    hooked.write("train.py", code)
    hooked.train()
    run = hooked.run_id()
    hooked.does("commit", "--all", "--message", "wider net")
    return run


def _on_main(hooked: HookedProject, path: str, content: str) -> None:
    """Lets main go on by a commit."""
    hooked.git("switch", "--quiet", "main")
    hooked.write(path, content)
    hooked.git("add", path)
    hooked.does("commit", "--message", f"main: {path}")
    hooked.git("switch", "--quiet", BRANCH)


def _is_stale(hooked: HookedProject) -> bool:
    return any(row["stale"] for row in rows(hooked.path) if row["name"] == BRANCH)


def test_amending_takes_up_a_new_run(hooked: HookedProject) -> None:
    first = _recorded(hooked)
    hooked.write("train.py", WIDER.replace("0.8 +", "0.9 +"))
    hooked.train()
    second = hooked.run_id()
    hooked.does("commit", "--all", "--amend", "--no-edit")
    assert hooked.record()["run"]["id"] == second
    message = hooked.git("log", "-1", "--format=%B")
    assert message.count("Branchlab-Run") == 1
    assert first not in message
    assert message.startswith("wider net\n\nMetric-accuracy: 0.92\n")


def test_amending_the_message_keeps_the_record_and_other_code_does_not(hooked: HookedProject) -> None:
    run = _recorded(hooked)
    hooked.does("commit", "--amend", "--message", "a wider net", "--trailer", f"Branchlab-Run: {run}")
    assert hooked.trailer() == run
    hooked.does("commit", "--message", "a new message\n\nof several lines", "--amend")
    assert hooked.git("log", "-1", "--format=%B").startswith("a new message\n\nof several lines\n\nMetric-accuracy: ")
    assert (hooked.trailer(), hooked.leftovers()) == (run, [])
    assert not _is_stale(hooked)
    hooked.does("commit", "--amend", "--no-edit")
    assert hooked.trailer() == run
    assert not _is_stale(hooked)
    hooked.write("train.py", TRAIN + "# much wider\n")
    words = hooked.does("commit", "--all", "--amend", "--no-edit")
    assert hooked.trailer() == ""
    assert "shows as stale" in words
    assert "branchlab run" in words
    assert _is_stale(hooked)


@pytest.mark.parametrize("words", [("--amend", "--all"), ("--allow-empty",)])
def test_a_new_message_names_the_run_only_of_the_commit_that_it_replaces(
    hooked: HookedProject, words: tuple[str, ...]
) -> None:
    _recorded(hooked)
    if "--all" in words:
        hooked.write("train.py", TRAIN + "# much wider\n")
    hooked.does("commit", *words, "--message", "with --amend")
    assert (hooked.trailer(), hooked.leftovers()) == ("", [])


def test_an_inexact_record_survives_an_amended_message(hooked: HookedProject) -> None:
    hooked.train()
    run = hooked.run_id()
    hooked.write("train.py", WIDER)
    hooked.does("commit", "--all", "--message", "wider net")
    hooked.does("commit", "--amend", "--no-edit")
    assert hooked.trailer() == run
    hooked.does("commit", "--amend", "--message", "another message")
    assert hooked.trailer() == run


@pytest.mark.parametrize("other", [(), ("--allow-empty-message",)])
def test_an_empty_commit_records_and_without_the_option_git_makes_none(
    hooked: HookedProject, other: tuple[str, ...]
) -> None:
    hooked.train()
    done = hooked.attempt("commit", *other, "--message", "nothing")
    assert done.code == 1
    assert "git commit --allow-empty" in done.words
    assert hooked.git("status", "--porcelain") == ""
    assert hooked.run_id()
    hooked.does("commit", "--allow-empty", "--message", "measured")
    assert hooked.trailer() == hooked.record()["run"]["id"]
    assert hooked.git("status", "--porcelain") == ""


def test_an_amended_message_takes_up_a_run(hooked: HookedProject) -> None:
    hooked.write("train.py", WIDER)
    hooked.does("commit", "--all", "--message", "wider net")
    hooked.train()
    hooked.does("commit", "--amend", "--no-edit")
    assert hooked.trailer() == hooked.record()["run"]["id"]
    assert hooked.record()["run"].get("exact", True)


def test_a_merge_records_nothing_and_its_metrics_are_stale(hooked: HookedProject) -> None:
    run = _recorded(hooked)
    _on_main(hooked, "notes.txt", "main\n")
    hooked.train()
    hooked.does("merge", "--no-edit", "main")
    assert hooked.record()["run"]["id"] == run
    assert hooked.trailer() == ""
    assert _is_stale(hooked)
    waiting = hooked.run_id()
    hooked.does("commit", "--allow-empty", "--message", "caught up")
    assert hooked.trailer() == waiting


def test_a_merge_with_a_conflict_can_be_finished(hooked: HookedProject) -> None:
    _recorded(hooked)
    _on_main(hooked, "train.py", TRAIN + "# main\n")
    hooked.train()
    assert hooked.attempt("merge", "main").code == 1
    hooked.write("train.py", WIDER)
    hooked.does("commit", "--all", "--no-edit")
    assert hooked.git("rev-list", "--count", "--merges", "HEAD") == "1"
    assert hooked.trailer() == ""
    assert hooked.run_id()
    assert hooked.leftovers() == []


def test_during_a_conflict_nothing_is_touched(hooked: HookedProject) -> None:
    _recorded(hooked)
    _on_main(hooked, "train.py", TRAIN + "# main\n")
    hooked.train()
    run = hooked.run_id()
    assert hooked.attempt("merge", "main").code == 1
    before = hooked.git("ls-files", "--stage")
    assert hooked.attempt("commit", "--message", "too early").code == 128
    assert hooked.git("ls-files", "--stage") == before
    hooked.does("merge", "--abort")
    assert hooked.run_id() == run
    assert hooked.git("status", "--porcelain") == ""


def test_a_fast_forward_brings_the_record_as_it_is(hooked: HookedProject) -> None:
    run = _recorded(hooked)
    hooked.git("switch", "--quiet", "--create", "exp/model/next", "main")
    hooked.does("merge", BRANCH)
    assert hooked.trailer() == run
    assert not any(row["stale"] for row in rows(hooked.path))


def test_a_rebase_onto_other_code_makes_the_record_stale_and_says_so_once(hooked: HookedProject) -> None:
    _recorded(hooked)
    _recorded(hooked, TRAIN + "# much wider\n")
    _on_main(hooked, "notes.txt", "main\n")
    hooked.train()
    waiting = hooked.run_id()
    words = hooked.does("rebase", "main")
    assert words.count("stale") == 1
    assert (hooked.trailer(), hooked.trailer("HEAD^")) == ("", "")
    assert hooked.run_id() == waiting
    assert hooked.leftovers() == []
    hooked.does("commit", "--allow-empty", "--message", "caught up")
    assert hooked.trailer() == waiting


def test_a_rebase_that_keeps_the_code_keeps_the_record(hooked: HookedProject) -> None:
    run = _recorded(hooked)
    hooked.does("rebase", "--interactive", "--force-rebase", "main", GIT_SEQUENCE_EDITOR="sed -i s/pick/reword/")
    assert hooked.trailer() == run
    assert not _is_stale(hooked)


def test_nothing_is_recorded_in_the_middle_of_a_rebase(hooked: HookedProject) -> None:
    _recorded(hooked)
    hooked.does("rebase", "--interactive", "--force-rebase", "main", GIT_SEQUENCE_EDITOR="sed -i s/pick/edit/")
    hooked.train()
    run = hooked.record()["run"]["id"]
    hooked.write("notes.txt", "in the middle\n")
    hooked.git("add", "notes.txt")
    hooked.does("commit", "--message", "notes")
    assert hooked.record()["run"]["id"] == run
    hooked.does("rebase", "--continue")
    assert len(hooked.runs()) == 1


def test_a_cherry_pick_keeps_the_trailer_only_with_the_code(hooked: HookedProject) -> None:
    run = _recorded(hooked)
    hooked.git("switch", "--quiet", "--create", "exp/model/same", "main")
    hooked.does("cherry-pick", BRANCH)
    assert hooked.trailer() == run
    hooked.git("switch", "--quiet", "--create", "exp/model/other", "main")
    hooked.write("notes.txt", "other\n")
    hooked.git("add", "notes.txt")
    hooked.does("commit", "--message", "other code")
    words = hooked.does("cherry-pick", BRANCH)
    assert hooked.trailer() == ""
    assert "shows as stale" in words


def test_a_revert_brings_the_record_of_before_and_records_nothing(hooked: HookedProject) -> None:
    first = _recorded(hooked)
    _recorded(hooked, TRAIN + "# much wider\n")
    hooked.train()
    hooked.does("revert", "--no-edit", "HEAD")
    assert hooked.record()["run"]["id"] == first
    assert not _is_stale(hooked)  # the code came back with it
    assert len(hooked.runs()) == 1


def test_a_squashed_message_names_only_the_record_that_is_there(hooked: HookedProject) -> None:
    _recorded(hooked)
    second = _recorded(hooked, TRAIN + "# much wider\n")
    hooked.does("rebase", "--interactive", "main", GIT_SEQUENCE_EDITOR="sed -i '2s/pick/squash/'", GIT_EDITOR="true")
    assert hooked.git("log", "-1", "--format=%B").count("Branchlab-Run") == 1
    assert hooked.record()["run"]["id"] == second
    assert not _is_stale(hooked)


def test_a_commit_in_a_linked_worktree_records_there(hooked: HookedProject, tmp_path: Path) -> None:
    other = HookedProject(tmp_path / "other worktree")
    hooked.git("worktree", "add", "--quiet", "-b", "exp/data/more", str(other.path))
    other.write("train.py", WIDER)
    other.train()
    run = other.run_id()
    hooked.does("commit", "--allow-empty", "--message", "in the other one")
    assert hooked.record() == {}
    other.does("commit", "--all", "--message", "more data")
    assert other.trailer() == other.record()["run"]["id"] == run
    assert other.git("status", "--porcelain") == ""
    assert hooked.git("status", "--porcelain") == ""
    assert (hooked.leftovers(), other.leftovers()) == ([], [])


def test_on_a_detached_head_nothing_is_recorded(hooked: HookedProject) -> None:
    hooked.git("switch", "--quiet", "--detach")
    hooked.train()
    hooked.does("commit", "--allow-empty", "--message", "detached")
    assert hooked.record() == {}
    assert hooked.run_id()


def test_on_an_unborn_branch_nothing_is_recorded(hooked: HookedProject) -> None:
    hooked.train()
    hooked.git("switch", "--quiet", "--orphan", "exp/model/fresh")
    hooked.write("branchlab.toml", "")
    hooked.git("add", "branchlab.toml")
    hooked.does("commit", "--message", "first")
    assert hooked.record() == {}
    assert hooked.run_id()


def test_a_commit_made_again_after_a_soft_reset_keeps_its_record(hooked: HookedProject) -> None:
    run = _recorded(hooked)
    hooked.git("reset", "--quiet", "--soft", "HEAD^")
    hooked.does("commit", "--message", "again")
    assert hooked.trailer() == hooked.record()["run"]["id"] == run
    assert not _is_stale(hooked)


@pytest.mark.parametrize("option", ["--only", "--include"])
def test_paths_may_be_named_in_each_way(hooked: HookedProject, option: str) -> None:
    hooked.write("train.py", WIDER)
    hooked.write("notes.txt", "later\n")
    hooked.git("add", "notes.txt")
    hooked.train()
    hooked.does("commit", option, "--message", "wider net", "train.py")
    assert hooked.trailer() == hooked.record()["run"]["id"]
    assert hooked.git("status", "--porcelain") == ("A  notes.txt" if option == "--only" else "")
