"""A repository whose branches hold records, with the drivers set up as `init` and `hooks install` do."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from branchlab.git.repository import find_repository
from branchlab.record.format import dump_record, parse_record
from branchlab.record.model import DataFile
from branchlab.workspace import open_workspace
from branchlab_hooks import drivers
from branchlab_hooks.attributes import write_attributes
from record_strategies import example, run_example

if TYPE_CHECKING:
    from branchlab.record.model import Record
    from scratch_repository import ScratchRepository

PARAMS = """\
# the rate
lr = 0.1  # keep me
depth = 3

[model]
# how wide
width = 64
"""


class Said(NamedTuple):
    """What git printed on both streams, and how it ended."""

    code: int
    text: str


def prepare(repository: ScratchRepository, settings: str = "", params: str = PARAMS) -> ScratchRepository:
    """Commits settings, parameters and attributes to main and sets the drivers up."""
    repository.commit("project", **{"branchlab.toml": settings, "params.toml": params})
    write_attributes(open_workspace(str(repository.path)))
    drivers.configure(find_repository(str(repository.path)))
    repository.commit("attributes")
    return repository


def try_git(repository: ScratchRepository, *arguments: str, **environment: str) -> Said:
    """Runs git, which may refuse."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=repository.path,
        env={**os.environ, "GIT_EDITOR": "true", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )
    return Said(done.returncode, os.fsdecode(done.stdout))


def experiment(repository: ScratchRepository, name: str, start: str = "main", **files: str) -> Record:
    """Makes a branch whose tip holds the record of a run with the branch's last word as id."""
    if start:
        repository.git("switch", "--quiet", "--create", f"exp/model/{name}", start)
    data = {"model.bin": DataFile("ab" * 16, 3, output=True)}
    record = example(run=run_example(id=name), metrics={"accuracy": len(name) / 10}, data=data)
    history = f"step,seconds,accuracy\n0,0.0,{len(name) / 10}\n"
    written = {"metrics.toml": dump_record(record).decode(), "metrics/history.csv": history, **files}
    repository.commit(f"{name}\n\nBranchlab-Run: {name}", **written)
    return record


def record_here(repository: ScratchRepository) -> Record:
    """Reads the record of the working tree."""
    return parse_record((repository.path / "metrics.toml").read_bytes())


def read(repository: ScratchRepository, path: str) -> str:
    """Reads a file of the working tree, line ends as they are."""
    return (repository.path / path).read_bytes().decode()
