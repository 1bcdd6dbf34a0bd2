"""The line in `.gitignore` by which git leaves a tracked output to DVC."""

from __future__ import annotations

import posixpath
import re

_SPECIAL = r"([\[\]!*#?\\])"


def ignore_line(path: str) -> str:
    r"""Returns the line that DVC puts into the `.gitignore` beside an output: `/model.bin`.

    Patterns are escaped; unlike DVC's, also a backslash and a space at the end, without which git would not match.
    """
    name = re.sub(_SPECIAL, r"\\\1", posixpath.basename(path))
    return "/" + (f"{name[:-1]}\\ " if name.endswith(" ") else name)


def with_ignored(content: bytes, *paths: str) -> bytes:
    """Returns the bytes of a `.gitignore` with a line for each output; the same bytes when all are there."""
    known = set(content.decode(errors="surrogateescape").splitlines())
    lines = [line for line in dict.fromkeys(map(ignore_line, paths)) if line not in known]
    if not lines:
        return content
    gap = b"" if not content or content.endswith(b"\n") else b"\n"
    return content + gap + "".join(f"{line}\n" for line in lines).encode(errors="surrogateescape")
