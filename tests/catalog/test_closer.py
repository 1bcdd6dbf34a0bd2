"""`ls` calls a record stale for the same commits as `show`, `diff` and `ci`, whatever was done to them since."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from branchlab.catalog.closer import CloserLook
from command_line import branchlab, rows
from experiment_branches import read, state_folder
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "exp/model/tried"


@pytest.fixture
def tried(project: ScratchRepository) -> ScratchRepository:
    """A project without hooks whose branch `NAME` is checked out, with a run that `ls` has seen."""
    assert branchlab(project.path, "run", "-q", "-n", "tried").code == 0
    project.git("switch", "-q", NAME)
    assert _listed(project) is False
    return project


def _listed(project: ScratchRepository) -> bool:
    (found,) = (row for row in rows(project.path) if row["name"] == NAME)
    return bool(found["stale"])


def _shown(project: ScratchRepository) -> bool:
    return bool(json.loads(branchlab(project.path, "show", NAME, "--json").out)["code"]["stale"])


def _other_code(project: ScratchRepository) -> None:
    project.write("train.py", (project.path / "train.py").read_text() + "# another\n")
    project.git("add", "train.py")


def _another_message(project: ScratchRepository) -> None:
    project.git("commit", "-q", "--amend", "-m", "I like this one", "--date", "2026-01-01T00:00:00Z")


def _another_message_and_the_trailer(project: ScratchRepository) -> None:
    trailer = project.git("log", "-1", "--format=%(trailers:only,unfold)").strip()
    project.git("commit", "-q", "--amend", "-m", f"I like this one\n\n{trailer}", "--date", "2026-01-01T00:00:00Z")


def _other_code_in_the_same_commit(project: ScratchRepository) -> None:
    _other_code(project)
    project.git("commit", "-q", "--amend", "--no-edit", "--date", "2026-01-01T00:00:00Z")


def _other_code_behind_it(project: ScratchRepository) -> None:
    _other_code(project)
    project.git("commit", "-q", "-m", "goes on")


def _code_and_back(project: ScratchRepository) -> None:
    _other_code_behind_it(project)
    project.git("revert", "--no-edit", "HEAD")


def _squashed(project: ScratchRepository) -> None:
    project.git("reset", "-q", "--soft", "main")
    project.git("commit", "-q", "-m", "all in one")


def _squashed_with_other_code(project: ScratchRepository) -> None:
    _other_code(project)
    _squashed(project)


def _onto_other_code(project: ScratchRepository) -> None:
    project.git("switch", "-q", "main")
    _other_code_behind_it(project)
    project.git("switch", "-q", NAME)
    project.git("rebase", "-q", "main")
    # Within the second of the run nothing tells a commit that was made again; people are slower.
    project.git("commit", "-q", "--amend", "--no-edit", "--date", "2026-01-01T00:00:00Z")


CHANGES: dict[Callable[[ScratchRepository], None], bool] = {
    _another_message: False,
    _another_message_and_the_trailer: False,
    _other_code_in_the_same_commit: True,
    _other_code_behind_it: True,
    _code_and_back: False,
    _squashed: False,
    _squashed_with_other_code: True,
    _onto_other_code: True,
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_table_and_the_readers_of_one_commit_agree(
    tried: ScratchRepository, change: Callable[[ScratchRepository], None]
) -> None:
    change(tried)
    assert (_listed(tried), _shown(tried)) == (CHANGES[change], CHANGES[change])


def test_another_folder_for_what_records_write_is_other_code(tried: ScratchRepository) -> None:
    _squashed(tried)
    assert not _listed(tried)
    tried.write("branchlab.toml", (tried.path / "branchlab.toml").read_text() + '\n[record]\ndirectory = "elsewhere"\n')
    assert _listed(tried) == _shown(tried)


def test_a_shallow_clone_that_gets_its_history_looks_again(tried: ScratchRepository, tmp_path: Path) -> None:
    _squashed(tried)
    tried.git("commit", "-q", "--allow-empty", "-m", "nothing new")
    clone = ScratchRepository(tmp_path / "clone")
    tried.git("clone", "-q", "--depth=1", f"--branch={NAME}", f"file://{tried.path}", str(clone.path))
    assert _listed(clone)  # the commit that was measured is not here to compare with
    clone.git("fetch", "-q", "--unshallow", "origin", "+refs/heads/*:refs/remotes/origin/*")
    assert _listed(clone) == _shown(clone)


def test_nobody_looks_closer_at_a_run_as_it_was_recorded(
    tried: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in state_folder(tried).glob("index*"):
        file.unlink()
    monkeypatch.setattr(CloserLook, "is_stale", None)
    assert [one.stale for one in read(tried).experiments] == [False]
