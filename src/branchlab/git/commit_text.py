"""The raw text of a commit: lines of a header, an empty line, and the message."""

from __future__ import annotations

_AUTHOR = b"\nauthor "


def author_line(commit: bytes) -> bytes:
    """Returns who made a commit and when, as git writes both; empty where the header does not say."""
    start = commit.find(_AUTHOR)
    if start < 0 or start > commit.find(b"\n\n"):
        return b""
    return commit[start + len(_AUTHOR) : commit.find(b"\n", start + 1)]


def author_name(commit: bytes) -> bytes:
    """Returns the name of who made a commit; empty where the header does not say."""
    return author_line(commit).partition(b"<")[0].strip()
