"""Streams that are closed or full, folders that vanish, environments that lack things; and faults nobody thought of."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.cli import main as entry_point
from command_line import COMMAND, Said
from in_process import call, no_raw, rows_of, the_error

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

BRANCHLAB = shlex.join(COMMAND)


def shell(repository: ScratchRepository, line: str, **environment: str) -> Said:
    """Runs a line of shell in which `$B` is branchlab."""
    done = subprocess.run(
        ["bash", "-c", line.replace("$B", BRANCHLAB)],
        cwd=repository.path,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Said(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


@pytest.mark.parametrize("line", ["ls", "doctor", "diff one two"])
def test_closed_streams_are_no_error(hostile: ScratchRepository, line: str) -> None:
    for closed in (">&-", "2>&-", "<&-", "<&- >&- 2>&-"):
        said = shell(hostile, f"$B {line} {closed}")
        assert said.code == 0, (closed, said.err)
        assert "Traceback" not in said.err


@pytest.mark.parametrize("line", ["ls", "ls --json", "show one", "--help"])
def test_a_full_output_is_an_error_of_one_line(hostile: ScratchRepository, line: str) -> None:
    said = shell(hostile, f"$B {line} >/dev/full")
    assert said.code == 3, said.err
    assert "make room on the disk" in the_error(said)


def test_words_that_cannot_be_written_change_nothing(hostile: ScratchRepository) -> None:
    said = shell(hostile, "$B ls 2>/dev/full")
    assert (said.code, "exp/model/one" in said.out) == (0, True)
    assert shell(hostile, "$B show nobody 2>/dev/full").code == 2


def test_a_run_is_recorded_though_its_output_goes_nowhere(hostile: ScratchRepository) -> None:
    command = "bash -c 'head -c 300000 /dev/urandom; python train.py'"
    for number, where in enumerate((">/dev/full", "2>/dev/full >/dev/null", ">&- 2>&- <&-", "| head -c 10")):
        shell(hostile, f"$B run -n again-{number} -- {command} {where}")
    assert sum(name.startswith("exp/model/again") for name in rows_of(hostile.path)) == 4


def test_a_deleted_folder_and_no_home_are_fine_or_named(hostile: ScratchRepository) -> None:
    said = shell(hostile, "mkdir x; cd x; rmdir ../x; $B ls")
    assert said.code == 3, said.err
    assert "is not there" in the_error(said) or "not in a git repository" in the_error(said)
    said = shell(hostile, "unset HOME; $B ls")
    assert said.code == 0, said.err


def test_a_run_without_an_identity_is_refused_before_it_starts(hostile: ScratchRepository) -> None:
    line = "git config user.useConfigOnly true; $B run -q -n again -- touch {}/ran"
    said = shell(hostile, line.format(hostile.path.parent), GIT_CONFIG_GLOBAL="/dev/null")
    assert said.code == 3, said.err
    assert "user.name" in the_error(said)
    assert not (hostile.path.parent / "ran").exists()


def test_plain_locales_and_narrow_terminals_work(hostile: ScratchRepository) -> None:
    latin = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TERM": "dumb"}
    for line in ("ls", "show one"):
        said = shell(hostile, f"$B {line}", **latin)
        assert said.code == 0, said.err
        no_raw(said.out)
    for width in (1, 10):
        for words in (("ls",), ("show", "one"), ("diff", "one", "two"), ("compare", "one", "two")):
            assert call(hostile.path, *words, width=width).code == 0, words


def test_a_fault_of_branchlab_is_one_line_that_asks_to_report_it(
    hostile: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_name: str) -> None:
        raise KeyError("\x1b[31m")

    monkeypatch.setattr(entry_point, "load_command", fail)
    said = call(hostile.path, "ls")
    assert said.code == 3
    assert "this is a fault of branchlab, KeyError: '\\x1b[31m' (test_standard_streams.py:" in said.err
    assert len(said.err.splitlines()) == 1
    assert "BRANCHLAB_TRACEBACK=1" in no_raw(said.err)
    monkeypatch.setenv("BRANCHLAB_TRACEBACK", "1")
    with pytest.raises(KeyError):
        call(hostile.path, "ls")
