"""The project is the nearest folder upwards with a branchlab.toml, else the whole repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.errors import DamagedError, EnvironmentProblemError, UsageError
from branchlab.git.repository import Repository
from branchlab.project import Settings
from branchlab.workspace import Workspace, open_workspace, workspace_of

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository


def test_without_settings_the_repository_is_the_project(repository: ScratchRepository) -> None:
    (repository.path / "sub").mkdir()
    found = open_workspace(str(repository.path / "sub"))
    assert (found.prefix, found.settings, found.initialised) == ("", Settings(), False)
    assert found.root == str(repository.path)
    assert found.record_path == "metrics.toml"
    assert found.runs_dir == str(repository.path / ".git/branchlab/runs")


@pytest.mark.parametrize(
    ("cwd", "prefix"),
    [(".", ""), ("src/deep", ""), ("one", "one/"), ("one/src", "one/"), ("one/in/ner/x", "one/in/ner/"), ("two", "")],
)
def test_the_nearest_settings_upwards_hold(repository: ScratchRepository, cwd: str, prefix: str) -> None:
    for folder in ("", "one/", "one/in/ner/"):
        repository.write(f"{folder}branchlab.toml", f"[record]\nmetrics = 'at-{len(folder)}.toml'\n")
    (repository.path / cwd).mkdir(parents=True, exist_ok=True)
    found = open_workspace(str(repository.path / cwd))
    assert (found.prefix, found.initialised) == (prefix, True)
    assert found.record_path == f"{prefix}at-{len(prefix)}.toml"
    assert found.root == str(repository.path / prefix)


@pytest.mark.parametrize("name", ["-f", "new\nline", "\udcff", "a b"])
def test_the_projects_folder_may_have_any_name(repository: ScratchRepository, name: str) -> None:
    repository.write(f"{name}/branchlab.toml", "")
    (repository.path / name / "src").mkdir()
    found = open_workspace(str(repository.path / name / "src"))
    assert found.root == str(repository.path / name)
    assert found.record_path == f"{name}/metrics.toml"


def test_the_project_is_found_through_a_link_to_a_folder_deep_in_it(
    repository: ScratchRepository, tmp_path: Path
) -> None:
    repository.write("one/branchlab.toml", "")
    (repository.path / "one/a/b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(repository.path / "one/a/b")
    assert open_workspace(str(tmp_path / "link")).root == str(repository.path / "one")


def test_a_linked_worktree_is_a_workspace_of_the_same_runs(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.commit("settings", **{"one/branchlab.toml": ""})
    repository.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    found = open_workspace(str(tmp_path / "linked/one"))
    assert found.root == str(tmp_path / "linked/one")
    assert found.runs_dir == open_workspace(str(repository.path)).runs_dir


def test_settings_above_the_repository_do_not_hold(repository: ScratchRepository, tmp_path: Path) -> None:
    (tmp_path / "branchlab.toml").write_text("[project]\nbaseline = 'other'\n")
    assert open_workspace(str(repository.path)).initialised is False


def test_a_mistake_in_the_settings_names_the_file_from_the_top(repository: ScratchRepository) -> None:
    repository.write("one/branchlab.toml", "x = 1")
    with pytest.raises(UsageError, match=r"^one/branchlab\.toml: unknown key x$"):
        open_workspace(str(repository.path / "one"))
    repository.write("one/branchlab.toml", "<<<<<<< HEAD")
    with pytest.raises(DamagedError, match=r"^one/branchlab\.toml is not valid TOML"):
        open_workspace(str(repository.path / "one"))


def test_settings_that_cannot_be_read_are_named(repository: ScratchRepository) -> None:
    (repository.path / "branchlab.toml").mkdir()
    with pytest.raises(EnvironmentProblemError, match=r"/branchlab\.toml cannot be read: Is a directory$"):
        open_workspace(str(repository.path))


def test_a_folder_that_is_gone_has_no_settings(tmp_path: Path) -> None:
    top = tmp_path / "file"
    top.touch()
    assert workspace_of(Repository(str(top), "/x", "/x", "gone/")).initialised is False


def test_a_repository_may_be_the_whole_file_system() -> None:
    assert Workspace(Repository("/", "/.git", "/.git"), "", Settings(), initialised=False).root == "/"
