"""Watches a command's system calls: is every object on the disk before a ref names it?"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from protocol_breaker import breaker_environment, breaker_line

if TYPE_CHECKING:
    from pathlib import Path

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
_CALLS = "openat,fsync,fdatasync,link,linkat,rename,renameat,renameat2,close,dup,dup2"
# More than one space stands before a result that strace writes by itself, as another call came between.
_OPENED = re.compile(r'^(\d+)\s+openat\(\w+, "([^"]+)", ([A-Z_|]+)[^)]*\)\s+= (\d+)')
_SYNCED = re.compile(r"^(\d+)\s+f(?:data)?sync\((\d+)\)\s+= 0")
_MOVED = re.compile(r'^(\d+)\s+(?:link|rename)\w*\((?:\w+, )?"([^"]+)", (?:\w+, )?"([^"]+)"[^)]*\)\s+= 0')
_OBJECT = re.compile(r"objects/(?:[0-9a-f]{2}/[0-9a-f]{38}|pack/pack-[0-9a-f]{40}\.(?:pack|idx))$")


class Watched(NamedTuple):
    """How a command ended, which refs got their name unsynced, and which objects were so when a ref moved."""

    code: int
    words: str
    objects: int
    unsynced: tuple[str, ...]


def watch(folder: Path, log: Path, rule: str, *line: str) -> Watched:
    """Runs one command line below strace; `rule` is one that is broken."""
    command = ["strace", "-f", "-qq", "-s", "4096", "-e", f"trace={_CALLS}", "-e", "signal=none", "-o", str(log)]
    done = subprocess.run(
        [*command, sys.executable, *breaker_line(rule, "none"), *line],
        cwd=folder,
        env=breaker_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    named, unsynced = _read(_whole_calls(log.read_text(errors="replace")))
    return Watched(done.returncode, done.stderr, named, tuple(unsynced))


def _whole_calls(text: str) -> list[str]:
    """Joins calls that strace had to write in two pieces, as others came between."""
    begun: dict[str, str] = {}
    calls = []
    for line in text.splitlines():
        pid, _, rest = line.partition(" ")
        if line.endswith("<unfinished ...>"):
            begun[pid] = line.removesuffix("<unfinished ...>").rstrip()
        elif "resumed>" in rest:
            calls.append(begun.pop(pid, "") + rest.partition("resumed>")[2])
        else:
            calls.append(line)
    return calls


def _read(calls: list[str]) -> tuple[int, list[str]]:
    """Returns how many objects got their name, and what got it unsynced."""
    opened: dict[tuple[str, str], str] = {}
    synced: set[str] = set()
    waiting: dict[str, str] = {}  # objects that may be synced until the next ref moves
    named, unsynced = 0, []
    for call in calls:
        if found := _OPENED.match(call):
            pid, path, flags, descriptor = found.groups()
            opened[pid, descriptor] = path
            if "O_CREAT" in flags:
                synced.discard(_last(path))
        elif found := _SYNCED.match(call):
            synced.add(_last(opened.get((found[1], found[2]), "")))
            waiting.pop(_last(opened.get((found[1], found[2]), "")), None)
        elif found := _MOVED.match(call):
            old, new = found[2], found[3]
            is_object, is_ref = _OBJECT.search(new), old.endswith(".lock") and "/refs/" in f"/{new}"
            named += is_object is not None
            batch = "bulk-fsync" in old and any("bulk_fsync" in path for path in synced)  # one wait for all of them
            if is_object and not batch and _last(old) not in synced:
                waiting[_last(new)] = new
            if is_ref:
                unsynced += [*waiting.values(), *([] if _last(old) in synced else [new])]
                waiting.clear()
    return named, [*unsynced, *waiting.values()]


def _last(path: str) -> str:
    """Returns the end of a path: one process names it from where it stands, another as a whole."""
    return "/".join(path.split("/")[-2:])
