"""The first frame, in plain control sequences: it stands before Textual is imported."""

from __future__ import annotations

import os

# Alternate screen, no cursor, top left, clear; https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
ENTER = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J"
LEAVE = "\x1b[?1049l\x1b[?25h"

_DIM, _BOLD, _PLAIN = "\x1b[2m", "\x1b[1m", "\x1b[0m"
_COLUMNS = (("EXPERIMENT", 28), ("STATE", 12), ("", 10), ("", 10), ("", 8), ("AGE", 5))
_ROWS = 5
_LEAST_TITLE = 20
_HEAD_BYTES = 4096  # one line is wanted; whatever else stands there is not read in whole
_REF = "ref: refs/heads/"


def first_frame(cwd: str, width: int, height: int, *, colour: bool, kept: list[str] | None = None) -> str:
    """Returns the frame of a program that is still loading: what was kept, else project, branch, and rows to come.

    Args:
        cwd: the caller's folder; git is not asked, its files are read.
        width: columns of the terminal.
        height: rows of the terminal.
        colour: whether bold and dim may be used.
        kept: the lines that stood there last time.
    """
    if kept:
        return ENTER + "\r\n".join(kept)  # no line end behind the last: it would scroll
    from branchlab.report.width import pad, shorten
    from branchlab.text import safe_text

    top, branch = find_head(cwd)
    title = f" branchlab  {safe_text(os.path.basename(top) or top)}"
    if branch:
        title += f" @ {safe_text(branch)}"
    ghosts = "  ".join("░" * (size - 2) for _, size in _COLUMNS)
    lines = [
        pad(shorten(title, width - 9, "start"), width - 8) + "loading " if width > _LEAST_TITLE else "",
        "",
        "   " + "  ".join(name.ljust(size - 2) for name, size in _COLUMNS),
        *[f"   {ghosts}"] * min(_ROWS, max(height - 4, 0)),
    ]
    styles = [_BOLD, "", _DIM, *[_DIM] * _ROWS]
    shown = [line[:width] for line in lines[:height]]
    if colour:
        shown = [f"{style}{line}{_PLAIN}" if style else line for style, line in zip(styles, shown, strict=False)]
    return ENTER + "\r\n".join(shown)


def find_head(cwd: str) -> tuple[str, str]:
    """Returns the top of the working tree and the branch that is checked out, as far as files tell without git."""
    folder = cwd
    while True:
        place = os.path.join(folder, ".git")
        if os.path.exists(place):
            return folder, _branch(place)
        above = os.path.dirname(folder)
        if above == folder:
            return cwd, ""
        folder = above


def _branch(place: str) -> str:
    if os.path.isfile(place):
        link = read_line(place)
        if not link.startswith("gitdir: "):
            return ""
        place = os.path.join(os.path.dirname(place), link.removeprefix("gitdir: "))
    head = read_line(os.path.join(place, "HEAD"))
    return head.removeprefix(_REF) if head.startswith(_REF) else ""


def read_line(path: str) -> str:
    """Returns the text of one of git's small files without its line end; empty when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(_HEAD_BYTES).decode(errors="surrogateescape").strip()
    except OSError:
        return ""
