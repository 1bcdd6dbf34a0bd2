"""Hooks beside the tools that manage hooks: the real pre-commit framework, and the files that others write."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchlab.git.repository import find_repository
from branchlab.workspace import open_workspace
from branchlab_hooks import setup

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

pytestmark = pytest.mark.usefixtures("bodies")

FRAMEWORK = Path(sys.executable).with_name("pre-commit")
CONFIG = """\
repos:
  - repo: local
    hooks:
      - {id: other, name: other, entry: sh -c 'echo other >>.git/order', language: system, always_run: true}
"""
HUSKY = '#!/usr/bin/env sh\n. "$(dirname "$0")/h"'
HUSKY_H = """\
n=$(basename "$0")
s=$(dirname "$(dirname "$0")")/$n
[ ! -f "$s" ] && exit 0
[ "${HUSKY-}" = "0" ] && exit 0
sh -e "$s" "$@"
c=$?
exit $c
"""


def install(repository: ScratchRepository, version: tuple[int, int] = (2, 39)) -> setup.Outcome:
    return setup.install(open_workspace(str(repository.path)), version)


def uninstall(repository: ScratchRepository) -> None:
    setup.uninstall(find_repository(str(repository.path)))


def order(repository: ScratchRepository) -> list[str]:
    """Commits, and returns who took part in pre-commit."""
    path = repository.path / ".git" / "order"
    path.unlink(missing_ok=True)
    repository.git("commit", "--quiet", "--allow-empty", "--message", "x")
    return path.read_text().split() if path.exists() else []


def hooks(repository: ScratchRepository, folder: str = ".git/hooks") -> dict[str, bytes]:
    files = (repository.path / folder).iterdir()
    return {path.name: path.read_bytes() for path in files if path.name.startswith("pre-commit") and path.suffix == ""}


@pytest.fixture
def framework(repository: ScratchRepository, bodies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pre-commit framework with one local hook; ours and theirs write their names to `.git/order`."""
    if not FRAMEWORK.exists():
        pytest.skip("the pre-commit framework is not installed")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit-home"))
    (bodies / "pre-commit.sh").write_text('\necho ours >>"$common_dir/order"\n')
    repository.commit("config", **{".pre-commit-config.yaml": CONFIG})
    return repository.path


def pre_commit(folder: Path, *arguments: str) -> None:
    subprocess.run([FRAMEWORK, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


def test_we_come_after_the_framework_when_it_was_first(repository: ScratchRepository, framework: Path) -> None:
    pre_commit(framework, "install")
    before = hooks(repository)
    install(repository)
    assert order(repository) == ["other", "ours"]
    uninstall(repository)
    assert hooks(repository) == before
    assert order(repository) == ["other"]


def test_the_framework_runs_us_when_we_were_first(repository: ScratchRepository, framework: Path) -> None:
    install(repository)
    pre_commit(framework, "install")
    assert order(repository) == ["ours", "other"]
    assert install(repository).done == []
    assert order(repository) == ["ours", "other"]
    uninstall(repository)
    assert list(hooks(repository)) == ["pre-commit"]
    assert order(repository) == ["other"]


def test_the_framework_that_overwrote_us_is_put_first(repository: ScratchRepository, framework: Path) -> None:
    install(repository)
    pre_commit(framework, "install", "--overwrite")
    assert order(repository) == ["other"]
    install(repository)
    assert order(repository) == ["other", "ours"]


@pytest.fixture
def husky(repository: ScratchRepository, bodies: Path) -> ScratchRepository:
    """A repository as husky 9 leaves it."""
    (bodies / "pre-commit.sh").write_text('\necho ours >>"$common_dir/order"\n')
    repository.write(".husky/_/.gitignore", "*")
    repository.write(".husky/_/h", HUSKY_H)
    repository.write(".husky/_/pre-commit", HUSKY).chmod(0o755)
    repository.git("config", "core.hooksPath", ".husky/_")
    repository.commit("husky", **{".husky/pre-commit": "echo husky $(basename $0) >>.git/order\n"})
    return repository


def test_hooks_of_husky_keep_their_name_and_we_tell_that_it_writes_anew(husky: ScratchRepository) -> None:
    before = hooks(husky, ".husky/_")
    outcome = install(husky)
    assert "husky writes .husky/_ anew at times" in outcome.notes[-1]
    line = 'let .husky/pre-commit call: branchlab hooks exec pre-commit "$@"'
    assert f"{line}, and prepare-commit-msg, commit-msg, post-commit, " in outcome.notes[-1]
    assert order(husky) == ["husky", "pre-commit", "ours"]
    assert husky.git("status", "--porcelain") == ""
    uninstall(husky)
    assert hooks(husky, ".husky/_") == before


def test_a_tool_that_nobody_knows_has_no_name_in_the_words(repository: ScratchRepository) -> None:
    repository.write("written/.gitignore", "*")
    repository.git("config", "core.hooksPath", "written")
    assert install(repository).notes[-1].startswith("a tool writes written anew at times")


def test_husky_that_wrote_its_files_anew_is_put_first_again(husky: ScratchRepository) -> None:
    install(husky)
    husky.write(".husky/_/pre-commit", HUSKY).chmod(0o755)
    assert order(husky) == ["husky", "pre-commit"]
    install(husky)
    assert order(husky) == ["husky", "pre-commit", "ours"]
    assert sorted(hooks(husky, ".husky/_")) == ["pre-commit"]
    assert not list((husky.path / ".husky" / "_").glob("*.before-branchlab.*"))


def test_a_line_in_the_hook_of_the_project_is_all_husky_needs(husky: ScratchRepository) -> None:
    install(husky)
    husky.write(".husky/pre-commit", 'branchlab hooks exec pre-commit "$@"\n')
    assert any(text.startswith("removed pre-commit") for text in install(husky).done)
    assert hooks(husky, ".husky/_") == {"pre-commit": HUSKY.encode()}


def test_a_newer_git_needs_no_place_among_the_files_of_husky(husky: ScratchRepository) -> None:
    before = hooks(husky, ".husky/_")
    assert install(husky, (2, 54)).notes == []
    assert hooks(husky, ".husky/_") == before


@pytest.mark.parametrize("name", ["lefthook.yml", ".lefthook.toml", ".config/lefthook-local.json"])
def test_lefthook_is_put_first_and_told_from_its_files(repository: ScratchRepository, name: str) -> None:
    repository.write(
        ".git/hooks/pre-commit", '#!/bin/sh\ncall_lefthook() { :; }\ncall_lefthook run "pre-commit" "$@"\n'
    )
    (repository.path / ".git" / "hooks" / "pre-commit").chmod(0o755)
    outcome = install(repository)
    assert "let lefthook.yml call: branchlab hooks exec pre-commit {0}" in outcome.notes[-1]
    assert install(repository).notes == outcome.notes[-1:]
    repository.write(name, "run: branchlab hooks exec pre-commit {0}\n")
    assert install(repository).done == ["removed pre-commit in .git/hooks"]
    assert list(hooks(repository)) == ["pre-commit"]


def test_overcommit_goes_by_the_names_of_its_files_so_they_stay(repository: ScratchRepository) -> None:
    repository.write(".git/hooks/pre-commit", "#!/usr/bin/env ruby\nrequire 'overcommit'\n").chmod(0o755)
    before = hooks(repository)
    ((what, remedy),) = install(repository).problems
    assert "overcommit" in what
    assert "git 2.54" in remedy
    assert hooks(repository) == before
    assert install(repository, (2, 54)).problems == []
    assert os.access(repository.path / ".git" / "hooks" / "pre-commit", os.X_OK)
