"""Every kind of repository is found and told apart, from wherever the user stands."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import EnvironmentProblemError
from branchlab.git.process import GitError
from branchlab.git.repository import Repository, find_repository

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository


def test_the_top_of_a_repository(repository: ScratchRepository) -> None:
    top = str(repository.path)
    found = find_repository(top)
    assert found == Repository(top, f"{top}/.git", f"{top}/.git", "", "sha1", shallow=False)
    assert found.state_dir == f"{top}/.git/branchlab"


def test_a_repository_without_a_commit_is_found(make_repository: MakeRepository) -> None:
    scratch = make_repository(commit=False)
    assert find_repository(str(scratch.path)).top == str(scratch.path)


@pytest.mark.parametrize("below", ["a", "a/b c/d", "-f", "$(id)", "line\nfeed", "\udcff\u202e", ".branchlab"])
def test_the_callers_folder_is_the_prefix(repository: ScratchRepository, below: str) -> None:
    (repository.path / below).mkdir(parents=True)
    found = find_repository(str(repository.path / below))
    assert (found.top, found.prefix) == (str(repository.path), f"{below}/")


@pytest.mark.parametrize("name", ["with space", "line\nfeed", "\udcfe", "end\n"])
def test_the_repositorys_own_path_may_hold_anything(make_repository: MakeRepository, name: str) -> None:
    scratch = make_repository(name)
    (scratch.path / "sub").mkdir()
    found = find_repository(str(scratch.path / "sub"))
    assert (found.top, found.prefix) == (str(scratch.path), "sub/")
    assert (found.git_dir, found.object_format) == (f"{scratch.path}/.git", "sha1")


def test_a_symbolic_link_to_a_folder_of_the_repository(repository: ScratchRepository, tmp_path: Path) -> None:
    (repository.path / "a/b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(repository.path / "a/b")
    found = find_repository(str(tmp_path / "link"))
    assert (found.top, found.prefix) == (str(repository.path), "a/b/")


def test_a_linked_worktree_shares_the_common_directory(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    found = find_repository(str(tmp_path / "linked"))
    assert found.top == str(tmp_path / "linked")
    assert found.git_dir == f"{repository.path}/.git/worktrees/linked"
    assert found.state_dir == f"{repository.path}/.git/branchlab"


def test_a_submodule_is_a_repository_of_its_own(repository: ScratchRepository, make_repository: MakeRepository) -> None:
    repository.git("submodule", "--quiet", "add", str(make_repository("library").path), "lib")
    found = find_repository(str(repository.path / "lib"))
    assert (found.top, found.prefix) == (f"{repository.path}/lib", "")
    assert found.common_dir == f"{repository.path}/.git/modules/lib"


def test_a_separate_git_directory(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.git("init", "--quiet", f"--separate-git-dir={tmp_path / 'elsewhere'}")
    found = find_repository(str(repository.path))
    assert (found.top, found.git_dir) == (str(repository.path), str(tmp_path / "elsewhere"))


def test_sha256_is_told(tmp_path: Path, repository: ScratchRepository) -> None:
    repository.git("init", "--quiet", "--object-format=sha256", str(tmp_path / "new"))
    assert find_repository(str(tmp_path / "new")).object_format == "sha256"


def test_a_shallow_clone_is_told(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.commit("second")
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.path}", str(tmp_path / "shallow"))
    assert find_repository(str(tmp_path / "shallow")).shallow is True


def test_a_surrounding_hook_does_not_mislead(
    repository: ScratchRepository, make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repository("other")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    assert find_repository(str(repository.path)).git_dir == str(repository.path / ".git")


def test_outside_a_repository_the_place_and_the_remedy_are_named(tmp_path: Path) -> None:
    (tmp_path / "plain\x1b").mkdir()
    with pytest.raises(EnvironmentProblemError) as caught:
        find_repository(str(tmp_path / "plain\x1b"))
    assert caught.value.message == f"{tmp_path}/plain\\x1b is not in a git repository"
    assert caught.value.hint == "git init, then branchlab init"


def test_who_relies_on_git_dir_learns_what_to_write_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    with pytest.raises(EnvironmentProblemError) as caught:
        find_repository(str(tmp_path))
    assert "does not go by GIT_DIR" in caught.value.hint


def test_a_bare_repository_is_refused(make_repository: MakeRepository) -> None:
    scratch = make_repository(bare=True)
    with pytest.raises(EnvironmentProblemError, match=rf"^{scratch.path} is a bare repository$"):
        find_repository(str(scratch.path))


@pytest.mark.parametrize("below", [".git", ".git/refs/heads"])
def test_the_inside_of_a_git_directory_is_refused(repository: ScratchRepository, below: str) -> None:
    with pytest.raises(EnvironmentProblemError, match=r"is inside a \.git directory$"):
        find_repository(str(repository.path / below))


def test_a_repository_git_cannot_read_keeps_gits_words(repository: ScratchRepository) -> None:
    repository.git("config", "core.repositoryFormatVersion", "99")
    with pytest.raises(GitError, match="99"):
        find_repository(str(repository.path))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository away")
def test_a_repository_of_somebody_else_gets_the_remedy(repository: ScratchRepository) -> None:
    for path in (repository.path, repository.path / ".git"):
        os.chown(path, 4242, 4242)
    with pytest.raises(GitError) as caught:
        find_repository(str(repository.path))
    assert "safe.directory" in caught.value.hint
