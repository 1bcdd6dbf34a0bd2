"""What a switch of branches does: nothing, or bringing the data of the branch where settings ask for it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from command_line import branchlab
from dvc_project import Project, make_project
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

ASKED = "[hooks]\ncheckout_data = true\n"
HOOK = ".git/hooks/reference-transaction"


@pytest.fixture
def two(tmp_path: Path) -> ScratchRepository:
    """A project whose `main` has data `first`, and `exp/data/more` data `second`; `main` is checked out."""
    project = make_project(tmp_path / "project")
    repository = ScratchRepository(project.path)
    for branch, content in (("main", "first"), ("exp/data/more", "second")):
        if branch != "main":
            repository.git("switch", "-qc", branch)
        project.track("data.csv", content)
        repository.commit(branch, **{"branchlab.toml": ASKED, ".gitignore": "/data.csv\n"})
    repository.git("switch", "-q", "main")
    Project(repository.path).track("data.csv", "first")
    assert branchlab(repository.path, "hooks", "install").code == 0
    return repository


def _git(repository: ScratchRepository, *arguments: str) -> str:
    """Runs git and returns what it and its hooks said."""
    done = subprocess.run(
        ["git", *arguments], cwd=repository.path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def _data(repository: ScratchRepository) -> str:
    return (repository.path / "data.csv").read_text()


def test_a_switch_brings_the_data_of_the_branch(two: ScratchRepository) -> None:
    assert _git(two, "switch", "-q", "exp/data/more") == "branchlab: brought the data of exp/data/more: 1 changed\n"
    assert _data(two) == "second"
    _git(two, "switch", "-q", "main")
    assert _data(two) == "first"


def test_data_that_the_branch_does_not_have_goes(two: ScratchRepository) -> None:
    two.git("switch", "-qc", "exp/data/none")
    two.git("rm", "-q", "data.csv.dvc")
    two.git("commit", "-q", "--no-verify", "-m", "none")
    two.git("switch", "-q", "main")
    assert _data(two) == "first"
    two.git("switch", "-q", "exp/data/none")
    assert not (two.path / "data.csv").exists()


def test_nothing_happens_where_nobody_asked(two: ScratchRepository) -> None:
    two.git("switch", "-q", "exp/data/more")
    two.commit("quiet", **{"branchlab.toml": ASKED.replace("true", "false")})
    two.git("switch", "-q", "main")
    assert _git(two, "switch", "-q", "exp/data/more") == ""
    assert _data(two) == "first"


def test_changed_data_stays_and_is_named(two: ScratchRepository) -> None:
    two.write("data.csv.tmp", "mine").replace(two.path / "data.csv")
    said = _git(two, "switch", "-q", "exp/data/more")
    assert said.startswith("branchlab: error: post-checkout: data.csv ")
    assert said.count("\n") == 1
    assert _data(two) == "mine"


def test_data_that_the_cache_lacks_is_named_with_the_remedy(two: ScratchRepository) -> None:
    shutil.rmtree(two.path / ".dvc/cache/files/md5/a9")
    said = _git(two, "switch", "-q", "exp/data/more")
    assert "the DVC cache lacks data.csv. hint: branchlab pull exp/data/more" in said


def test_files_of_a_commit_and_detached_heads_are_left_alone(two: ScratchRepository) -> None:
    assert _git(two, "checkout", "-q", "exp/data/more", "--", "data.csv.dvc") == ""
    two.git("checkout", "-q", "HEAD", "--", "data.csv.dvc")
    assert _git(two, "checkout", "-q", "--detach", "exp/data/more") == ""
    assert _data(two) == "first"


def test_a_rebase_touches_no_data(two: ScratchRepository) -> None:
    two.git("switch", "-qc", "exp/fix/a")
    two.commit("a", a="1")
    two.git("switch", "-qc", "exp/fix/b", "main")
    two.commit("b", b="1")
    assert _git(two, "rebase", "-q", "exp/fix/a") == ""


def test_a_new_working_tree_has_its_data(two: ScratchRepository) -> None:
    _git(two, "worktree", "add", "-q", "../other", "exp/data/more")
    assert (two.path.parent / "other/data.csv").read_text() == "second"


def test_branchlab_checkout_brings_data_once(two: ScratchRepository) -> None:
    said = branchlab(two.path, "checkout", "exp/data/more")
    assert (said.code, said.err) == (0, "on exp/data/more; data: 1 changed\n")
    assert _data(two) == "second"


@pytest.fixture
def paused(repository: ScratchRepository) -> ScratchRepository:
    """A repository with strict names whose hook has stepped aside for a fetch."""
    repository.commit("settings", **{"branchlab.toml": "[naming]\nstrict = true\n"})
    assert branchlab(repository.path, "hooks", "install").code == 0
    repository.git("branch", "exp/fix/a")
    hook = repository.path / HOOK
    hook.rename(f"{hook}.paused-branchlab")
    return repository


def test_a_hook_that_a_killed_fetch_left_paused_is_back_after_a_switch(paused: ScratchRepository) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    paused.write(".git/branchlab/hooks/fetching", f"{ended.pid}\n")
    paused.git("switch", "-q", "exp/fix/a")
    assert (paused.path / HOOK).exists()


def test_a_hook_that_is_paused_by_a_fetch_stays_so(paused: ScratchRepository) -> None:
    with subprocess.Popen(["sleep", "60"]) as fetch:
        paused.write(".git/branchlab/hooks/fetching", f"{fetch.pid}\n")
        paused.git("switch", "-q", "exp/fix/a")
        fetch.kill()
    assert not (paused.path / HOOK).exists()
