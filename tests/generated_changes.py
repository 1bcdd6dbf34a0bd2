"""Changes between two states of a few files, made up by hypothesis and told by git."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LINES = (
    *(b"", b"a", b"b", b"lr = 0.1", b"lr = 0.2", b"-- a", b"++ b", b" indented", b"\ttab", b"carriage\r"),
    *(b"diff --git a/x b/x", b"@@ -1,2 +1,2 @@", b"\\ No newline at end of file", b"caf\xe9", b"\x1b[31m", b"a\x0cb"),
)
PATHS = (
    b"train.py",
    b"a b.txt",
    b'quo"te',
    b"tab\there",
    b"line\nfeed",
    "é/ü.py".encode(),
    b"\xff.bin",
    b"-f",
    b"b/b/x",
)

contents = st.builds(
    lambda lines, end: b"\n".join(lines) + end,
    st.lists(st.sampled_from(LINES), max_size=30),
    st.sampled_from([b"", b"\n", b"\n", b"\0"]),
)
states = st.dictionaries(st.sampled_from(PATHS), contents, max_size=3)


class Told(NamedTuple):
    """What git says about a change: the patch, and by path the added and removed lines, None for a binary file."""

    patch: str
    counts: dict[str, tuple[int, int] | None]


def tell(folder: Path, before: Mapping[bytes, bytes], after: Mapping[bytes, bytes]) -> Told:
    """Commits two states to a repository and asks git what differs."""
    stream = _commit(b"refs/heads/before", before) + _commit(b"refs/heads/after", after)
    _git(folder, ["fast-import", "--quiet", "--force"], stream)
    arguments = ["-r", "--no-renames", "refs/heads/before", "refs/heads/after"]
    patch = _git(folder, ["diff-tree", "-p", *arguments]).decode(errors="surrogateescape")
    counts: dict[str, tuple[int, int] | None] = {}
    for line in _git(folder, ["diff-tree", "-z", "--numstat", *arguments]).split(b"\0"):
        if line:
            added, removed, path = line.split(b"\t", 2)
            counts[os.fsdecode(path)] = None if added == b"-" else (int(added), int(removed))
    return Told(patch, counts)


def _commit(ref: bytes, files: Mapping[bytes, bytes]) -> bytes:
    parts = [b"commit %s\ncommitter A <a@b> 0 +0000\ndata 0\ndeleteall\n" % ref]
    for path, content in files.items():
        quoted = b"".join(b"\\%03o" % byte for byte in path)
        parts.append(b'M 100644 inline "%s"\ndata %d\n%s\n' % (quoted, len(content), content))
    return b"".join(parts)


def _git(folder: Path, arguments: list[str], stdin: bytes = b"") -> bytes:
    done = subprocess.run(["git", *arguments], cwd=folder, input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
