"""DVC works in a linked working tree as it does in the main one."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.data.linking import link_outputs
from branchlab.data.pointer import read_pointers
from branchlab.data.store import add, find_store
from branchlab.data.worktree import prepare_worktree
from branchlab.errors import EnvironmentProblemError
from dvc_project import Project, make_project

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "s3cret # ,'"  # noqa: S105 - what needs quotes most


def _linked(project: Project, tmp_path: Path) -> Project:
    """Commits the project and makes a linked working tree that is prepared for DVC."""
    top = project.top or project.path
    subprocess.run(["git", "add", "--", ":(glob)**/*.dvc", ":(glob)**/.dvc/**"], cwd=top, check=True)
    subprocess.run(["git", "commit", "--quiet", "-m", "x"], cwd=top, check=True)
    worktree = tmp_path / "worktrees/run"
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(worktree)], cwd=top, check=True)
    prepare_worktree(project.store, str(top), str(worktree))
    return Project(worktree / project.path.relative_to(top), worktree)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = make_project(tmp_path / "main", remote="../../remote", below="sub")
    (project.path / ".dvc/config.local").write_text(
        f'[\'remote "ssh"\']\n    url = ssh://host/x\n    password = "{PASSWORD}"\n    keyfile = ../key\n'
    )
    return project


def test_data_is_linked_into_a_real_worktree_and_dvc_finds_it_clean(project: Project, tmp_path: Path) -> None:
    project.write("data/rows.csv", "1,2\n")
    project.track("data")
    project.track("big.bin", b"x" * (2 << 20))
    run = _linked(project, tmp_path)
    outputs = read_pointers(str(run.path), ["data.dvc", "big.bin.dvc"])
    linked = link_outputs(project.store, str(run.path), outputs)
    assert len(linked.files) == 2
    assert "up to date" in run.dvc("status")


def test_what_a_run_made_goes_into_the_shared_cache(project: Project, tmp_path: Path) -> None:
    project.track("seed", "x")
    run = _linked(project, tmp_path)
    run.write("model.bin", "weights")
    output = add(project.store, str(run.path), "model.bin")
    assert project.object(output.md5).read_text() == "weights"
    assert run.store.cache == project.store.cache


def test_private_settings_and_relative_addresses_reach_the_worktree(project: Project, tmp_path: Path) -> None:
    project.track("seed", "x")
    run = _linked(project, tmp_path)
    local = run.path / ".dvc/config.local"
    assert local.stat().st_mode & 0o777 == 0o600
    settings = run.store.config['remote "ssh"']
    assert settings["password"] == PASSWORD
    assert settings["keyfile"] == str(project.path / "key")
    assert run.store.config['remote "storage"']["url"] == str(tmp_path / "main/remote")
    listed = "".join(run.dvc("remote", "list").split())  # DVC wraps at 80 columns, also in a pipe
    assert str(tmp_path / "main/remote") in listed


def test_the_file_is_not_seen_by_git(project: Project, tmp_path: Path) -> None:
    project.track("seed", "x")
    run = _linked(project, tmp_path)
    status = subprocess.run(["git", "status", "--short"], cwd=run.path, capture_output=True, text=True, check=True)
    assert status.stdout == ""


def test_a_commit_without_dvc_is_left_alone(project: Project, tmp_path: Path) -> None:
    (tmp_path / "bare tree").mkdir()
    assert prepare_worktree(project.store, str(project.top), str(tmp_path / "bare tree")) is None
    assert list((tmp_path / "bare tree").iterdir()) == []


def test_a_link_in_the_commit_does_not_lead_the_settings_elsewhere(project: Project, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "sub/.dvc").mkdir(parents=True)
    (tmp_path / "victim").write_text("precious")
    (tree / "sub/.dvc/config.local").symlink_to(tmp_path / "victim")
    assert prepare_worktree(project.store, str(project.top), str(tree))
    assert (tmp_path / "victim").read_text() == "precious"
    assert not (tree / "sub/.dvc/config.local").is_symlink()


def test_the_store_seen_from_the_worktree_is_the_main_ones(project: Project, tmp_path: Path) -> None:
    project.track("seed", "x")
    run = _linked(project, tmp_path)
    (run.path / ".dvc/config.local").unlink()
    found = find_store(str(run.path), str(run.top), str(tmp_path / "main/.git"))
    assert found
    assert found.cache == project.store.cache
    assert found.private == project.store.private


def test_a_planted_link_under_the_temporary_name_is_refused(project: Project, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "sub/.dvc").mkdir(parents=True)
    (tmp_path / "victim").write_text("precious")
    (tree / "sub/.dvc/config.local.new").symlink_to(tmp_path / "victim")
    with pytest.raises(EnvironmentProblemError, match="cannot be written"):
        prepare_worktree(project.store, str(project.top), str(tree))
    assert (tmp_path / "victim").read_text() == "precious"
