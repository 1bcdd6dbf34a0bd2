"""Where the milliseconds of a command go: CPU of the interpreter, of modules, of its own work, and of git.

python benchmarks/where.py [EXPERIMENTS]

The modules that a command has loaded when it ends are imported again, those of the standard library (and other
packages) first and ours after, by a Python that does nothing else. What the command itself takes beyond that is its
work; what its children take is git (and the command of a run). CPU seconds, medians by turns.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from commit import call, make_place
from repository import make_repository
from timing import BRANCHLAB, Cost, Row, by_turns, compiled, run_script, time_process
from tui_pty import Terminal

import branchlab_hooks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROUNDS = 9
# Runs a program in this process and writes, when it ends, what it used, what its children used, and what it loaded.
WATCHED = """
import os, resource, sys
def tell(code=0):
    own, child = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    used = own.ru_utime + own.ru_stime, child.ru_utime + child.ru_stime
    with open(os.environ["BENCH_TELL"], "w") as file:
        print(*used, file=file)
        print(*(name for name in sys.modules if name != "__main__"), sep="\\n", file=file)
    leave(code)
leave, os._exit = os._exit, tell
sys.argv = sys.argv[1:]
import runpy
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    tell(end.code or 0)
"""


class Parts(NamedTuple):
    """Seconds of CPU."""

    interpreter: float
    standard: float
    ours: float
    work: float
    children: float


def measure(size: int) -> list[Row]:
    """Takes apart the commands that have a bar; `size` is the number of experiments."""
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        names = make_repository(folder, size)
        environment = compiled(base) | {"BENCH_TELL": os.path.join(base, "told")}
        rows = []
        for what, arguments in (
            ("ls --json, warm", ("ls", "--json")),
            ("diff A B", ("diff", names[0], names[size // 2])),
            ("run -- true", ("run", "-q", "--", "true")),
        ):
            rows += _rows(what, _take_apart((BRANCHLAB, *arguments), folder, environment))
        rows += _rows("pre-commit, a run to record", _hook(base, environment))
        rows += _rows("TUI, to the first rows", _terminal(folder, names[-1], environment))
    return rows


def _rows(what: str, parts: Parts) -> list[Row]:
    whole = sum(parts)
    return [Row(f"{what}: {name}", getattr(parts, name), "all of it", whole, clock="CPU") for name in Parts._fields]


def _hook(base: str, environment: dict[str, str]) -> Parts:
    """Takes apart what git starts before a commit, each time with another run that waits."""
    place = make_place(base, "project", environment)
    call(place, BRANCHLAB, "hooks", "install")
    place.commit_run()  # the first one asks for the name of the branch as well
    place.commit_run()
    git_dir = os.path.join(place.folder, ".git")

    def prepare() -> None:
        for left in (os.path.join("branchlab", "runs"), "branchlab-pending"):
            shutil.rmtree(os.path.join(git_dir, left), ignore_errors=True)
        call(place, "git", "reset", "-q")
        place.train()
        call(place, "git", "add", "train.py")

    program = os.path.join(os.path.dirname(branchlab_hooks.__file__), "__main__.py")
    staged = environment | {"GIT_INDEX_FILE": os.path.join(git_dir, "index")}
    return _take_apart((program, "pre-commit", "known"), place.folder, staged, prepare)


def _terminal(folder: str, newest: str, environment: Mapping[str, str]) -> Parts:
    """Takes apart the start of the terminal UI; what its library is here is Textual, and git is not counted."""
    textual = "import branchlab_tui.start, branchlab_tui.lean_textual as lean\nlean.import_textual()\n"
    ours = f"{textual}import branchlab_tui.app, branchlab_tui.model.store\n"
    sign = newest.rpartition("/")[2].encode()

    def start() -> Cost:
        with Terminal([BRANCHLAB, "tui", "--fresh"], folder=folder, environment=environment) as terminal:
            terminal.read(quiet=10.0, limit=20.0, until=sign)
            return Cost(0.0, terminal.cpu())

    works = {
        name: _alone(code, folder, environment) for name, code in (("bare", ""), ("textual", textual), ("ours", ours))
    }
    taken = by_turns({**works, "own": start}, ROUNDS)
    bare, library, modules, whole = (taken[name].cpu for name in ("bare", "textual", "ours", "own"))
    return Parts(bare, library - bare, modules - library, max(whole - modules, 0.0), 0.0)


def _alone(code: str, folder: str, environment: Mapping[str, str]) -> Callable[[], Cost]:
    """Returns what times a Python that runs a little code and is gone, without collecting garbage."""
    whole = f"import gc; gc.disable()\n{code}import os; os._exit(0)"
    return lambda: time_process((sys.executable, "-c", whole), folder, environment)


def _take_apart(
    command: Sequence[str], folder: str, environment: Mapping[str, str], before: Callable[[], object] = lambda: None
) -> Parts:
    """Runs a command several times and returns where its CPU time goes."""
    told = environment["BENCH_TELL"]
    watched = (sys.executable, "-c", WATCHED, *command)

    def own() -> Cost:
        before()
        subprocess.run(watched, cwd=folder, env=environment, check=True, capture_output=True)
        with open(told) as file:
            used, children = map(float, file.readline().split())
        return Cost(children, used)

    own()
    with open(told) as file:
        loaded = file.read().splitlines()[1:]
    mine = [name for name in loaded if name.startswith("branchlab")]
    others = [name for name in loaded if not name.startswith("branchlab")]

    def importing(modules: Sequence[str]) -> Callable[[], Cost]:
        tried = f"for name in {list(modules)!r}:\n    try: __import__(name)\n    except ImportError: pass\n"
        return _alone(tried, folder, environment)

    taken = by_turns(
        {
            "bare": importing([]),
            "standard": importing(others),
            "all": importing([*others, *mine]),
            "own": own,
        },
        ROUNDS,
    )
    bare, standard, everything = (taken[name].cpu for name in ("bare", "standard", "all"))
    work = taken["own"].cpu - everything
    return Parts(bare, standard - bare, everything - standard, max(work, 0.0), taken["own"].wall)


if __name__ == "__main__":
    run_script(measure, 10_000)
