"""Runs training scripts as real processes and reads what they left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from branchlab.tracking.location import common_dir_of, find_git, runs_folder
from branchlab.tracking.reading import JOURNAL_FILE, Journal, read_journal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BEGIN = "import branchlab\n"


def start_script(
    folder: Path, code: str, *, env: Mapping[str, str] | None = None, wrapper: Sequence[str] = ()
) -> subprocess.Popen[str]:
    """Starts a script in a folder; `wrapper` is put before the interpreter."""
    script = folder / "script.py"
    if not script.exists() or script.read_text() != BEGIN + code:  # a process that was started may not have read it yet
        script.write_text(BEGIN + code)
    return subprocess.Popen(
        [*wrapper, sys.executable, str(script)],
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_script(
    folder: Path,
    code: str,
    *,
    env: Mapping[str, str] | None = None,
    wrapper: Sequence[str] = (),
    code_expected: int = 0,
) -> tuple[str, str]:
    """Runs a script to its end and returns its standard output and error."""
    process = start_script(folder, code, env=env, wrapper=wrapper)
    output, words = process.communicate(timeout=60)
    assert process.returncode == code_expected, words
    return output, words


def common_dir(folder: Path) -> str:
    """Returns the git directory that all working trees of the repository around a folder share."""
    found = find_git(str(folder))
    assert found is not None
    return common_dir_of(found[1])


def run_folder(folder: Path) -> Path:
    """Returns the only run folder of the repository around a folder."""
    (found,) = Path(runs_folder(common_dir(folder))).iterdir()
    return found


def only_journal(folder: Path) -> Journal:
    """Reads the journal of the only run of a repository."""
    return read_journal(str(run_folder(folder) / JOURNAL_FILE))
