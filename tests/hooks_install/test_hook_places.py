"""Where hooks go: each kind of folder, each version of git, and what the user is told."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.git.repository import find_repository
from branchlab.workspace import open_workspace
from branchlab_hooks import setup
from branchlab_hooks.config_hooks import SINCE, git_version
from branchlab_hooks.events import EVENTS
from branchlab_hooks.places import find_place
from branchlab_hooks.setup import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

OLD = (2, 39)
NEW = SINCE

pytestmark = pytest.mark.usefixtures("bodies")


def install(repository: ScratchRepository, version: tuple[int, int] = OLD, folder: str = "") -> Outcome:
    return setup.install(open_workspace(str(repository.path / folder)), version)


def uninstall(repository: ScratchRepository) -> Outcome:
    return setup.uninstall(find_repository(str(repository.path)))


def kind(repository: ScratchRepository) -> str:
    return find_place(find_repository(str(repository.path))).kind


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".sample")


def tree(folder: Path) -> dict[str, bytes]:
    """Returns every file of a folder but for what branchlab keeps for itself."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "branchlab" not in path.relative_to(folder).parts
    }


def ran(repository: ScratchRepository) -> list[str]:
    """Returns the hooks that ran, once each."""
    told = repository.path / ".git" / "told"
    lines = told.read_text().splitlines() if told.exists() else []
    told.unlink(missing_ok=True)
    return [line.removeprefix("event=") for line in lines if line.startswith("event=")]


def commit(repository: ScratchRepository) -> list[str]:
    ran(repository)
    repository.git("commit", "--quiet", "--allow-empty", "--message", "x")
    return ran(repository)


