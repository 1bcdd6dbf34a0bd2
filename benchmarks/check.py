"""`branchlab check` of a whole repository: cold, warm, and after one new experiment.

python benchmarks/check.py [EXPERIMENTS]

Each experiment has its own code, a record on top of it, a curve and a pointer, and all of it is looked at. The floor of
the cold check is git alone reading the objects that must be read: the commit, tree and record of each tip and the
commit and tree of its code. That of the warm one is a warm `branchlab ls --json`, and after one new one the warm check.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING

from repository import add_experiment, give_code, make_repository
from timing import BRANCHLAB, Cost, Row, compiled, median, run_script, time_process

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECK = [BRANCHLAB, "check"]
LISTING = [BRANCHLAB, "ls", "--json"]
OBJECTS = ("", "^{tree}", ":metrics.toml", "^", "^^{tree}")
FORMAT = "%0a".join(f"%(objectname){what}" for what in OBJECTS)
READ = ["sh", "-c", f"git for-each-ref --format='{FORMAT}' refs/heads/exp | git cat-file --batch --buffer"]
ROUNDS = 5


def measure(size: int) -> list[Row]:
    """Compares the checks with their floors."""
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        names = make_repository(folder, size)
        give_code(folder, names)
        environment = compiled(base)
        said = subprocess.run(CHECK, cwd=folder, env=environment, check=True, capture_output=True, text=True)
        assert f"{size:,} records" in said.stderr, said.stderr
        assert "error" not in said.stderr, said.stdout
        taken = _checks(folder, environment)
    where = f"{size:,} experiments"
    return [
        Row(f"check, cold, {where}", taken["cold"].wall, "git cat-file", taken["read"].wall),
        Row(f"check, cold, {where}", taken["cold"].cpu, "git cat-file", taken["read"].cpu, clock="CPU"),
        Row(f"check, warm, {where}", taken["warm"].wall, "ls --json, warm", taken["ls"].wall),
        Row(f"check, one new, {where}", taken["new"].wall, "warm", taken["warm"].wall),
    ]


def _checks(folder: str, environment: dict[str, str]) -> dict[str, Cost]:
    costs: dict[str, list[Cost]] = {name: [] for name in ("read", "cold", "warm", "ls", "new")}

    def note(name: str, command: Sequence[str]) -> None:
        costs[name].append(time_process(command, folder, environment))

    for turn in range(ROUNDS):
        note("read", READ)
        shutil.rmtree(os.path.join(folder, ".git", "branchlab"))
        note("cold", CHECK)
        time_process(LISTING, folder, environment)
        note("warm", CHECK)
        note("ls", LISTING)
        name = add_experiment(folder, 1_000_000 + turn)
        note("new", ["sh", "-c", f"{BRANCHLAB} check || test $? = 1"])  # its code is not there
        subprocess.run(["git", "update-ref", "-d", f"refs/heads/{name}"], cwd=folder, check=True)
    return {name: median(taken) for name, taken in costs.items()}


if __name__ == "__main__":
    run_script(measure, 10_000)
