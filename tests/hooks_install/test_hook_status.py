"""What `branchlab hooks status` sees: which hook runs from where, and what blocks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.workspace import open_workspace
from branchlab_hooks import setup
from branchlab_hooks.config_hooks import SINCE, git_version
from branchlab_hooks.status import HookState, Status, read_status
from branchlab_hooks.told import as_json, as_text

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

pytestmark = pytest.mark.usefixtures("bodies")


@pytest.fixture
def installed(repository: ScratchRepository) -> ScratchRepository:
    setup.install(open_workspace(str(repository.path)), (2, 39))
    return repository


def status(repository: ScratchRepository) -> Status:
    return read_status(open_workspace(str(repository.path)))


def hook(repository: ScratchRepository, event: str = "pre-commit") -> HookState:
    return next(hook for hook in status(repository).hooks if hook.event == event)


def file(repository: ScratchRepository, event: str = "pre-commit") -> Path:
    return repository.path / ".git" / "hooks" / event


def test_all_is_well_after_an_install(installed: ScratchRepository) -> None:
    seen = status(installed)
    assert seen.ready
    assert {hook.how for hook in seen.hooks} == {"file"}
    text = as_text(open_workspace(str(installed.path)).repository, seen)
    assert text.splitlines()[0] == "git looks for hooks in .git/hooks"
    assert "● pre-commit" in text
    assert "!" not in text
    assert as_json(seen)["ready"] is True
    assert {hook["state"] for hook in as_json(seen)["hooks"]} == {"ready"}


def test_without_an_install_each_hook_is_missing(repository: ScratchRepository) -> None:
    seen = status(repository)
    assert not seen.ready
    assert {hook.problem for hook in seen.hooks} == {"it is not installed"}
    assert {hook["state"] for hook in as_json(seen)["hooks"]} == {"missing"}
    assert not seen.drivers.ok


def test_looking_changes_nothing(installed: ScratchRepository) -> None:
    def look() -> dict[str, tuple[int, bytes]]:
        files = [path for path in (installed.path / ".git").rglob("*") if path.is_file()]
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = look()
    status(installed)
    assert look() == before


def test_a_hook_that_git_passes_over_is_named(installed: ScratchRepository) -> None:
    file(installed).chmod(0o644)
    assert hook(installed).problem == "it is not executable"


def test_a_hook_with_edits_of_somebody_is_named(installed: ScratchRepository) -> None:
    file(installed).write_text(file(installed).read_text() + "echo mine\n")
    assert "was changed by hand" in hook(installed).problem


def test_a_hook_of_another_version_is_named(installed: ScratchRepository, bodies: Path) -> None:
    (bodies / "pre-commit.sh").write_text("\n# a newer body\n")
    assert hook(installed).problem == "it is of another version of branchlab"
    assert hook(installed, "post-commit").problem == ""


def test_a_python_that_is_gone_is_named(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("sys.executable", str(tmp_path / "gone\x1b" / "python"))
        setup.install(open_workspace(str(repository.path)), (2, 39))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert hook(repository).problem == f"its Python {tmp_path}/gone\\x1b/python is gone"
    (tmp_path / "branchlab").write_text("#!/bin/sh\n")
    (tmp_path / "branchlab").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert hook(repository).problem.endswith("is gone; branchlab on the PATH does its work")


def test_a_hook_of_before_that_runs_first_is_named_and_whether_it_runs(repository: ScratchRepository) -> None:
    file(repository).write_text("#!/bin/sh\n")
    file(repository).chmod(0o755)
    setup.install(open_workspace(str(repository.path)), (2, 39))
    before = file(repository, "pre-commit.before-branchlab")
    assert (hook(repository).before, hook(repository).problem) == (str(before), "")
    before.chmod(0o644)
    assert hook(repository).problem == "the hook of before does not run: it is not executable"


def test_another_folder_of_hooks_is_named(installed: ScratchRepository, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    installed.git("config", "core.hooksPath", str(tmp_path / "elsewhere"))
    assert hook(installed).problem == "it lies in .git/hooks/pre-commit, but core.hooksPath leads elsewhere"
    installed.git("config", "core.hooksPath", "/dev/null")
    seen = status(installed)
    assert seen.problems[0][0] == "core.hooksPath is /dev/null, so git runs no hook files"
    assert not seen.ready


def test_where_nothing_is_installed_the_line_to_add_is_said(repository: ScratchRepository) -> None:
    repository.write(".githooks/pre-commit", "#!/bin/sh\n")
    repository.git("config", "core.hooksPath", ".githooks")
    repository.commit("hooks")
    line = 'let .githooks/post-commit call: branchlab hooks exec post-commit "$@"'
    git = git_version(open_workspace(str(repository.path)).repository)
    assert hook(repository, "post-commit").remedy == (line if git < SINCE else "branchlab hooks install")


def test_a_tool_that_put_it_away_is_named(installed: ScratchRepository) -> None:
    file(installed).rename(file(installed, "pre-commit.old"))
    file(installed).write_text("#!/bin/sh\ncall_lefthook run\n")
    assert hook(installed).problem == "lefthook has put it away"


def test_the_skip_variable_is_named(installed: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANCHLAB_SKIP", "1")
    assert status(installed).problems[0][1] == "unset BRANCHLAB_SKIP"


def test_a_hook_nobody_asks_for_any_more_is_named(repository: ScratchRepository) -> None:
    repository.write("branchlab.toml", "[naming]\nstrict = true\n")
    setup.install(open_workspace(str(repository.path)), (2, 39))
    assert status(repository).ready
    repository.write("branchlab.toml", "[naming]\n")
    assert hook(repository, "reference-transaction").problem == "the settings do not ask for it any more"


def test_husky_that_is_switched_off_blocks_a_line_in_its_hooks(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.git("config", "core.hooksPath", ".husky/_")
    repository.write(".husky/_/.gitignore", "*")
    repository.write(".husky/_/pre-commit", '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n').chmod(0o755)
    repository.write(".husky/pre-commit", 'branchlab hooks exec pre-commit "$@"\n')
    assert hook(repository) == HookState(
        "pre-commit", "line", str(repository.path / ".husky" / "pre-commit"), by="husky"
    )
    monkeypatch.setenv("HUSKY", "0")
    assert hook(repository).problem == "HUSKY=0 switches husky off"
    monkeypatch.delenv("HUSKY")
    (repository.path / ".husky" / "_" / "pre-commit").chmod(0o644)
    assert hook(repository).problem == "it is not executable"


@pytest.mark.parametrize("key", ["hook.branchlab-pre-commit.enabled", "hook.pre-commit.enabled"])
@pytest.mark.parametrize("scope", ["--local", "--global"])
def test_a_key_that_switches_a_hook_of_the_configuration_off_is_named(
    repository: ScratchRepository, key: str, scope: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    repository.write(".githooks/x", "")
    repository.git("config", "core.hooksPath", ".githooks")
    setup.install(open_workspace(str(repository.path)), (2, 54))
    repository.git("config", scope, key, "false")
    assert hook(repository).how == "config"
    assert hook(repository).problem == f"{key} switches it off"


def test_what_is_in_the_configuration_takes_a_git_that_reads_it(repository: ScratchRepository) -> None:
    repository.write(".githooks/x", "")
    repository.git("config", "core.hooksPath", ".githooks")
    setup.install(open_workspace(str(repository.path)), (2, 54))
    seen = hook(repository)
    assert seen.path == str(repository.path / ".git" / "branchlab" / "hooks" / "run" / "pre-commit")
    new = tuple(map(int, repository.git("version").split()[2].split(".")[:2])) >= (2, 54)
    assert seen.problem == ("" if new else "this git is older than 2.54 and does not look there")


def test_names_that_need_no_check_are_counted(installed: ScratchRepository) -> None:
    installed.write(".git/branchlab/hooks/accepted", "main\tbranchlab.toml\nexp/model/a\tbranchlab.toml\n")
    assert status(installed).accepted == 2
