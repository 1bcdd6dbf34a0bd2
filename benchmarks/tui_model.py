"""The model of the terminal UI at many experiments: what stands before the first row, behind a key, and in memory.

python benchmarks/tui_model.py [EXPERIMENTS]

The first snapshot stands beside `git for-each-ref` of the same repository. A key stands beside arranging the same
table once more with nothing new, which is what every key costs at least.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from repository import make_repository
from timing import Cost, Row, by_turns, compiled, run_script, time_call

from branchlab.catalog.query import parse_query
from branchlab.experiment import Experiment
from branchlab.git.repository import Repository
from branchlab.project import MetricRule, Settings
from branchlab.workspace import Workspace
from branchlab_tui.model import sheet
from branchlab_tui.model.rows import Places
from branchlab_tui.model.snapshot import Snapshot
from branchlab_tui.model.state import TableState
from branchlab_tui.model.store import open_store
from branchlab_tui.model.view import make_listing

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST, FILTER, SORT = 0.030, 0.030, 0.020  # seconds, as the issue has them
ROUNDS = 15
METRICS, PARAMS, VISIBLE = 10, 10, 40
_WHEN = ("in the end", "at most")
REFS = ["git", "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/"]
SETTINGS = Settings(metrics={"m0": MetricRule("maximize", "optimize"), "m1": MetricRule("minimize", "optimize")})
HOLDING = """
import re, sys
from branchlab_tui.model.store import open_store
from branchlab_tui.model.view import make_listing
from branchlab_tui.model.state import TableState
from branchlab.catalog.query import parse_query
store = open_store(sys.argv[1])
store.first()
snapshot = store.complete()
query = parse_query("accuracy>0.7 wider", snapshot.workspace.settings)
for sort in ((), (("metrics.accuracy", False),), (("params.lr", False), ("metrics.loss", True))):
    make_listing(snapshot, TableState(query="x", sort=sort, delta="both"), query, 0.0)