COMMIT = [name for name in ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit") if name in EVENTS]


@pytest.mark.parametrize("version", [OLD, NEW])
def test_the_folder_of_the_repository_gets_files_whatever_git_can(
    repository: ScratchRepository, version: tuple[int, int]
) -> None:
    git_dir = repository.path / ".git"
    before = tree(git_dir / "hooks"), (git_dir / "config").read_bytes()
    outcome = install(repository, version)
    assert not outcome.problems
    assert not outcome.notes
    assert files(git_dir / "hooks") == sorted(set(EVENTS) - {"reference-transaction"})
    assert commit(repository) == COMMIT
    assert install(repository, version).done == []
    uninstall(repository)
    assert (tree(git_dir / "hooks"), (git_dir / "config").read_bytes()) == before
    assert uninstall(repository) == Outcome([], [], [])


def test_an_install_from_a_linked_worktree_serves_all_of_them(repository: ScratchRepository) -> None:
    repository.git("worktree", "add", "--quiet", "-b", "side", "../side")
    (repository.path.parent / "side" / "deep").mkdir()
    workspace = open_workspace(str(repository.path.parent / "side" / "deep"))
    setup.install(workspace, OLD)
    assert commit(repository) == COMMIT
    repository.git("-C", "../side", "commit", "--quiet", "--allow-empty", "--message", "x")
    assert ran(repository) == COMMIT


def test_a_submodule_has_hooks_of_its_own(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.git("clone", "--quiet", ".", str(tmp_path / "part"))
    repository.git("submodule", "--quiet", "add", "../part", "libs/part")
    inner = type(repository)(repository.path / "libs" / "part")
    install(inner)
    inner.git("commit", "--quiet", "--allow-empty", "--message", "x")
    told = repository.path / ".git" / "modules" / "libs" / "part" / "told"
    assert [line for line in told.read_text().splitlines() if "event" in line] == [f"event={name}" for name in COMMIT]
    assert "git_dir=../../.git/modules/libs/part" in told.read_text() or "git_dir=/" in told.read_text()
    assert commit(repository) == []
    uninstall(inner)
    assert files(told.parent / "hooks") == []


def test_a_repository_without_a_folder_of_hooks_gets_one(tmp_path: Path, repository: ScratchRepository) -> None:
    repository.git("init", "--quiet", "--template=", str(tmp_path / "bare of hooks"))
    bare = type(repository)(tmp_path / "bare of hooks")
    assert not (bare.path / ".git" / "hooks").exists()
    install(bare)
    assert commit(bare) == COMMIT


def test_a_folder_named_by_this_repository_outside_of_it_is_ours_to_write_to(
    repository: ScratchRepository, tmp_path: Path
) -> None:
    (tmp_path / "its hooks").mkdir()
    repository.git("config", "core.hooksPath", str(tmp_path / "its hooks"))
    assert kind(repository) == "own"
    install(repository)
    assert {"pre-commit", "pre-push"} <= set(files(tmp_path / "its hooks"))
    assert commit(repository) == COMMIT
    uninstall(repository)
    assert files(tmp_path / "its hooks") == []


@pytest.fixture
def tracked(repository: ScratchRepository) -> ScratchRepository:
    """Hooks that are part of the project."""
    path = repository.write(".githooks/pre-commit", "#!/bin/sh\n# the project's\n")
    path.chmod(0o755)
    repository.git("config", "core.hooksPath", ".githooks")
    repository.commit("hooks")
    return repository


def test_hooks_that_are_part_of_the_project_are_not_touched_and_the_lines_to_add_are_said(
    tracked: ScratchRepository,
) -> None:
    before = tree(tracked.path / ".githooks")
    assert kind(tracked) == "tracked"
    outcome = install(tracked)
    assert tree(tracked.path / ".githooks") == before
    ((what, remedy),) = outcome.problems
    assert what.startswith("core.hooksPath is .githooks, which is part of the project")
    assert '\n    .githooks/pre-push:  branchlab hooks exec pre-push "$@"' in what
    assert "git 2.54" in remedy
    assert tracked.git("status", "--porcelain") == ""


def test_a_line_of_the_project_is_enough_and_nothing_runs_twice(tracked: ScratchRepository) -> None:
    install(tracked, NEW)
    for event in ("pre-commit", "prepare-commit-msg"):
        tracked.write(f".githooks/{event}", f'#!/bin/sh\nbranchlab hooks exec {event} "$@"\n').chmod(0o755)
    tracked.write(".githooks/post-commit", "#!/bin/sh\n# branchlab hooks exec post-commit\n").chmod(0o755)
    outcome = install(tracked, NEW)
    assert outcome.done == ["removed pre-commit, prepare-commit-msg in git's configuration"]
    config = tracked.git("config", "--local", "--list")
    assert "hook.branchlab-pre-commit" not in config
    assert "hook.branchlab-post-commit.event=post-commit" in config


def test_a_newer_git_has_hooks_beside_those_of_the_project(tracked: ScratchRepository) -> None:
    config = (tracked.path / ".git" / "config").read_bytes()
    before = tree(tracked.path / ".githooks")
    assert install(tracked, NEW).problems == []
    assert tree(tracked.path / ".githooks") == before
    assert tracked.git("config", "hook.branchlab-pre-push.event") == "pre-push"
    assert install(tracked, NEW) == Outcome([], [], [])
    command = tracked.git("config", "hook.branchlab-prepare-commit-msg.command")
    subprocess.run(["sh", "-c", f'{command} "$@"', command, "the message", "x"], cwd=tracked.path, check=True)
    told = (tracked.path / ".git" / "told").read_text()
    assert "event=prepare-commit-msg\n" in told
    assert told.endswith("argument=the message\nargument=x\n.\n")
    uninstall(tracked)
    assert (tracked.path / ".git" / "config").read_bytes() == config


def test_a_hook_in_the_configuration_whose_file_is_gone_blocks_nothing(tracked: ScratchRepository) -> None:
    install(tracked, NEW)
    command = tracked.git("config", "hook.branchlab-pre-commit.command")
    (tracked.path / ".git" / "branchlab" / "hooks" / "run" / "pre-commit").unlink()
    done = subprocess.run(["sh", "-c", command], cwd=tracked.path, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_git_that_has_them_runs_the_hooks_of_its_configuration(tracked: ScratchRepository) -> None:
    if git_version(find_repository(str(tracked.path))) < SINCE:
        pytest.skip("takes git 2.54")
    install(tracked, NEW)
    assert commit(tracked) == COMMIT
    tracked.git("worktree", "add", "--quiet", "-b", "side", "../side")
    ran(tracked)
    tracked.git("-C", "../side", "commit", "--quiet", "--allow-empty", "--message", "x")
    assert ran(tracked) == COMMIT


def test_a_working_tree_may_have_a_folder_of_its_own(repository: ScratchRepository, tmp_path: Path) -> None:
    (tmp_path / "its hooks").mkdir()
    repository.git("config", "extensions.worktreeConfig", "true")
    repository.git("config", "--worktree", "core.hooksPath", str(tmp_path / "its hooks"))
    assert kind(repository) == "own"
    install(repository)
    assert "pre-commit" in files(tmp_path / "its hooks")


def test_a_line_in_the_hook_of_before_is_enough_too(repository: ScratchRepository) -> None:
    path = repository.write(".git/hooks/pre-commit", "#!/bin/sh\nbranchlab hooks exec pre-commit-later\n")
    path.chmod(0o755)
    install(repository)
    before = repository.path / ".git" / "hooks" / "pre-commit.before-branchlab"
    before.write_text('#!/bin/sh\nbranchlab hooks exec pre-commit "$@"\n')
    content = before.read_bytes()
    assert any(text.startswith("removed pre-commit") for text in install(repository).done)
    assert path.read_bytes() == content
    assert not before.exists()


def test_hooks_of_all_repositories_are_not_touched(
    repository: ScratchRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "everybody").mkdir()
    config = tmp_path / "gitconfig"
    config.write_text(f"[user]\nname=A\nemail=a@example.org\n[core]\nhooksPath = {tmp_path}/everybody\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    assert kind(repository) == "shared"
    ((what, remedy),) = install(repository).problems
    assert "(in the global configuration), which serves other repositories too" in what
    assert f"git config core.hooksPath {repository.path}/.git/hooks" in remedy
    assert files(tmp_path / "everybody") == []
    assert install(repository, NEW).problems == []
    assert files(tmp_path / "everybody") == []
    repository.git("config", "core.hooksPath", f"{repository.path}/.git/hooks")
    assert kind(repository) == "own"
    assert install(repository, NEW).problems == []
    assert commit(repository) == COMMIT


def test_hooks_that_are_switched_off_are_said_to_be(repository: ScratchRepository) -> None:
    repository.git("config", "core.hooksPath", "/dev/null")
    for version in (OLD, NEW):
        outcome = install(repository, version)
        expected = "core.hooksPath is /dev/null, so git runs no hook files"
        assert outcome.problems == [(expected, "git config --local --unset core.hooksPath")]
    assert uninstall(repository).problems == []


def test_what_was_installed_before_the_folder_changed_is_removed_too(
    repository: ScratchRepository, tmp_path: Path
) -> None:
    install(repository)
    (tmp_path / "other").mkdir()
    repository.git("config", "core.hooksPath", str(tmp_path / "other"))
    install(repository)
    uninstall(repository)
    assert files(repository.path / ".git" / "hooks") == files(tmp_path / "other") == []


def test_a_link_into_the_project_counts_as_the_project(repository: ScratchRepository) -> None:
    repository.write("tools/hooks/pre-commit", "#!/bin/sh\n").chmod(0o755)
    repository.commit("hooks")
    os.rename(repository.path / ".git" / "hooks", repository.path / ".git" / "hooks.away")
    (repository.path / ".git" / "hooks").symlink_to("../tools/hooks")
    assert kind(repository) == "tracked"
    install(repository)
    assert repository.git("status", "--porcelain") == ""


def test_a_strict_rule_has_one_more_hook_and_loses_it_again(repository: ScratchRepository) -> None:
    install(repository)
    assert "reference-transaction" not in files(repository.path / ".git" / "hooks")
    repository.write("branchlab.toml", "[naming]\nstrict = true\n")
    assert install(repository).done == ["installed reference-transaction in .git/hooks"]
    repository.write("branchlab.toml", "[naming]\nstrict = false\n")
    assert install(repository).done == ["removed reference-transaction in .git/hooks"]
    assert "reference-transaction" not in files(repository.path / ".git" / "hooks")


def test_hooks_go_without_reading_broken_settings(repository: ScratchRepository) -> None:
    install(repository)
    repository.write("branchlab.toml", "[naming\n")
    assert uninstall(repository).problems == []
    assert files(repository.path / ".git" / "hooks") == []
