"""Runs scripts by hand and waits until their code is captured."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.running.ran_code import ran_code
from branchlab.tracking.state import read_state
from branchlab.workspace import open_workspace
from training_script import run_folder

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.running.ran_code import RanCode

RUN = "with branchlab.start_run() as run: run.log(x=1)\n"
REF = "refs/branchlab/runs/"


def code_of(folder: Path, wait: float = 20) -> RanCode | None:
    """Returns the code of the only run around a folder, once it is captured."""
    state = read_state(str(run_folder(folder)))
    assert state is not None
    return ran_code(open_workspace(str(folder)), state, wait=wait)


def captured(folder: Path) -> RanCode:
    """Returns the same, and fails the test where nothing was captured."""
    code = code_of(folder)
    assert code is not None, (run_folder(folder) / "capture.log").read_text()
    return code


def hold_git(folder: Path) -> tuple[dict[str, str], Path]:
    """Returns the environment in which git starts only once the gate, a file, is there."""
    gate, program = folder / "gate", folder / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nwhile [ ! -e "{gate}" ]; do sleep 0.02; done\nPATH=${{PATH#*:}}\nexec git "$@"\n')
    program.chmod(0o755)
    return {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}, gate
