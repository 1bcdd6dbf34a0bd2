"""`branchlab sweep new` writes a sweep file that can be run, and never touches one that is there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from in_process import call, no_raw, the_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scratch_repository import ScratchRepository

SKOPT = """
class Real:
    name, low, high, prior = "lr", 0.01, 1.0, "log-uniform"
space = [Real()]
broken = [1]
"""


@pytest.fixture
def _imports_are_forgotten() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("searched"):
            del sys.modules[name]


def test_it_writes_what_can_be_searched(project: ScratchRepository) -> None:
    said = call(project.path, "sweep", "new")
    assert (said.code, said.out) == (0, "sweep.toml\n"), said.err
    text = (project.path / "sweep.toml").read_text()
    assert "lr = { low = 0.05, high = 1.0 }\ndepth = { low = 1, high = 6 }\n" in text
    assert "accuracy (maximize)" in text
    assert said.err.splitlines() == [
        "wrote sweep.toml: the sweep searches lr, depth",
        "next: look at its ranges, then branchlab sweep run",
    ]


def test_a_file_that_is_there_is_not_touched(project: ScratchRepository) -> None:
    (project.path / "sweep.toml").symlink_to("nowhere.toml")
    assert "sweep.toml is there already" in the_error(call(project.path, "sweep", "new"))
    project.write("a.toml", "mine")
    assert call(project.path, "sweep", "new", "a.toml").code == 2
    assert (project.path / "a.toml").read_text() == "mine"


def test_another_file_is_another_sweep(project: ScratchRepository) -> None:
    project.write("sub/x", "")
    said = call(project.path / "sub", "sweep", "new", "more/rates.toml", "--name", "mine")
    assert (said.code, said.out) == (0, "more/rates.toml\n"), said.err
    assert 'name = "mine"' in (project.path / "sub/more/rates.toml").read_text()
    assert "branchlab sweep run more/rates.toml" in said.err


def test_what_keeps_it_from_running_is_said_at_once(project: ScratchRepository) -> None:
    project.commit(**{"branchlab.toml": "", "params.toml": "seed = 1\n"})
    said = call(project.path, "sweep", "new")
    assert said.code == 0
    assert "before it can run: sweep.toml: [space] is empty" in said.err


@pytest.mark.usefixtures("_imports_are_forgotten")
def test_a_space_of_another_program_is_taken(project: ScratchRepository) -> None:
    project.write("searched_here.py", SKOPT)
    said = call(project.path, "sweep", "new", "--from", "searched_here.py:space")
    assert said.code == 0, said.err
    assert "\nlr = { low = 0.01, high = 1.0, log = true }\n" in (project.path / "sweep.toml").read_text()


@pytest.mark.usefixtures("_imports_are_forgotten")
def test_a_module_that_takes_its_folder_off_the_path_is_taken_too(project: ScratchRepository) -> None:
    project.write("searched_off.py", f"import sys\nsys.path.remove(sys.path[0])\n{SKOPT}")
    said = call(project.path, "sweep", "new", "--from", "searched_off.py:space")
    assert said.code == 0, said.err


@pytest.mark.usefixtures("_imports_are_forgotten")
@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("searched_twice", "--from searched_twice names no variable"),
        ("searched_twice:other", "searched_twice has no other"),
        ("searched_twice:broken", "dimension 1 of the space has no name"),
        ("searched_nowhere:space", "searched_nowhere cannot be imported: ModuleNotFoundError"),
        ("searched_bad:space", "searched_bad cannot be imported: ZeroDivisionError: \\x1b[31m"),
        ("searched_left:space", "searched_left cannot be imported: SystemExit: 3"),
    ],
)
def test_a_space_that_cannot_be_taken_leaves_no_file(project: ScratchRepository, named: str, message: str) -> None:
    project.write("searched_twice.py", SKOPT)
    project.write("searched_bad.py", "raise ZeroDivisionError('\\x1b[31m')")
    project.write("searched_left.py", "import sys; sys.exit(3)")
    assert message in the_error(call(project.path, "sweep", "new", "--from", named))
    assert not (project.path / "sweep.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x.txt"], "x.txt is no name for a sweep file"),
        (["--name", "A b"], "the name of the sweep is 'A b'"),
        (["train.py/x.toml"], "train.py/x.toml cannot be written"),
    ],
)
def test_what_cannot_be_written_is_refused(project: ScratchRepository, arguments: list[str], message: str) -> None:
    assert message in no_raw(the_error(call(project.path, "sweep", "new", *arguments)))
