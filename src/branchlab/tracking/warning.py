"""How a logger complains: a Python warning, once, and never as an exception."""

from __future__ import annotations

import os
import sys
import warnings

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_said: set[str] = set()


class BranchlabWarning(UserWarning):
    """Said when something could not be logged; the training goes on."""


def warn_once(key: str, message: str) -> None:
    """Warns about one kind of trouble once in a process, at the line of the script that caused it."""
    if key in _said:
        return
    _said.add(key)
    try:
        warnings.warn(f"branchlab: {message}", BranchlabWarning, stacklevel=_depth())
    except Warning:  # a script that turns warnings into errors still must not end over a logger
        return


def _depth() -> int:
    frame, depth = sys._getframe(1), 1  # noqa: SLF001 - `inspect` costs more than the rest of the package
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, depth = frame.f_back, depth + 1
    return depth
