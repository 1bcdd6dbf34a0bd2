"""An experiment that the baseline was fast-forwarded to stays in the list; a branch that has only begun is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.record.format import dump_record
from branchlab.record.message import commit_message
from experiment_branches import names, numbered, put_experiment, read, read_json

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

NAME = "exp/model/wider"
FRESH = "exp/model/begun"


def land(repository: ScratchRepository, message: str) -> None:
    """Commits a record on a branch by hand and fast-forwards main to it; another experiment stays as it is."""
    put_experiment(repository, "exp/data/other", numbered(2))
    repository.git("switch", "--quiet", "--create", NAME)
    repository.write("metrics.toml", dump_record(numbered(1)))
    repository.commit(message)
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--ff-only", NAME)


def shown(repository: ScratchRepository) -> set[str]:
    """Returns the names in the list, which are those of the JSON too."""
    listed = names(read(repository))
    assert sorted(listed) == sorted(row["name"] for row in read_json(repository))
    return set(listed)


def test_an_experiment_committed_by_hand_stays_when_the_baseline_reaches_it(repository: ScratchRepository) -> None:
    land(repository, "wider\n\nBranchlab-Run: run-1")
    assert shown(repository) == {NAME, "exp/data/other"}


def test_one_that_branchlab_recorded_stays_in_a_clone_too(repository: ScratchRepository) -> None:
    land(repository, commit_message(numbered(1), NAME, {}))
    repository.git("reflog", "expire", "--expire=now", "--all")
    assert shown(repository) == {NAME, "exp/data/other"}


def test_a_branch_that_has_only_begun_there_waits_for_a_run(repository: ScratchRepository) -> None:
    land(repository, commit_message(numbered(1), NAME, {}))
    repository.git("branch", FRESH)
    assert shown(repository) == {NAME, "exp/data/other"}
    assert read(repository).without_record == (FRESH,)


def test_a_commit_that_recorded_nothing_makes_no_experiment(repository: ScratchRepository) -> None:
    land(repository, "wider")
    assert shown(repository) == {"exp/data/other"}


def test_it_is_gone_from_the_list_when_its_branch_is_deleted(repository: ScratchRepository) -> None:
    land(repository, "wider\n\nBranchlab-Run: run-1")
    assert shown(repository) == {NAME, "exp/data/other"}
    repository.git("branch", "--quiet", "--delete", NAME)
    assert shown(repository) == {"exp/data/other"}
