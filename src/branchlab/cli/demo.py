"""`branchlab demo`: a project on real data, a handful of experiments, and their table."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from branchlab.demo.plan import DIFFERENCE, SHOWN
from branchlab.demo.progress import Progress
from branchlab.demo.script import branchlab_command, count_steps, make_project, run_experiments
from branchlab.errors import ExitCode
from branchlab.text import format_duration, safe_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab demo", "makes the project in a temporary folder and runs its experiments"),
    ("branchlab demo digits", "the same in a new folder here"),
    ("branchlab demo digits --no-runs", "only the project, to start from"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("folder", metavar="DIR", nargs="?", default="", help="a new or empty folder")
    parser.add_argument("--no-runs", action="store_true", help="make the project and run no experiment")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Makes the project, runs the experiments and shows what came out."""
    folder = _folder(arguments.folder, terminal)
    began = time.monotonic()
    progress = Progress(terminal.stderr, total=count_steps(runs=not arguments.no_runs), moving=terminal.interactive)
    terminal.words(f"A project in {safe_text(str(folder))}")
    make_project(folder, progress)
    if not arguments.no_runs:
        run_experiments(folder, progress)
        terminal.words(f"\nDone in {format_duration(time.monotonic() - began)}. All experiments, best first:\n")
        _show(terminal, folder, SHOWN)
        terminal.words("")
        _show(terminal, folder, ("diff", *DIFFERENCE))
    _tell_next(terminal, folder)
    return ExitCode.OK


def _folder(asked: str, terminal: Terminal) -> Path:
    if asked:
        return Path(terminal.cwd, asked).absolute()
    return Path(tempfile.mkdtemp(prefix="branchlab-demo-"))


def _show(terminal: Terminal, folder: Path, arguments: Sequence[str]) -> None:
    from branchlab.cli.main import main

    main(arguments, terminal._replace(cwd=str(folder)))
    terminal.stdout.flush()


def _tell_next(terminal: Terminal, folder: Path) -> None:
    command = "branchlab" if shutil.which("branchlab") else shlex.join(branchlab_command())
    place = os.path.relpath(folder, terminal.cwd)
    shown = place if len(place) < len(str(folder)) else str(folder)
    terminal.words(f"\nTry next:  cd {shlex.quote(shown)} && {command} show exp/data/more-rows")
    terminal.words(f"           {command} run -S model=forest -S forest.max_depth=3,4,5 --jobs 2")
