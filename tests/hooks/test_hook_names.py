"""The name check of the hooks, its memory, and the shell function that reads it without a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

import branchlab_hooks
from branchlab.errors import UsageError
from branchlab.workspace import open_workspace
from branchlab_hooks.names import Refusal, accepted_file, check_branch

if TYPE_CHECKING:
    from conftest import MakeRepository
    from scratch_repository import ScratchRepository

NAMES_SH = f"{branchlab_hooks.__path__[0]}/sh/names.sh"
SHELLS = [shell for shell in ("sh", "dash", "bash", "busybox") if shutil.which(shell)]
PATTERN = '[naming]\npattern = "{pattern}"\n'


def _settle(repository: ScratchRepository, path: str, text: str = "") -> None:
    """Writes settings as they are some time after somebody wrote them."""
    then = time.time() - 60
    os.utime(repository.write(path, text), (then, then))


def _check(repository: ScratchRepository, branch: str) -> Refusal | None:
    return check_branch(open_workspace(str(repository.path)), branch)


def _known(repository: ScratchRepository, branch: str, shell: str = "sh") -> bool:
    git_dir = repository.git("rev-parse", "--git-dir")
    script = f'set -f; git_dir=$1; branch=$2; . "{NAMES_SH}"; PATH=; name_is_known'
    command = [*([shell, "sh"] if shell == "busybox" else [shell]), "-c", script, "hook", git_dir, branch]
    done = subprocess.run(command, cwd=repository.path, capture_output=True, check=False)
    assert done.stderr == b""
    return done.returncode == 0


@pytest.fixture
def settled(repository: ScratchRepository) -> ScratchRepository:
    """A repository whose settings have been there for a while."""
    _settle(repository, "branchlab.toml", '[project]\nbaseline = "develop"\n')
    return repository


@pytest.mark.parametrize("branch", ["exp/model/wider", "main", "release/1.2", "develop"])
def test_experiments_exempt_branches_and_the_baseline_keep_their_names(settled: ScratchRepository, branch: str) -> None:
    assert _check(settled, branch) is None


def test_a_refusal_says_why_and_its_command_renames(settled: ScratchRepository) -> None:
    settled.git("branch", "My_wide-net's")
    refused = _check(settled, "My_wide-net's")
    assert refused is not None
    assert refused.message == (
        "My_wide-net's is no name for an experiment: it does not follow exp/{type}/{slug}. "
        "The nearest good one is exp/model/my-wide-net-s"
    )
    subprocess.run(["sh", "-ec", refused.command], cwd=settled.path, check=True)
    assert "exp/model/my-wide-net-s" in settled.git("branch", "--list", "exp/*")
    assert refused.command in refused.error.hint


def test_the_nearest_name_is_free(settled: ScratchRepository) -> None:
    settled.git("branch", "exp/model/wider")
    refused = _check(settled, "wider")
    assert refused is not None
    assert refused.nearest == "exp/model/wider-2"


@pytest.mark.parametrize("name", ["exp", "HEAD"])
def test_a_branch_in_the_way_of_its_nearest_name_can_be_renamed(settled: ScratchRepository, name: str) -> None:
    settled.git("update-ref", f"refs/heads/{name}", "HEAD")
    refused = _check(settled, name)
    assert refused is not None
    subprocess.run(["sh", "-ec", refused.command], cwd=settled.path, check=True)


def test_a_branch_without_a_commit_can_be_renamed(make_repository: MakeRepository) -> None:
    unborn = make_repository("unborn", commit=False)
    unborn.git("symbolic-ref", "HEAD", "refs/heads/wip")
    _settle(unborn, "branchlab.toml")
    refused = _check(unborn, "wip")
    assert refused is not None
    subprocess.run(["sh", "-ec", refused.command], cwd=unborn.path, check=True)
    assert unborn.git("symbolic-ref", "--short", "HEAD") == "exp/model/wip"


def test_a_name_that_is_good_for_one_project_of_several_is_good(repository: ScratchRepository) -> None:
    _settle(repository, "branchlab.toml", PATTERN.format(pattern="top/{slug}"))
    _settle(repository, "sub/dir/branchlab.toml", PATTERN.format(pattern="sub/{slug}"))
    repository.git("add", ".")
    assert _check(repository, "sub/x") is None
    assert _check(repository, "top/x") is None
    refused = _check(repository, "other")
    assert refused is not None
    assert refused.nearest == "top/other"
    assert _known(repository, "sub/x")


def test_without_a_project_there_is_no_rule(repository: ScratchRepository) -> None:
    assert _check(repository, "whatever") is None
    assert not _known(repository, "whatever")


def test_broken_settings_of_another_project_are_no_trouble_to_a_good_name(settled: ScratchRepository) -> None:
    _settle(settled, "examples/branchlab.toml", "[naming]\npattern = 3\n")
    settled.git("add", ".")
    assert _check(settled, "exp/model/x") is None
    with pytest.raises(UsageError, match=r"examples/branchlab\.toml"):
        _check(settled, "wip")


@pytest.mark.parametrize("shell", SHELLS)
def test_an_accepted_name_is_known_to_the_shell_without_a_process(settled: ScratchRepository, shell: str) -> None:
    assert not _known(settled, "exp/model/a", shell)
    _check(settled, "exp/model/a")
    _check(settled, "exp/model/b")
    _check(settled, "wip")
    known = [_known(settled, name, shell) for name in ("exp/model/a", "exp/model/b", "exp/model/", "wip", "")]
    assert known == [True, True, False, False, False]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_known_name_is_asked_for_again_once_settings_change(settled: ScratchRepository, shell: str) -> None:
    _check(settled, "exp/model/a")
    settled.write("branchlab.toml", PATTERN.format(pattern="other/{slug}"))
    assert not _known(settled, "exp/model/a", shell)
    assert _check(settled, "exp/model/a") is not None
    an_hour_ago = time.time() - 3600
    os.utime(settled.path / ".git/branchlab/hooks/accepted", (an_hour_ago, an_hour_ago))
    _settle(settled, "branchlab.toml", PATTERN.format(pattern="other/{slug}"))
    assert _check(settled, "other/x") is None
    assert _known(settled, "other/x", shell)
    assert not _known(settled, "exp/model/a", shell)


def test_a_known_name_is_asked_for_again_once_settings_are_gone(settled: ScratchRepository) -> None:
    _check(settled, "exp/model/a")
    (settled.path / "branchlab.toml").unlink()
    assert not _known(settled, "exp/model/a")


def test_settings_of_this_moment_are_not_relied_on(repository: ScratchRepository) -> None:
    repository.write("branchlab.toml", "")
    assert _check(repository, "exp/model/a") is None
    assert not _known(repository, "exp/model/a")


def test_each_working_tree_remembers_for_its_own_settings(settled: ScratchRepository) -> None:
    settled.commit("settings")
    settled.git("worktree", "add", "-q", "-b", "exp/model/a", "../other")
    other = settled._replace(path=settled.path.parent / "other")
    _settle(other, "branchlab.toml")
    _check(other, "exp/model/a")
    assert (_known(other, "exp/model/a"), _known(settled, "exp/model/a")) == (True, False)


def test_the_memory_is_bounded_and_damage_costs_nothing(settled: ScratchRepository) -> None:
    _check(settled, "exp/model/first")
    path = accepted_file(open_workspace(str(settled.path)).repository.git_dir)
    line = "exp/model/{}\tbranchlab.toml\n"
    with open(path, "ab") as file:
        file.write(b"\xff\xfe no tab\n\t\n" + "".join(line.format(number) for number in range(300)).encode())
    _check(settled, "exp/model/new")
    with open(path, encoding="utf-8") as file:
        lines = file.readlines()
    assert len(lines) == 200
    assert lines[-2:] == [line.format(299), line.format("new")]
    assert _known(settled, "exp/model/new")


def test_a_memory_that_cannot_be_written_refuses_nothing(settled: ScratchRepository) -> None:
    (settled.path / ".git/branchlab").write_text("in the way")
    assert _check(settled, "exp/model/a") is None
