"""`push` and `pull` between two clones, with a bare git remote and a DVC remote in a folder."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from command_line import branchlab, names, rows
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shared(dvc_project: ScratchRepository, tmp_path: Path) -> ScratchRepository:
    """A project with data, a recorded experiment, and both remotes set."""
    project = dvc_project
    project.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    project.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    config = project.path / ".dvc" / "config"
    config.write_text(f"[core]\n    remote = store\n['remote \"store\"']\n    url = {tmp_path / 'store'}\n")
    project.commit("remotes")
    project.git("push", "-q", "-u", "origin", "main")
    said = branchlab(project.path, "run", "-n", "first")
    assert said.code == 0, said.err
    return project


def clone(tmp_path: Path) -> ScratchRepository:
    subprocess.run(["git", "clone", "-q", "remote.git", "second"], cwd=tmp_path, check=True)
    return ScratchRepository(tmp_path / "second")


def test_a_pushed_experiment_arrives_with_the_same_numbers_and_its_data(
    shared: ScratchRepository, tmp_path: Path
) -> None:
    said = branchlab(shared.path, "push", "first")
    assert said.code == 0, said.err
    assert "sent" in said.err
    second = clone(tmp_path)
    said = branchlab(second.path, "pull", "first")
    assert said.code == 0, said.err
    assert rows(second.path) == rows(shared.path)
    said = branchlab(second.path, "checkout", "first")
    assert said.code == 0, said.err
    assert (second.path / "model.bin").read_text() == "model 0.5"
    assert second.git("status", "--porcelain") == ""
    assert branchlab(shared.path, "push").err == "origin has every experiment already\n"


def test_a_damaged_object_on_the_remote_is_named_and_not_kept(shared: ScratchRepository, tmp_path: Path) -> None:
    assert branchlab(shared.path, "push").code == 0
    for path in (tmp_path / "store").rglob("*"):
        if path.is_file() and path.read_bytes() == b"model 0.5":
            path.chmod(0o644)
            path.write_bytes(b"modem 0.5")
    second = clone(tmp_path)
    said = branchlab(second.path, "pull")
    assert said.code == 5
    assert "damaged" in said.err
    said = branchlab(second.path, "pull")  # what has not come is asked for again
    assert (said.code, "damaged" in said.err) == (5, True)
    for path in (tmp_path / "store").rglob("*"):
        if path.is_file() and path.read_bytes() == b"modem 0.5":
            path.write_bytes(b"model 0.5")
    assert "brought 1 data object" in branchlab(second.path, "pull").err
    assert branchlab(second.path, "pull").err == "every experiment is here already\n"


def test_data_that_was_left_out_follows_with_the_next_push_and_pull(shared: ScratchRepository, tmp_path: Path) -> None:
    assert branchlab(shared.path, "push", "--no-data").code == 0
    second = clone(tmp_path)
    assert branchlab(second.path, "pull", "--no-data").code == 0
    assert "sent" in branchlab(shared.path, "push").err
    assert branchlab(shared.path, "push").err == "origin has every experiment already\n"
    assert "brought" in branchlab(second.path, "pull").err
    assert branchlab(second.path, "pull").err == "every experiment is here already\n"


def test_pull_moves_forward_and_leaves_own_commits_alone(shared: ScratchRepository, tmp_path: Path) -> None:
    assert branchlab(shared.path, "push").code == 0
    second = clone(tmp_path)
    assert branchlab(second.path, "pull", "--no-data").code == 0
    shared.git("switch", "-q", "exp/model/first")
    shared.commit("more", **{"more.txt": "x"})
    shared.git("switch", "-q", "main")
    assert branchlab(shared.path, "push", "first").code == 0
    said = branchlab(second.path, "pull", "--no-data")
    assert "updated exp/model/first" in said.err
    second.git("switch", "-q", "exp/model/first")
    second.commit("own", **{"own.txt": "x"})
    second.git("switch", "-q", "main")
    shared.git("switch", "-q", "exp/model/first")
    shared.commit("other", **{"other.txt": "x"})
    shared.git("switch", "-q", "main")
    assert branchlab(shared.path, "push", "first").code == 0
    before = second.git("rev-parse", "exp/model/first")
    said = branchlab(second.path, "pull", "first", "--no-data")
    assert said.code == 1
    assert "has commits of its own here" in said.err
    assert second.git("rev-parse", "exp/model/first") == before


def test_what_is_missing_is_named(project: ScratchRepository, tmp_path: Path) -> None:
    assert branchlab(project.path, "push").code == 3
    project.git("remote", "add", "origin", str(tmp_path / "nowhere"))
    said = branchlab(project.path, "push", "nothing")
    assert said.code == 2
    assert branchlab(project.path, "run", "-n", "first").code == 0
    said = branchlab(project.path, "push")
    assert said.code == 3
    assert "nowhere" in said.err
    assert said.err.count("\n") == 1
    said = branchlab(project.path, "push", "--remote", "lab")
    assert "there is no git remote lab" in said.err


def test_without_a_dvc_remote_nothing_is_pushed(dvc_project: ScratchRepository, tmp_path: Path) -> None:
    dvc_project.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    dvc_project.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    assert branchlab(dvc_project.path, "run", "-n", "first").code == 0
    said = branchlab(dvc_project.path, "push")
    assert said.code == 3
    assert "no default DVC remote" in said.err
    assert said.err.endswith("; --no-data sends the branches alone\n")
    assert dvc_project.git("ls-remote", "origin") == ""
    assert branchlab(dvc_project.path, "push", "--no-data").code == 0
    assert "exp/model/first" in dvc_project.git("ls-remote", "origin")


def test_pull_fetches_every_experiment_and_only_those(shared: ScratchRepository, tmp_path: Path) -> None:
    shared.git("push", "-q", "origin", "main:refs/heads/release/other")
    assert branchlab(shared.path, "run", "-S", "lr=0.1").code == 0
    assert branchlab(shared.path, "push").code == 0
    second = clone(tmp_path)
    said = branchlab(second.path, "pull")
    assert said.code == 0, said.err
    assert names(second.path) == ["exp/model/first", "exp/tune/lr-0.1"]
    assert "refs/heads/release/other" not in second.git("for-each-ref")
    assert "every experiment is here already" in branchlab(second.path, "pull").err


def test_checkout_from_a_branch_without_dvc_does_not_hide_that_data_is_lacking(
    shared: ScratchRepository, tmp_path: Path
) -> None:
    assert branchlab(shared.path, "push", "first").code == 0
    second = clone(tmp_path)
    second.git("switch", "--quiet", "--orphan", "empty")
    second.commit("nothing here", **{"README.md": "x"})
    for command in ("pull", "push"):
        assert "there is no .dvc here" in branchlab(second.path, command, "first").err
    said = branchlab(second.path, "checkout", "first")
    assert (said.code, "but the DVC cache lacks" in said.err) == (3, True)
