"""A project whose runs take milliseconds, for tests with many of them; each run measures what it was given."""

from __future__ import annotations

import json
import os
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from command_line import branchlab
from small_project import copy_project

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

SETTINGS = """\
[project]
command = "sh train.sh"

[metrics.loss]
goal = "minimize"
strategy = "optimize"
"""

# Logs the parameter as the metric, so that a record that got the files of another run is seen.
TRAIN = """\
number=$(sed -n 's/^number = //p' params.toml)
printf '{"k":"log","s":0,"t":0.0,"m":{"loss":%s}}\\n' "$number" >> "$BRANCHLAB_RUN_DIR/journal.jsonl"
[ ! -f fails ] || exit 3
"""
RUN_TRAILER = "Branchlab-Run"


class Recording(NamedTuple):
    """An experiment as it stands on its branch: the run it records, what it was given and what it measured."""

    run: str
    number: int
    loss: float


def make_quick(path: Path, template: Path) -> ScratchRepository:
    """Makes the project from `dvc_template`, all of it committed."""
    repository = copy_project(template, path)
    repository.commit("project", **{"branchlab.toml": SETTINGS, "train.sh": TRAIN, "params.toml": "number = 1\n"})
    return repository


def recordings(repository: ScratchRepository) -> dict[str, Recording]:
    """Returns every experiment by its short name, read with git alone."""
    names = repository.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/exp/").split()
    found = {}
    for name in names:
        record = tomllib.loads(repository.git("show", f"{name}:metrics.toml"))
        found[name] = Recording(record["run"]["id"], record["params"]["number"], record["metrics"]["loss"])
    return found


def assert_each_once(repository: ScratchRepository, acknowledged: list[str]) -> None:
    """Every acknowledged experiment is there, holds its own values, and no run was recorded twice."""
    found = recordings(repository)
    lost = sorted(set(acknowledged) - found.keys())
    assert not lost, f"acknowledged and lost: {lost}"
    runs = [recording.run for recording in found.values()]
    twice = sorted({run for run in runs if runs.count(run) > 1})
    assert not twice, f"recorded twice: {twice}"
    mixed = {name: recording for name, recording in found.items() if recording.number != recording.loss}
    assert not mixed, f"the files of another run: {mixed}"


def run_folders(repository: ScratchRepository) -> list[Path]:
    """Returns the folders of the runs that no branch holds."""
    folder = repository.path / ".git" / "branchlab" / "runs"
    return sorted(folder.iterdir()) if folder.exists() else []


def failed_run(repository: ScratchRepository, number: int = 7) -> str:
    """Lets a run fail, which leaves it unrecorded, and returns its id."""
    known = set(run_folders(repository))
    repository.write("fails", "")
    said = branchlab(repository.path, "run", "--quiet", "-n", f"exp/fix/failed-{number}", "-S", f"number={number}")
    os.unlink(repository.path / "fails")
    assert said.code == 1, said.err
    (folder,) = set(run_folders(repository)) - known
    return folder.name


def state_of(folder: Path) -> dict[str, Any]:
    """Returns what a run folder says of its run."""
    found: dict[str, Any] = json.loads((folder / "state.json").read_text())
    return found
