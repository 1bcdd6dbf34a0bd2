"""What Python itself tells of this process while something runs: programs started, pickles read, files written."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_WATCHED = frozenset(
    ("pickle.find_class", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "open")
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Heard(NamedTuple):
    """What happened: names that pickles asked for, argument lists that were started, files opened to write."""

    pickles: list[str]
    programs: list[list[str]]
    written: list[str]


_listening: list[Heard] = []


@contextmanager
def audited() -> Iterator[Heard]:
    """Listens to this process for as long as the block runs; children are not heard."""
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_hear)  # stays until the process ends
    heard = Heard([], [], [])
    _listening.append(heard)
    try:
        yield heard
    finally:
        _listening.remove(heard)


_hooked: list[bool] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if not _listening or event not in _WATCHED:
        return
    for heard in _listening:
        if event == "pickle.find_class":
            heard.pickles.append(".".join(map(str, arguments)))
        elif event == "open":
            path, _, flags = arguments
            if isinstance(path, (str, bytes)) and isinstance(flags, int) and flags & _WRITING:
                heard.written.append(os.path.abspath(os.fsdecode(path)))
        else:
            words = arguments[1] if len(arguments) > 1 else arguments[0]
            listed = words if isinstance(words, (list, tuple)) else [words]
            heard.programs.append([os.fsdecode(word) if isinstance(word, bytes) else str(word) for word in listed])
