"""What a command says while it works: whole lines are words, what it draws over again is its progress."""

from __future__ import annotations

import re

from branchlab.text import safe_text

# In this order: CSI (colours, moves), OSC (titles, links; ended by BEL or ESC \), and two-letter escapes.
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_MOST = 1 << 16  # characters that are kept, the newest ones
_PREFIX = "branchlab: error: "
_HINT = ". hint: "


class Words:
    """Takes the bytes of a terminal and tells lines from progress."""

    def __init__(self) -> None:
        self.text = ""
        self.progress = ""
        self._rest = b""

    def take(self, chunk: bytes) -> None:
        """Takes what came."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            shown = _last_drawn(line)
            if shown:
                self.text = f"{self.text}{shown}\n"[-_MOST:]
                self.progress = shown
        drawn = _last_drawn(self._rest)
        if drawn:
            self.progress = drawn

    def end(self) -> None:
        """Takes a last line that nobody ended; progress that was left standing is none."""
        if b"\r" not in self._rest and _last_drawn(self._rest):
            self.text += f"{_last_drawn(self._rest)}\n"
        self._rest = b""


def explain(text: str) -> tuple[str, str, str]:
    """Returns what a failed command says: what is wrong, what to do, and all other lines."""
    lines = text.splitlines()
    at = next((place for place, line in enumerate(lines) if line.startswith(_PREFIX)), None)
    if at is None:
        said = [line for line in lines if line.strip()]
        return (said[-1] if said else "it said nothing", "", "\n".join(said[:-1]))
    what, _, hint = lines[at].removeprefix(_PREFIX).partition(_HINT)
    return what, hint, "\n".join(lines[:at] + lines[at + 1 :])


def _last_drawn(line: bytes) -> str:
    """Returns what a terminal would show of a line in the end."""
    text = _SEQUENCE.sub("", line.decode(errors="replace")).rstrip("\r")
    return safe_text(text.rpartition("\r")[2]).rstrip()  # what was written over is gone
