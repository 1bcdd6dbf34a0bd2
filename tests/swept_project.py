"""A project whose trials take milliseconds: a shell script that logs as `branchlab.start_run` does."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import psutil

from branchlab.record.format import parse_record

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.record.model import Record
    from scratch_repository import ScratchRepository

SETTINGS = """\
[project]
command = "sh train.sh"

[metrics.loss]
goal = "minimize"
strategy = "optimize"
"""

# `how` says what goes wrong, `steps` how often it logs. A file `epochs-done` is its checkpoint.
TRAIN = """\
value() { sed -n "s/^$1 = //p" params.toml | tr -d '"'; }
log() { printf '{"k":"log","s":%s,"t":0.0,"m":{"loss":%s}}\\n' "$1" "$2" >> "$BRANCHLAB_RUN_DIR/journal.jsonl"; }
lr=$(value lr); how=$(value how); steps=$(value steps)
from=0
[ -n "$BRANCHLAB_CHECKPOINT" ] && from=$(cat "$BRANCHLAB_CHECKPOINT")
case $how in
fail) echo "lr $lr is bad"; exit 3;;
nothing) exit 0;;
nan) log 0 NaN; sleep 60;;
hang) log 0 "$lr"; trap '' INT TERM; sleep 60;;
slow) log 0 "$lr"; touch "$BRANCHLAB_RUN_DIR/began"; sleep "${PAUSE:-60}";;
esac
step=$from
while [ "$step" -lt "$steps" ]; do log "$step" "$lr"; step=$((step + 1)); done
echo "$step" > epochs-done
"""

PARAMS = 'lr = 0.5\nhow = "well"\nsteps = 3\nseed = 1\n'

RANDOM = """\
[sweep]
method = "random"
batch = 3
[space]
lr = { low = 0.0, high = 1.0 }
[budget]
trials = 5
"""

HOW = """\
[sweep]
method = "grid"
reference = false
batch = 8
[space]
how = [%s]
"""


def make_swept(repository: ScratchRepository, sweep: str = RANDOM, **files: str) -> ScratchRepository:
    """Commits settings, script, parameters and a sweep file; what the script writes beside its record is ignored."""
    known = {"branchlab.toml": SETTINGS, "train.sh": TRAIN, "params.toml": PARAMS, "sweep.toml": sweep}
    repository.commit("project", **{**known, **files})
    return repository


def trials(repository: ScratchRepository, place: str = "refs/heads/exp/") -> dict[str, Record]:
    """Returns the record of each trial by the name of its branch."""
    names = repository.git("for-each-ref", "--format=%(refname)", place).split()
    return {name.removeprefix("refs/heads/"): record_at(repository, name) for name in names}


def record_at(repository: ScratchRepository, name: str) -> Record:
    """Returns the record of a commit."""
    return parse_record(repository.git("show", f"{name}:metrics.toml").encode())


def values_of(repository: ScratchRepository) -> dict[int, Any]:
    """Returns the values of each trial by its number."""
    return {record.sweep["trial"]: record.sweep["values"] for record in trials(repository).values()}


def runs(repository: ScratchRepository) -> list[Path]:
    """Returns the run folders that are there."""
    folder = repository.path / ".git" / "branchlab" / "runs"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def began(repository: ScratchRepository) -> list[Path]:
    """Returns the run folders whose command is in the middle of its work."""
    return [folder for folder in runs(repository) if (folder / "began").exists()]


def alive_in(repository: ScratchRepository) -> list[str]:
    """Returns the command lines of processes that run in a worktree of a repository, or belong to one of its runs."""
    found = []
    for process in psutil.process_iter():
        try:
            place = process.environ().get("BRANCHLAB_RUN_DIR", "")
            if place.startswith(str(repository.path)) and process.status() != "zombie":
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def state_of(folder: Path) -> dict[str, Any]:
    """Returns what state.json of a run says, without the checksum, so that it can be written with changes."""
    found: dict[str, Any] = json.loads((folder / "state.json").read_text())
    found.pop("crc", None)
    return found


def is_gone(pid: int) -> bool:
    """Tells whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
