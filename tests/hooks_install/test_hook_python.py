"""How a hook file comes to the Python that does the work, and what it does when there is none."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import branchlab_hooks
from branchlab_hooks import script
from branchlab_hooks.events import EVENTS, WITH_INPUT
from branchlab_hooks.script import quote, recognise, render

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

HOSTILE = 'it\'s a "place"\n$(touch oops) `x` \\ * \u202e'
ECHO = """#!/bin/sh
[ "$2" != -c ] || exit "${WITHOUT:-0}"
for argument; do printf '<%s>' "$argument"; done
cat
exit "${CODE:-0}"
"""


@pytest.fixture(autouse=True)
def starts_python(bodies: Path) -> None:
    """Lets the own part of every hook be a call of Python."""
    for event in EVENTS:
        (bodies / f"{event}.sh").write_text('\npython_hook "$@"\n')


def program(path: Path, content: str = ECHO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(0o755)
    return path


def call(
    repository: ScratchRepository, event: str, interpreter: str, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs a hook file that starts `interpreter`, with input and an argument."""
    path = repository.write(f".git/hooks/{event}", render(event, interpreter))
    path.chmod(0o755)
    argument = "prepared" if event == "reference-transaction" else "an argument"
    return subprocess.run(
        [str(path), argument],
        cwd=repository.path,
        input=b"from git\n",
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=60,
    )


@pytest.mark.parametrize("event", EVENTS)
def test_python_is_given_the_event_its_arguments_and_the_input(
    repository: ScratchRepository, tmp_path: Path, event: str
) -> None:
    done = call(repository, event, str(program(tmp_path / "python")), CODE="1")
    argument = "prepared" if event == "reference-transaction" else "an argument"
    assert done.stdout.decode() == f"<-P><{branchlab_hooks.__path__[0]}/__main__.py><{event}><{argument}>from git\n"
    assert (done.returncode, done.stderr) == (1 if EVENTS[event] else 0, b"")


def test_a_path_with_anything_in_it_is_a_path(repository: ScratchRepository, tmp_path: Path) -> None:
    python = program(tmp_path / HOSTILE / "python")
    done = call(repository, "pre-commit", str(python))
    assert done.stdout.startswith(b"<-P><")
    assert not (repository.path / "oops").exists()
    found = recognise((repository.path / ".git" / "hooks" / "pre-commit").read_bytes())
    assert found is not None
    assert (found.interpreter, found.edited) == (str(python), False)


def test_quoted_text_is_one_word_of_a_shell() -> None:
    assert shlex.split(quote(HOSTILE).decode()) == [HOSTILE]
    assert quote("\udcff") == b"'\xff'"


@pytest.mark.parametrize("event", EVENTS)
def test_without_any_python_gates_refuse_with_the_remedy_and_the_others_pass(
    repository: ScratchRepository, event: str
) -> None:
    done = call(repository, event, "/gone/python", PATH="/usr/bin:/bin")
    assert done.stdout == b""
    if not EVENTS[event]:
        assert (done.returncode, done.stderr) == (0, b"")
        return
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(f"branchlab: error: {event}: ")
    assert "branchlab hooks install" in line
    assert "BRANCHLAB_SKIP=1" in line


def test_a_python_that_cannot_start_counts_as_none(repository: ScratchRepository, tmp_path: Path) -> None:
    broken = program(tmp_path / "python", "#!/gone/interpreter\n")
    done = call(repository, "pre-push", str(broken), PATH="/usr/bin:/bin")
    assert done.returncode == 1
    assert b"BRANCHLAB_SKIP=1" in done.stderr


def test_a_python_that_does_not_find_branchlab_counts_as_none(repository: ScratchRepository, tmp_path: Path) -> None:
    done = call(
        repository, "pre-commit", str(program(tmp_path / "python")), CODE="1", WITHOUT="1", PATH="/usr/bin:/bin"
    )
    assert done.returncode == 1
    assert b"BRANCHLAB_SKIP=1" in done.stderr


def test_a_python_without_branchlab_counts_as_none(
    repository: ScratchRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "_PACKAGE", str(tmp_path / "uninstalled"))
    done = call(repository, "pre-commit", sys.executable, PATH="/usr/bin:/bin")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("event", EVENTS)
def test_branchlab_on_the_path_stands_in_for_a_python_that_is_gone(
    repository: ScratchRepository, tmp_path: Path, event: str
) -> None:
    program(tmp_path / "bin" / "branchlab")
    done = call(repository, event, "/gone/python", PATH=f"{tmp_path}/bin:/usr/bin:/bin")
    assert done.stdout.decode().startswith(f"<hooks><exec><--module><{event}>")
    assert done.stdout.endswith(b">from git\n")
    assert done.returncode == 0


def test_a_branchlab_on_the_path_that_cannot_start_is_none(repository: ScratchRepository, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "branchlab", "#!/gone/interpreter\n")
    done = call(repository, "pre-commit", "/gone/python", PATH=f"{tmp_path}/bin:/usr/bin:/bin")
    assert done.returncode == 1
    assert b"BRANCHLAB_SKIP=1" in done.stderr


def test_the_shell_and_python_agree_on_what_is_a_gate_and_what_has_input() -> None:
    header = (Path(script.__file__).parent / "sh" / "header.sh").read_text()
    gates, inputs = (
        {name.strip() for name in line.strip().split(")")[0].split("|")}
        for line in header.splitlines()
        if line.strip().startswith(("pre-commit |", "pre-push |"))
    )
    assert gates == {event for event, gate in EVENTS.items() if gate}
    assert inputs == WITH_INPUT
