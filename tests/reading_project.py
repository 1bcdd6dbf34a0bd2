"""A project with a few recorded experiments, and branchlab run on it in this process."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from branchlab.cli.main import main
from branchlab.cli.terminal import Terminal
from branchlab.record.format import dump_record
from branchlab.record.history import History, dump_history
from branchlab.tracking.state import RunState, write_state
from sample_records import sides

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.record.model import Record
    from scratch_repository import ScratchRepository

SETTINGS = """\
[metrics.accuracy]
goal = "maximize"
strategy = "optimize"
[metrics.size]
goal = "minimize"
strategy = "optimize"
unit = "kB"
"""


class Answer(NamedTuple):
    """What a command said and how it ended."""

    code: int
    out: str
    words: str


def branchlab(repository: ScratchRepository, *arguments: str, width: int = 0, folder: str = "") -> Answer:
    """Runs a command in a folder of the repository."""
    out, words = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), io.StringIO()
    code = main(arguments, Terminal(out, words, str(repository.path / folder), width=width))
    out.seek(0)
    return Answer(code, out.read(), words.getvalue())


def answer(repository: ScratchRepository, *arguments: str) -> Any:
    """Runs a command that must succeed and returns its JSON."""
    said = branchlab(repository, *arguments, "--json")
    assert said.code == 0, said.words
    return json.loads(said.out)


def record_branch(
    repository: ScratchRepository, name: str, record: Record, files: dict[str, str] | None = None, prefix: str = ""
) -> str:
    """Makes a branch from main with a commit of code and a commit of the record, as a run does; returns the tip."""
    repository.git("switch", "--quiet", "--create", name, "main")
    code = repository.commit("code", **(files or {}))
    record = record._replace(run=record.run._replace(code=code))
    repository.write(f"{prefix}metrics.toml", dump_record(record))
    repository.write(f"{prefix}metrics/history.csv", dump_history(History([0, 1], [0.5, 1.0], {"loss": [2.0, None]})))
    repository.write(f"{prefix}metrics/plots/roc.csv", "fpr,tpr\n0,0\n")
    tip = repository.commit(f"{name}\n\nBranchlab-Run: {record.run.id}")
    repository.git("switch", "--quiet", "main")
    return tip


def make_project(repository: ScratchRepository) -> ScratchRepository:
    """Makes four experiments; `main` has parameters and no record."""
    repository.write("branchlab.toml", SETTINGS)
    repository.write("params.toml", "lr = 0.1\nseed = 7\n[model]\ndepth = 3\nlayers = [64, 32]\n")
    repository.write("train.py", "print(1)\n")
    repository.commit("start")
    for number, side in enumerate(sides()):
        record_branch(repository, side.name, side.record, {"train.py": f"print({number})\nprint(2)\n"})
    return repository


def start_run(repository: ScratchRepository, run: str, name: str) -> Path:
    """Makes the folder of a run that no branch holds; returns it."""
    folder = repository.path / ".git" / "branchlab" / "runs" / run
    folder.mkdir(parents=True)
    state = RunState(run, name, command=("python", "train.py"), started="2026-11-22T00:00:00Z")
    write_state(str(folder), state)
    (folder / "journal.jsonl").write_text('{"k":"log","s":0,"t":1.0,"m":{"accuracy":0.5}}\n')
    return folder
