"""Spreads a large scan over the cores by forking: the modules are loaded already, and each worker has its own git."""

from __future__ import annotations

import os
import selectors
import threading
from typing import TYPE_CHECKING

from branchlab.catalog.index import Entry
from branchlab.catalog.scan import scan_commits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.workspace import Workspace

WORTH_A_WORKER = 500  # commits; a fork and a second git cost as much as reading about a hundred
MOST_WORKERS = 4
_CHUNK = 1 << 18


def scan_all(workspace: Workspace, oids: Sequence[bytes]) -> dict[bytes, Entry]:
    """Returns the entry of each commit that is there, reading side by side when there are many.

    A worker that dies costs time only: what it leaves out is read again here.
    """
    # A worker and its git keep two cores busy; on two cores a second pair only costs the delta bases that both unpack.
    count = min((os.cpu_count() or 1) // 2, MOST_WORKERS, len(oids) // WORTH_A_WORKER)
    found: dict[bytes, Entry] = {}
    if count > 1 and _may_fork():
        found = _scan_in_workers(workspace, [oids[place::count] for place in range(count)])
    left = [oid for oid in oids if oid not in found]
    found.update(scan_commits(workspace, left))
    return found


def _may_fork() -> bool:
    """Says whether forking is safe: another thread may hold a lock that nobody would free in the child."""
    return hasattr(os, "fork") and threading.active_count() == 1


def _scan_in_workers(workspace: Workspace, shares: list[Sequence[bytes]]) -> dict[bytes, Entry]:
    texts: dict[int, bytearray] = {}
    children: list[int] = []
    with selectors.DefaultSelector() as selector:
        for share in shares:
            reading, writing = os.pipe()
            child = os.fork()
            if not child:
                _work(workspace, share, writing)
            os.close(writing)
            children.append(child)
            texts[reading] = bytearray()
            selector.register(reading, selectors.EVENT_READ)
        _collect(selector, texts)
    for child in children:
        os.waitpid(child, 0)
    # What stands behind the last line end was cut off when a worker died.
    return dict(_parse(line) for text in texts.values() for line in text.split(b"\n")[:-1])


def _collect(selector: selectors.BaseSelector, texts: dict[int, bytearray]) -> None:
    while selector.get_map():
        for key, _ in selector.select():
            piece = os.read(key.fd, _CHUNK)
            texts[key.fd] += piece
            if not piece:
                selector.unregister(key.fd)
                os.close(key.fd)


def _work(workspace: Workspace, share: Sequence[bytes], writing: int) -> None:
    """Runs in the child and never returns, so that nothing of the parent is flushed or cleaned up twice."""
    try:
        with os.fdopen(writing, "wb", buffering=_CHUNK) as out:
            for oid, entry in scan_commits(workspace, share):
                out.write(b"%b %b %b\n" % (oid, entry.started, entry.row))
    finally:
        os._exit(0)


def _parse(line: bytearray) -> tuple[bytes, Entry]:
    oid, started, row = bytes(line).split(b" ", 2)
    return oid, Entry(started, row)
