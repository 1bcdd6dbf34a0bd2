"""Puts experiments into a real repository by plumbing, well-formed or as damaged as a test wants them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from branchlab.catalog.catalog import Catalog, json_document, read_catalog
from branchlab.catalog.tips import start_listing
from branchlab.record.format import dump_record
from branchlab.record.model import Record
from branchlab.workspace import open_workspace
from record_strategies import example, run_example

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository


def numbered(number: int) -> Record:
    """Returns a record that differs from others in time, id and metrics."""
    run = run_example(id=f"run-{number}", started=f"2026-01-{1 + number % 28:02d}T00:00:{number // 28 % 60:02d}Z")
    return example(run=run, metrics={"accuracy": number / 1000})


def put_experiment(
    repository: ScratchRepository,
    name: str,
    record: Record | bytes | None = None,
    *,
    path: str = "metrics.toml",
    trailer: bool = True,
    ref: str = "",
) -> str:
    """Makes a branch with one commit that holds a record (None: a file of another name) and returns the commit."""
    record = example() if record is None else record
    text = record if isinstance(record, bytes) else dump_record(record)
    tree = _tree(repository, path, text)
    message = f"{name}\n"
    if trailer and isinstance(record, Record):
        message += f"\nBranchlab-Run: {record.run.id}\n"
    commit = repository.git("commit-tree", tree, "-p", "main", stdin=message)
    repository.git("update-ref", ref or f"refs/heads/{name}", commit)
    return commit


def _tree(repository: ScratchRepository, path: str, text: bytes) -> str:
    temporary = repository.path.parent / "record-to-be"
    temporary.write_bytes(text)
    entry = f"100644 blob {repository.git('hash-object', '-w', str(temporary))}"
    for part in reversed(path.split("/")):
        entry = "040000 tree " + repository.git("mktree", stdin=f"{entry}\t{part}\n")
    return entry.split()[2]


def read(repository: ScratchRepository, folder: str = "", *, remote: bool = False, archived: bool = False) -> Catalog:
    """Reads the catalog as a program would."""
    workspace = open_workspace(os.path.join(repository.path, folder))
    return read_catalog(workspace, remote=remote, archived=archived)


def read_json(repository: ScratchRepository, folder: str = "", **options: bool) -> list[dict[str, Any]]:
    """Reads the catalog as `ls --json` writes it."""
    place = os.path.join(repository.path, folder)
    found: list[dict[str, Any]] = json.loads(
        b"".join(json_document(open_workspace(place), start_listing(place, **options)))
    )
    return found


def names(catalog: Catalog) -> list[str]:
    """Returns the names of the experiments in their order."""
    return [experiment.name for experiment in catalog.experiments]


def state_folder(repository: ScratchRepository) -> Path:
    """Returns where branchlab keeps its caches."""
    return repository.path / ".git" / "branchlab"
