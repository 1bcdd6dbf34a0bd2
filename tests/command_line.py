"""Runs `branchlab` as its user does: a process of its own, in a folder."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

COMMAND = (sys.executable, "-m", "branchlab.cli.main")

TRAIN = """\
import tomllib
import branchlab

params = tomllib.load(open("params.toml", "rb"))
with branchlab.start_run(params=params, seed=7) as run:
    for epoch in range(3):
        run.log(loss=params["lr"] / (epoch + 1), accuracy=0.8 + epoch / 100)
    open("model.bin", "w").write(f"model {params['lr']}")
    run.log_artifact("model.bin")
"""


class Said(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


def branchlab(folder: Path | str, *arguments: str, **environment: str) -> Said:
    """Runs one command line to its end."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=120,
    )
    return Said(done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode())


def start(folder: Path | str, *arguments: str) -> subprocess.Popen[bytes]:
    """Starts one command line in a session of its own."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def rows(folder: Path | str, *query: str) -> list[dict[str, Any]]:
    """Returns what `ls --json` prints."""
    said = branchlab(folder, "ls", "--json", *query)
    assert said.code == 0, said.err
    found: list[dict[str, Any]] = json.loads(said.out)
    return found


def names(folder: Path | str) -> list[str]:
    """Returns the names of all rows, sorted."""
    return sorted(row["name"] for row in rows(folder))


def fingerprint(repository: ScratchRepository) -> dict[str, str]:
    """Returns what recording must never change: files, index, HEAD, stash, and the user's own branches."""
    git_dir = repository.path / ".git"
    seen = {"HEAD": (git_dir / "HEAD").read_text(), "stash": repository.git("stash", "list")}
    index = git_dir / "index"
    seen["index"] = hashlib.sha256(index.read_bytes()).hexdigest() if index.exists() else ""
    seen["main"] = repository.git("for-each-ref", "refs/heads/main", "refs/tags")
    for path in sorted(repository.path.rglob("*")):
        inside = path.relative_to(repository.path)
        if inside.parts[0] != ".git" and inside.parts[:2] != (".dvc", "cache") and path.is_file():
            status = path.stat()
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            seen[str(inside)] = f"{digest} {status.st_mtime_ns} {status.st_ino} {status.st_mode}"
    return seen
