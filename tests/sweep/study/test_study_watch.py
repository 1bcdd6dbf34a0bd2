"""A watch returns what is new, and always ends with the study that a fresh reader sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import archive, remove, require_branch
from branchlab.sweep.study import read_study
from branchlab.sweep.watch import Watch
from branchlab.tracking.state import hold_lock, release_lock
from sweep_trials import WIDE, branch_of, put_live, put_trial, workspace_of

if TYPE_CHECKING:
    import pytest

    from scratch_repository import ScratchRepository


def same_as_fresh(repository: ScratchRepository, watch: Watch) -> None:
    assert watch.study == read_study(workspace_of(repository), WIDE)


def test_only_new_trials_are_returned(repository: ScratchRepository) -> None:
    watch = Watch(workspace_of(repository), WIDE)
    assert watch.look() == ()
    put_trial(repository, 0)
    assert [trial.number for trial in watch.look()] == [0]
    assert watch.look() == ()
    put_trial(repository, 1)
    put_trial(repository, 2, ref=f"refs/remotes/origin/{branch_of(2)}")
    assert [trial.number for trial in watch.look()] == [1, 2]
    same_as_fresh(repository, watch)


def test_a_trial_on_a_higher_rung_is_new_again(repository: ScratchRepository) -> None:
    first = put_trial(repository, 0)
    watch = Watch(workspace_of(repository), WIDE)
    watch.look()
    put_trial(repository, 0, rung=1, parent=first)
    assert [(trial.number, trial.rung) for trial in watch.look()] == [(0, 1)]
    same_as_fresh(repository, watch)


def test_what_is_removed_or_archived_is_seen(repository: ScratchRepository) -> None:
    for number in range(3):
        put_trial(repository, number)
    put_trial(repository, 2, ref=f"refs/remotes/origin/{branch_of(2)}")
    watch = Watch(workspace_of(repository), WIDE)
    watch.look()
    found = workspace_of(repository).repository
    remove(found, require_branch(found, branch_of(0)))
    archive(found, require_branch(found, branch_of(1)))
    repository.git("update-ref", "-d", f"refs/heads/{branch_of(2)}")
    assert [trial.branch for trial in watch.look()] == [f"archive/{branch_of(1)}", f"origin/{branch_of(2)}"]
    same_as_fresh(repository, watch)


def test_a_branch_that_goes_leaves_the_others_as_they_were(repository: ScratchRepository) -> None:
    for number in range(3):
        put_trial(repository, number)
    watch = Watch(workspace_of(repository), WIDE)
    watch.look()
    repository.git("update-ref", "-d", f"refs/heads/{branch_of(0)}")
    assert watch.look() == ()
    assert [trial.number for trial in watch.study.trials] == [1, 2]


def test_a_branch_that_a_remote_lost_is_gone(repository: ScratchRepository) -> None:
    put_trial(repository, 0, ref=f"refs/remotes/origin/{branch_of(0)}")
    watch = Watch(workspace_of(repository), WIDE)
    watch.look()
    repository.git("update-ref", "-d", f"refs/remotes/origin/{branch_of(0)}")
    assert watch.look() == ()
    assert watch.study.trials == ()


def test_a_branch_counts_more_than_the_folder_of_its_run(repository: ScratchRepository) -> None:
    put_live(repository, "run-1", 1, state={"status": "finished"})
    watch = Watch(workspace_of(repository), WIDE)
    assert [trial.status for trial in watch.look()] == ["finished"]
    put_trial(repository, 1, run="run-1", status="failed")
    assert [trial.status for trial in watch.look()] == ["failed"]


def test_more_at_once_than_is_read_one_by_one(repository: ScratchRepository) -> None:
    watch = Watch(workspace_of(repository), WIDE)
    watch.look()
    tip = put_trial(repository, 0)
    lines = "".join(f"create refs/heads/exp/tune/copy-{number} {tip}\n" for number in range(70))
    repository.git("update-ref", "--stdin", stdin=lines)
    assert [trial.number for trial in watch.look()] == [0]
    same_as_fresh(repository, watch)


def test_a_run_is_followed_until_a_branch_holds_it(repository: ScratchRepository) -> None:
    watch = Watch(workspace_of(repository), WIDE)
    watch.look()
    folder = put_live(repository, "run-live", 1)
    lock = hold_lock(str(folder))
    assert lock is not None
    assert [(trial.status, trial.metrics["accuracy"]) for trial in watch.look()] == [("running", 0.5)]
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write('{"k":"log","s":2,"t":3,"m":{"accuracy":0.75}}\n')
    assert [trial.metrics["accuracy"] for trial in watch.look()] == [0.75]
    put_trial(repository, 1, run="run-live")
    release_lock(lock)
    assert [(trial.status, trial.commit is None) for trial in watch.look()] == [("finished", False)]
    same_as_fresh(repository, watch)


def test_what_did_not_change_is_not_read_again(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    put_trial(repository, 0)
    watch = Watch(workspace_of(repository), WIDE)
    watch.look()
    monkeypatch.setattr("branchlab.sweep.branches.read_rows", None)
    put_trial(repository, 1)
    assert [trial.number for trial in watch.look()] == [1]
