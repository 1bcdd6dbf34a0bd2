"""The way to a command: help, errors, exit codes, colours, completion."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.cli.main import COMMANDS, load_command
from command_line import branchlab

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_that_parse(name: str, tmp_path: Path) -> None:
    command = load_command(name)
    assert command.EXAMPLES
    for line, what in command.EXAMPLES:
        assert line.startswith(f"branchlab {name}")
        assert what
    said = branchlab(tmp_path, name, "--help")
    assert said.code == 0
    assert said.err == ""
    assert "examples:" in said.out
    assert command.EXAMPLES[0][0] in said.out


def test_help_lists_every_command_and_fits_80_columns(tmp_path: Path) -> None:
    said = branchlab(tmp_path, "--help")
    assert said.code == 0
    assert all(f"  {name} " in said.out for name in COMMANDS)
    assert max(map(len, said.out.splitlines())) <= 80
    assert branchlab(tmp_path).out == said.out
    assert branchlab(tmp_path, "help", "run").out == branchlab(tmp_path, "run", "-h").out


def test_version_is_one_line(tmp_path: Path) -> None:
    from branchlab import __version__

    assert branchlab(tmp_path, "--version").out == f"branchlab {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("lss",), 2, "did you mean ls?"),
        (("\x1b[31mred",), 2, "\\x1b[31mred"),
        (("ls", "--no-such"), 2, "--no-such"),
        (("ls",), 3, "is not in a git repository"),
        (("new",), 2, "name"),
    ],
)
def test_mistakes_get_one_line_and_the_right_exit_code(
    tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    said = branchlab(tmp_path, *arguments)
    assert said.code == code
    assert words in said.err
    assert said.err.startswith("branchlab: error: ")
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_without_git_on_the_path_every_command_says_so(repository: ScratchRepository) -> None:
    said = branchlab(repository.path, "ls", PATH="/nowhere")
    assert said.code == 3
    assert "git is not on the PATH" in said.err


def test_bare_repositories_and_git_folders_are_refused(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.git("init", "-q", "--bare", str(tmp_path / "bare.git"))
    assert "is a bare repository" in branchlab(tmp_path / "bare.git", "ls").err
    assert "inside a .git directory" in branchlab(repository.path / ".git", "ls").err


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        (b"[project]\ncomand = 'x'\n", 2, "did you mean command?"),
        (b"[project\n", 5, "is not valid TOML"),
        (b"\xff\xfe", 5, "is not valid TOML"),
        (b"x" * (1 << 20) + b"xx", 5, "is larger than"),
        (b"[metrics.a]\nstrategy = 'constraint'\n", 2, "without a threshold"),
        (b"[naming]\npattern = 'exp'\n", 2, "{slug}"),
        (b"[record]\nmetrics = '../x'\n", 2, "leads out of the project"),
    ],
)
def test_broken_settings_are_named_with_their_place(
    repository: ScratchRepository, settings: bytes, code: int, words: str
) -> None:
    repository.write("branchlab.toml", settings)
    for command in (("ls",), ("run", "--", "true")):
        said = branchlab(repository.path, *command)
        assert said.code == code
        assert words in said.err
        assert said.err.count("\n") == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_is_a_script_the_shell_can_read(tmp_path: Path, shell: str) -> None:
    said = branchlab(tmp_path, "completion", shell)
    assert said.code == 0
    assert "reproduce" in said.out
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=said.out.encode(), check=True)


def test_bash_completes_commands_and_names(project: ScratchRepository) -> None:
    assert branchlab(project.path, "run", "-n", "first").code == 0
    script = branchlab(project.path, "completion", "bash").out
    ask = f"{script}\nCOMP_WORDS=(branchlab show exp); COMP_CWORD=2; _shtab_branchlab; echo ${{COMPREPLY[@]}}"
    done = subprocess.run(["bash", "-c", ask], cwd=project.path, capture_output=True, text=True, check=False)
    assert "exp/model/first" in done.stdout


def test_git_finds_the_command(repository: ScratchRepository) -> None:
    assert "branchlab" in repository.git("branchlab", "--version")


def test_a_closed_pipe_is_no_error(repository: ScratchRepository) -> None:
    import sys

    line = f"{sys.executable} -m branchlab.cli.main --help | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], cwd=repository.path, capture_output=True, check=False)
    assert done.stderr == b""
