"""The raw text of a commit: lines of a header, an empty line, and the message."""

from __future__ import annotations

_AUTHOR = b"\nauthor "
_COMMITTER = b"\ncommitter "


def author_line(commit: bytes) -> bytes:
    """Returns who made a commit and when, as git writes both; empty where the header does not say."""
    start = commit.find(_AUTHOR)
    if start < 0 or start > commit.find(b"\n\n"):
        return b""
    return commit[start + len(_AUTHOR) : commit.find(b"\n", start + 1)]


def author_name(commit: bytes) -> bytes:
    """Returns the name of who made a commit; empty where the header does not say."""
    return author_line(commit).partition(b"<")[0].strip()


def is_rewritten(commit: bytes) -> bool:
    """Says whether the author's time is not that of the commit, as after an amend."""
    header = commit.partition(b"\n\n")[0]
    times = [header.partition(key)[2].partition(b"\n")[0].rpartition(b"> ")[2] for key in (_AUTHOR, _COMMITTER)]
    return times[0] != times[1]


def first_parent(commit: bytes) -> str:
    """Returns the id of the first parent; empty for a commit without one."""
    return commit.partition(b"\n\n")[0].partition(b"\nparent ")[2].partition(b"\n")[0].decode(errors="replace")
