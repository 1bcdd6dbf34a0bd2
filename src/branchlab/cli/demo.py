"""`branchlab demo`: a project on real data, a handful of experiments, and their table."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from branchlab.demo.plan import DIFFERENCE, SEARCHED, SHOWN
from branchlab.demo.progress import Progress
from branchlab.demo.script import check_folder, count_steps, make_project, run_experiments
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
    # Again in make_project; here so that no line says before that there is a project.
    check_folder(folder)
    began = time.monotonic()
    steps, width = count_steps(runs=not arguments.no_runs), terminal.width if terminal.interactive else 0
    progress = Progress(terminal.stderr, total=steps, moving=terminal.interactive, width=width)
    terminal.words(f"A project in {safe_text(str(folder))}")
    make_project(folder, progress)
    if not arguments.no_runs:
        run_experiments(folder, progress)
        took = format_duration(time.monotonic() - began)
        terminal.words(f"\nDone in {took}.")
        _show(terminal, folder, SHOWN)
        _show(terminal, folder, DIFFERENCE)
        _show(terminal, folder, SEARCHED)
    _tell_next(terminal, folder)
    return ExitCode.OK


def _folder(asked: str, terminal: Terminal) -> Path:
    if asked:
        return Path(terminal.cwd, asked).absolute()
    return Path(tempfile.mkdtemp(prefix="branchlab-demo-"))


def _show(terminal: Terminal, folder: Path, arguments: Sequence[str]) -> None:
    from branchlab.cli.main import main

    terminal.words(f"\n$ branchlab {shlex.join(arguments)}")
    # In this process: the table takes its width and colours from the terminal that is seen.
    main(arguments, terminal._replace(cwd=str(folder)))
    terminal.stdout.flush()


def _tell_next(terminal: Terminal, folder: Path) -> None:
    """Says three commands, and before them what makes `branchlab` and the project's `python` those of this program."""
    activate = Path(sys.executable).with_name("activate")
    # Without `activate` this is no virtual environment, and there is nothing to source.
    reachable = shutil.which("branchlab") == str(activate.with_name("branchlab")) or not activate.exists()
    enter = "" if reachable else f". {shlex.quote(str(activate))} && "
    terminal.words(f"\nTry next:  {enter}cd {shlex.quote(str(folder))} && branchlab")
    terminal.words("           branchlab show more-rows")
    terminal.words("           branchlab run -S model=forest -S forest.max_depth=3,4,5 --jobs 2")