status = open("/proc/self/status").read()
print(*(re.search(rf"{key}:\\s+(\\d+)", status)[1] for key in ("VmRSS", "VmHWM")))
"""


def measure(size: int) -> list[Row]:
    """Measures the store on a real repository and the table on twenty-five columns."""
    with tempfile.TemporaryDirectory() as base:
        folder, empty = os.path.join(base, "repository"), os.path.join(base, "empty")
        make_repository(folder, size)
        subprocess.run(["git", "init", "-q", empty], check=True)
        return [*_store(folder, size), *_memory(folder, empty, base, size), *_table(size)]


def _store(folder: str, size: int) -> list[Row]:
    open_store(folder).complete()
    stores = [open_store(folder) for _ in range(ROUNDS + 1)]
    read = [open_store(folder) for _ in range(ROUNDS + 1)]
    watching = open_store(folder)
    watching.complete()
    time.sleep(0.1)
    watching.refresh()
    taken = by_turns(
        {
            "refs": lambda: time_call(lambda: subprocess.run(REFS, cwd=folder, stdout=subprocess.DEVNULL, check=True)),
            "first": lambda: time_call(stores.pop().first),
            "complete": lambda: time_call(read.pop().complete),
            "look": lambda: time_call(watching.refresh),
        },
        ROUNDS,
    )
    where, floor = f"{size:,} experiments", taken["refs"].wall
    return [
        Row(f"first snapshot, warm, {where}", taken["first"].wall, "nothing", 0.0, FIRST, "more"),
        Row(f"first snapshot, warm, {where}", taken["first"].wall, "for-each-ref", floor),
        Row(f"complete snapshot, warm, {where}", taken["complete"].wall, "for-each-ref", floor),
        Row(f"a look that finds nothing, {where}", taken["look"].wall, "for-each-ref", floor),
    ]


def _memory(folder: str, empty: str, base: str, size: int) -> list[Row]:
    """Tells the memory of a process that holds the table above that of one that holds an empty one."""
    environment = compiled(base)

    def held(place: str) -> tuple[int, ...]:
        command = [sys.executable, "-c", HOLDING, place]
        said = subprocess.run(command, env=environment, check=True, capture_output=True).stdout
        return tuple(map(int, said.split()))

    less, more = held(empty), held(folder)
    note = ", ".join(
        f"{(many - none) / 1024:.0f} MB {when}" for many, none, when in zip(more, less, _WHEN, strict=True)
    )
    return [Row(f"memory above an empty table, {size:,} experiments", 0.0, "", 0.0, None, "more", note=note)]


def _table(size: int) -> list[Row]:
    snapshot = _snapshot(size)
    live = snapshot._replace(
        generation=2, experiments=[snapshot.experiments[0]._replace(seconds=2.0), *snapshot.experiments[1:]]
    )

    def listing(state: TableState, of: Snapshot = snapshot) -> None:
        make_listing(of, state, parse_query(state.query, SETTINGS), 0.0)

    def timed(prepare: Callable[[], object], work: Callable[[], object]) -> Callable[[], Cost]:
        def run() -> Cost:
            prepare()
            return time_call(work)

        return run

    def forget() -> None:
        sheet._last.clear()  # noqa: SLF001 - what a new program knows

    def afresh() -> None:
        forget()
        listing(TableState())

    def unsorted() -> None:
        sheet.sheet_of(snapshot)._facts.clear()  # noqa: SLF001 - what a new snapshot knows
        listing(TableState())

    filtered = TableState(query="m0>0.5 -p1=3 wider")
    ordered = TableState(sort=(("params.p2", False), ("metrics.m0", False)))
    arranged = make_listing(snapshot, TableState(delta="both"), parse_query("", SETTINGS), 0.0)
    cells = [(place, column.key) for place in range(VISIBLE) for column in arranged.columns]
    works: dict[str, Callable[[], Cost]] = {
        "again": timed(lambda: listing(TableState()), lambda: listing(TableState())),
        "all columns made": timed(forget, lambda: listing(TableState())),
        "a filter, its first letter": timed(afresh, lambda: listing(filtered)),
        "a filter, the next letter": timed(lambda: listing(filtered), lambda: listing(filtered)),
        "a sort by two columns, first": timed(afresh, lambda: listing(ordered)),
        "a sort by two columns": timed(unsorted, lambda: listing(ordered)),
        "groups": timed(lambda: listing(TableState()), lambda: listing(TableState(group="params.p1"))),
        "a live run grew, arranged anew": timed(lambda: listing(ordered), lambda: listing(ordered, live)),
        "a live run grew, rows stay": timed(lambda: None, lambda: arranged.follow(live, 0.0)),
        "the cells of a screen": timed(lambda: None, lambda: [arranged.rows.cell(*cell) for cell in cells]),
    }
    taken = by_turns(works, ROUNDS)
    bars = {name: FILTER if "filter" in name else SORT for name in works if "filter" in name or "sort" in name}
    floor = taken.pop("again").wall
    what = f"{size:,} rows of {len(arranged.columns)} columns"
    return [Row(f"{name}, {what}", cost.wall, "again", floor, bars.get(name), "more") for name, cost in taken.items()]


def _snapshot(size: int) -> Snapshot:
    dice = random.Random(7)
    ones = [
        Experiment(
            f"exp/model/{dice.choice(('wider', 'deeper', 'mixup'))}-{number:05d}",
            f"{number:040x}",
            dice.choice(("finished", "failed")),
            f"2026-11-{1 + number % 28:02d}T00:00:00Z",
            dice.uniform(1, 4000),
            dice.choice(("Ada Park", "Bo")),
            "wider instead of deeper",
            {f"p{place}": dice.randint(0, 9) if place % 2 else dice.uniform(0, 1) for place in range(PARAMS)},
            {f"m{place}": dice.uniform(0, 1) for place in range(METRICS)},
            {"m0": dice.uniform(0, 1)},
            f"run-{number}",
            data={"data/train.csv": dice.choice(("a91f", "b02c"))},
        )
        for number in range(size)
    ]
    workspace = Workspace(Repository("/nowhere", "/nowhere", "/nowhere"), "", SETTINGS, initialised=True)
    return Snapshot(1, workspace, ones, Places(ones), baseline=ones[-1]._replace(name="main"), layout=1)


if __name__ == "__main__":
    run_script(measure, 10_000)
