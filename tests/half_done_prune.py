"""A `git gc --prune=now` that is stopped in the middle: it has read the refs, and has not deleted everything yet."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scratch_repository import ScratchRepository

UNUSED = 5000  # objects; what prune says of them is more than a pipe holds
EARLY = 0x30  # it has deleted these folders when its pipe is full


def write_unused(repository: ScratchRepository, count: int = UNUSED) -> None:
    """Writes loose objects that no ref reaches."""
    for number in range(count):
        content = b"blob 6\0%06d" % number
        name = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        path = repository.path / ".git" / "objects" / name[:2] / name[2:]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zlib.compress(content, 1))


@contextmanager
def half_done_prune(repository: ScratchRepository) -> Iterator[None]:
    """Keeps a collection waiting during the block, and lets it end then.

    `git gc` starts `git prune` as its last big step, and says in a file that it is at work.
    """
    write_unused(repository)
    process = subprocess.Popen(["git", "prune", "-v", "--expire=now"], cwd=repository.path, stdout=subprocess.PIPE)
    pid_file = repository.path / ".git" / "gc.pid"
    pid_file.write_text(f"{process.pid} {socket.gethostname()}")
    try:
        _wait_for_full_pipe(repository)
        yield
    finally:
        process.communicate(timeout=PATIENCE)
        pid_file.unlink()


def _wait_for_full_pipe(repository: ScratchRepository) -> None:
    wait_until(lambda: not (repository.path / ".git" / "objects" / f"{EARLY:02x}").exists())


def is_deleted_late(oid: str) -> bool:
    """Tells whether the collection comes to an object only after the block."""
    return int(oid[:2], 16) > 0x70


def loose_objects(repository: ScratchRepository) -> int:
    """Counts the loose objects."""
    return sum(len(names) for folder, _, names in os.walk(repository.path / ".git" / "objects") if folder[-3] == "/")
