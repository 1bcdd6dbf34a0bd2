"""`branchlab hooks` and `branchlab init` as their users type them, with the hooks as they are."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

from command_line import branchlab

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository


def files(repository: ScratchRepository) -> set[str]:
    return {path.name for path in (repository.path / ".git" / "hooks").iterdir() if path.suffix != ".sample"}


def commit(repository: ScratchRepository, folder: str = ".") -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", folder, "commit", "--allow-empty", "--quiet", "--message", "x"]
    return subprocess.run(command, cwd=repository.path, capture_output=True, check=False, timeout=60)


def test_install_status_and_uninstall_from_a_deep_folder_of_an_empty_repository(
    make_repository: MakeRepository,
) -> None:
    repository = make_repository(commit=False)
    config = (repository.path / ".git" / "config").read_bytes()
    deep = repository.path / "a" / "b"
    deep.mkdir(parents=True)
    said = branchlab(deep, "hooks", "install")
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("branchlab: installed pre-commit, ")
    assert "pre-commit" in files(repository)
    assert branchlab(deep, "hooks", "install").err == "branchlab: everything was there already\n"
    status = branchlab(deep, "hooks", "status")
    assert (status.code, status.err) == (0, "")
    assert status.out.startswith("git looks for hooks in .git/hooks\n● pre-commit")
    state = json.loads(branchlab(deep, "hooks", "status", "--json").out)
    assert state["ready"] is True
    assert state["hooks"][0]["path"] == str(repository.path / ".git" / "hooks" / "pre-commit")
    assert commit(repository, "a/b").returncode == 0
    assert branchlab(deep, "hooks", "uninstall").code == 0
    assert files(repository) == set()
    assert (repository.path / ".git" / "config").read_bytes() == config
    assert branchlab(deep, "hooks", "uninstall").err == "branchlab: there was no hook of branchlab\n"
    assert branchlab(deep, "hooks", "status").code == 1


def test_an_edited_hook_is_a_failure_that_says_what_to_do(repository: ScratchRepository) -> None:
    branchlab(repository.path, "hooks", "install")
    with (repository.path / ".git" / "hooks" / "pre-commit").open("a") as file:
        file.write("echo mine\n")
    said = branchlab(repository.path, "hooks", "uninstall")
    assert said.code == 1
    assert "branchlab: error: .git/hooks/pre-commit was changed by hand" in said.err
    assert files(repository) == {"pre-commit"}


def test_outside_of_a_working_tree_nothing_is_done(
    tmp_path: Path, make_repository: MakeRepository, repository: ScratchRepository
) -> None:
    (tmp_path / "nowhere").mkdir()
    bare = make_repository("bare", bare=True)
    for folder in (tmp_path / "nowhere", bare.path, repository.path / ".git"):
        for action in ("install", "uninstall", "status"):
            said = branchlab(folder, "hooks", action)
            assert said.code == 3, said.err
            assert said.err.count("\n") == 1
    assert files(repository) == set()


def test_a_wrong_line_is_a_usage_error(repository: ScratchRepository) -> None:
    for line in ([], ["reinstall"], ["install", "x"], ["status", "--yaml"], ["exec"], ["exec", "update"]):
        said = branchlab(repository.path, "hooks", *line)
        assert said.code == 2, line
        assert said.err.startswith("branchlab: error: ")
        assert said.err.count("\n") == 1
    assert files(repository) == set()


def test_broken_settings_are_named_by_install_and_do_not_stop_uninstall(repository: ScratchRepository) -> None:
    branchlab(repository.path, "hooks", "install")
    repository.write("branchlab.toml", "[naming\n")
    said = branchlab(repository.path, "hooks", "install")
    assert said.code == 5
    assert "branchlab.toml" in said.err
    assert branchlab(repository.path, "hooks", "uninstall").code == 0
    assert files(repository) == set()


def test_exec_is_the_whole_hook_for_a_hook_file_of_the_project(project: ScratchRepository) -> None:
    project.write(".githooks/pre-commit", '#!/bin/sh\nexec branchlab hooks exec pre-commit "$@"\n').chmod(0o755)
    project.git("config", "core.hooksPath", ".githooks")
    assert commit(project).returncode == 0
    project.git("switch", "--quiet", "--create", "Not Good".replace(" ", "-"))
    refused = commit(project)
    assert refused.returncode == 1
    assert b"Not-Good is no name for an experiment" in refused.stderr
    (project.path / "deep").mkdir()
    assert branchlab(project.path / "deep", "hooks", "exec", "pre-commit").code == 1
    assert branchlab(project.path, "hooks", "exec", "--module", "pre-commit").code == 1
    assert branchlab(project.path, "hooks", "exec", "pre-commit", BRANCHLAB_SKIP="1").code == 0


def test_init_installs_the_hooks_unless_told_not_to(repository: ScratchRepository) -> None:
    said = branchlab(repository.path, "init", "--no-dvc", "--no-hooks")
    assert (said.code, files(repository)) == (0, set())
    assert "told git how to merge and show records" in said.err
    said = branchlab(repository.path, "init", "--no-dvc")
    assert (said.code, "pre-commit" in files(repository)) == (0, True)
    assert branchlab(repository.path, "init", "--no-dvc").err == "branchlab: everything was there already\n"


def test_init_makes_the_rest_ready_where_hooks_cannot_be(repository: ScratchRepository) -> None:
    repository.git("config", "core.hooksPath", "/dev/null")
    said = branchlab(repository.path, "init", "--no-dvc")
    assert said.code == 0
    assert "hint: git config --local --unset core.hooksPath" in said.err
    assert (repository.path / "branchlab.toml").exists()


def test_a_file_in_the_place_of_the_folder_is_named(repository: ScratchRepository) -> None:
    shutil.rmtree(repository.path / ".git" / "hooks")
    repository.write(".git/hooks", "mine")
    for action in ("install", "status"):
        said = branchlab(repository.path, "hooks", action)
        assert said.code == 1
        assert ".git/hooks is no folder, so git runs no hook files. hint: move it away" in said.err + said.out
    assert branchlab(repository.path, "hooks", "uninstall").code == 0
    assert (repository.path / ".git" / "hooks").read_text() == "mine"
