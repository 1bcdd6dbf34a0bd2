"""Whether a record is one of other code is the same for `diff` and for `ci`, and it is the trees that tell."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from branchlab.ci.revisions import find_revisions
from branchlab.ci.sides import read_held
from branchlab.git.object_reader import ObjectReader
from branchlab.reading.sides import require_side
from branchlab.workspace import open_workspace
from in_process import call

if TYPE_CHECKING:
    from collections.abc import Callable

    from scratch_repository import ScratchRepository

NAME = "exp/model/first"
SETTINGS = """\
[project]
command = "sh train.sh"
collect = ["result.json"]
[metrics.accuracy]
goal = "maximize"
"""
TRAIN = "echo '{\"accuracy\": 0.9}' > result.json\n"


@pytest.fixture
def recorded(repository: ScratchRepository) -> ScratchRepository:
    """A project whose experiment is checked out; its command also writes a file that git knows."""
    files = {"train.sh": f"{TRAIN}date >> log.txt\n", "log.txt": "", ".gitignore": "/result.json\n"}
    repository.commit("project", **{"branchlab.toml": SETTINGS}, **files)
    assert call(repository.path, "run", "-q", "-n", "first").code == 0
    repository.git("checkout", "-q", "--", ".")
    repository.git("switch", "-q", NAME)
    return repository


def is_stale(repository: ScratchRepository, name: str = "HEAD") -> bool:
    """Asks both, who have to agree."""
    workspace = open_workspace(str(repository.path))
    with closing(ObjectReader(workspace.repository.top)) as reader:
        seen = require_side(reader, workspace, name).stale
    judged = read_held(workspace, find_revisions(workspace, name, name).head).side.stale
    assert seen == judged
    return judged


def amend(repository: ScratchRepository, *arguments: str) -> None:
    time.sleep(max(0.0, float(repository.git("log", "-1", "--format=%at")) + 1.01 - time.time()))
    repository.git("commit", "-q", "--amend", "-a", *arguments)


def other_code(repository: ScratchRepository) -> None:
    repository.write("train.sh", f"{TRAIN}# other\n")


def squash(repository: ScratchRepository) -> None:
    """Puts a fix into the commit of the record, as `git rebase -i` does: the trailer stands in the middle."""
    other_code(repository)
    said = repository.git("log", "-1", "--format=%B")
    amend(repository, "-m", f"{said}\n\nfix")


def same_message(repository: ScratchRepository) -> None:
    amend(repository, "--no-edit")


def other_message(repository: ScratchRepository) -> None:
    amend(repository, "-m", "in my own words")


def commit_after(repository: ScratchRepository) -> None:
    repository.commit("later")


CHANGES: dict[str, tuple[tuple[Callable[[ScratchRepository], None], ...], bool]] = {
    "as it was recorded": ((), False),
    "amended message": ((other_message,), False),
    "amended code": ((other_code, same_message), True),
    "amended code and message": ((other_code, other_message), True),
    "squashed fix": ((squash,), True),
    "commit after it": ((other_code, commit_after), True),
}


@pytest.mark.parametrize("what", CHANGES)
def test_diff_and_ci_agree(repository: ScratchRepository, what: str) -> None:
    repository.commit("project", **{"branchlab.toml": SETTINGS, "train.sh": TRAIN, ".gitignore": "/result.json\n"})
    assert call(repository.path, "run", "-q", "-n", "first").code == 0
    repository.git("switch", "-q", NAME)
    changes, stale = CHANGES[what]
    for change in changes:
        change(repository)
    assert is_stale(repository) == stale


def test_a_squash_merge_leaves_a_record_to_its_code(repository: ScratchRepository) -> None:
    repository.commit("project", **{"branchlab.toml": SETTINGS, "train.sh": TRAIN, ".gitignore": "/result.json\n"})
    assert call(repository.path, "run", "-q", "-n", "first").code == 0
    repository.git("merge", "-q", "--squash", NAME)
    repository.git("commit", "-q", "-m", "squashed")
    assert not is_stale(repository)


def test_files_that_the_command_wrote_are_the_commands_own_also_after_notes(recorded: ScratchRepository) -> None:
    assert recorded.git("diff", "--name-only", "HEAD^", "HEAD").split() == ["log.txt", "metrics.toml"]
    assert not is_stale(recorded)
    time.sleep(1.01)
    for note in ("one", "two"):
        assert call(recorded.path, "note", "first", note).code == 0
        assert not is_stale(recorded)
    other_code(recorded)
    amend(recorded, "--no-edit")
    assert is_stale(recorded)


def test_a_note_claims_no_code_that_was_squashed_in(recorded: ScratchRepository) -> None:
    squash(recorded)
    assert call(recorded.path, "note", "first", "one").code == 0
    assert "Branchlab-Run" not in recorded.git("log", "-1", "--format=%B")
    assert is_stale(recorded)
