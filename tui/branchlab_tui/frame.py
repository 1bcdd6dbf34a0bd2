"""The table as it stood when the program was left: shown again at once, until the rows of today are there.

It is a cache like the index: whoever may write it may write git hooks as well, and still nothing but text and colours
is let through.
"""

from __future__ import annotations

import os
import re
from zlib import crc32

from branchlab_tui.skeleton import find_head, read_line

_MARK = "branchlab frame 1"  # a new number when what stands in the file changes
_BYTES = 1 << 18  # a page of 200 by 60 has 26,000; one that is cut lacks lines and is not shown
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def keep_frame(state_dir: str, prefix: str, size: tuple[int, int], lines: list[str]) -> None:
    """Keeps the lines of a screen, each with its colours; where that is not possible the next start does without.

    Args:
        state_dir: where branchlab keeps what is never committed.
        prefix: the project's folder relative to the top of the repository.
        size: columns and rows.
        lines: from the top down.
    """
    path = _path(state_dir, prefix)
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write("\n".join([f"{_MARK} {size[0]} {size[1]}", *lines]))
        os.replace(temporary, path)  # two programs may leave at once
    except OSError:
        return


def kept_frame(cwd: str, size: tuple[int, int], *, colour: bool) -> list[str]:
    """Returns the lines that were kept for a terminal of this size, none when there are none for it."""
    from branchlab.text import safe_text

    top, _ = find_head(cwd)
    try:
        with open(_path(_state_dir(top), _prefix(top, cwd)), encoding="utf-8", errors="replace", newline="") as file:
            head, *lines = file.read(_BYTES).split("\n")
    except OSError:
        return []
    plain = [_COLOUR.sub("", line) for line in lines]
    if head != f"{_MARK} {size[0]} {size[1]}" or len(lines) != size[1] or any(safe_text(one) != one for one in plain):
        return []
    return lines if colour else plain


def _path(state_dir: str, prefix: str) -> str:
    return os.path.join(state_dir, f"frame.{crc32(prefix.encode(errors='surrogateescape')):08x}")


def _state_dir(top: str) -> str:
    """Returns the state folder of a working tree without asking git."""
    place = os.path.join(top, ".git")
    if os.path.isfile(place):
        place = os.path.join(top, read_line(place).removeprefix("gitdir: "))
        place = os.path.join(place, read_line(os.path.join(place, "commondir")))  # gitrepository-layout: of a worktree
    return os.path.join(place, "branchlab")


def _prefix(top: str, cwd: str) -> str:
    """Returns the folder of the nearest branchlab.toml upwards, relative to the top, as `Workspace.prefix` is."""
    folder = cwd
    while folder != top and folder.startswith(f"{top}/"):
        if os.path.isfile(os.path.join(folder, "branchlab.toml")):
            return f"{folder[len(top) + 1 :]}/"
        folder = os.path.dirname(folder)
    return ""
