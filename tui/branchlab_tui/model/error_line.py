"""An error in one line, with what to do about it."""

from __future__ import annotations

from branchlab.faults import error_of


def error_line(error: Exception) -> str:
    """Returns what is wrong and, behind a semicolon, what to do about it where that is known; not harmless yet."""
    told = error_of(error)
    return f"{told.message}; {told.hint}" if told.hint else told.message
