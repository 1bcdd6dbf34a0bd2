"""What a record may cost to read, checked before and after parsing, because a branch may come from anyone.

A dotted key of 40 KB keeps a TOML parser busy for seconds, so the text is looked at before it is parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError
from branchlab.toml_text import costly_part

if TYPE_CHECKING:
    from collections.abc import Mapping

RECORD_BYTES = 1 << 20
LINE_BYTES = 1 << 16
DEPTH = 8
VALUES = 10_000
LINES = 4 * VALUES  # written by us, a value takes three at most
INTEGER_BITS = 64

_MEND = "mend the file by hand, or record the run again"
_SHRINK = "log curves step by step and keep large values in data files"


def check_limits(text: bytes, source: str) -> None:
    """Looks at a record before it is parsed.

    Raises:
        DamagedError: when it is larger than 1 MiB, has a line over 64 KiB, more than 40,000 lines, a key of
            more than 17 parts or 100,000 commas, dots or quotes, or holds the conflict markers of a merge.
    """
    if len(text) > RECORD_BYTES:
        raise DamagedError(f"{source} is larger than 1 MiB", _SHRINK)
    if len(text) > LINE_BYTES and max(map(len, text.split(b"\n"))) > LINE_BYTES:
        raise DamagedError(f"{source} has a line longer than 64 KiB", _SHRINK)
    if text.count(b"\n") > LINES:
        raise DamagedError(f"{source} has more than {LINES:,} lines", _SHRINK)
    # The parser would refuse these too, with a remedy that leads astray: a merge is to be finished.
    if text.startswith(b"<<<<<<< ") or b"\n<<<<<<< " in text:
        line = text[: text.find(b"<<<<<<< ")].count(b"\n") + 1
        raise DamagedError(f"{source} has conflict markers at line {line}", "finish the merge: keep one side")
    problem = costly_part(text)
    if problem:
        raise DamagedError(f"{source} {problem}", _MEND)


def check_shape(table: Mapping[str, Any], source: str) -> None:
    """Looks at a record after it was parsed.

    Raises:
        DamagedError: for tables or lists nested more than 8 deep, for more than 10,000 values, and for an
            integer beyond 64 bits, which TOML does not have.
    """
    count = 0
    level: list[Any] = [table]
    for _ in range(DEPTH + 1):
        below: list[Any] = []
        for container in level:
            values = container.values() if isinstance(container, dict) else container
            count += len(values)
            if count > VALUES:
                raise DamagedError(f"{source} has more than {VALUES:,} values", _SHRINK)
            below += [value for value in values if isinstance(value, (dict, list))]
            if any(isinstance(value, int) and beyond_64_bits(value) for value in values):
                raise DamagedError(f"{source} has an integer beyond 64 bits", _MEND)
        level = below
    if level:
        raise DamagedError(f"{source} is nested more than {DEPTH} deep", _MEND)


def beyond_64_bits(value: int) -> bool:
    """Tells whether a signed 64-bit integer, all that TOML promises, cannot hold the value."""
    return not -(1 << (INTEGER_BITS - 1)) <= value < 1 << (INTEGER_BITS - 1)
