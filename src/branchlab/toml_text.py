"""Reads TOML that may come from anyone, at a cost that its size bounds.

The parser of the standard library takes two seconds for a mebibyte of short lists, and half of that for dotted keys. So
it reads small texts alone; a large one, which branchlab writes seldom, goes through rtoml.
"""

from __future__ import annotations

import re
from typing import Any

SMALL_BYTES = 1 << 15
KEY_DOTS = 16
_MOST_SIGNS = 100_000
_SIGNS = {b",": "commas", b".": "dots", b'"': "quotes", b"'": "quotes"}

# A chain of more parts than a key may have, or else the next string or comment, which is stepped over. Each
# alternative takes what it sees once and for all, and an open string runs to the end, so a scan is linear.
_PARTS = (
    rb"""(?P<key>(?:(?:(?<![\w-])[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){%d})"""
    rb"""|\"{3}(?:(?!\"{3})(?:[^\\]|\\.))*+(?:\"{3}|\Z)|'{3}(?:(?!'{3}).)*+(?:'{3}|\Z)"""
    rb"""|"(?:[^"\\\n]|\\[^\n])*+"|'[^'\n]*+'|\#[^\n]*+""" % (KEY_DOTS + 1)
)


def costly_part(text: bytes) -> str:
    """Returns what in a text would keep a parser busy for seconds, to stand behind its name; empty where nothing would.

    It is a key of more than 17 parts, or 100,000 signs of a kind that a record of the largest size has a few of.
    """
    for sign, name in _SIGNS.items():
        if text.count(sign) > _MOST_SIGNS:
            return f"has more than {_MOST_SIGNS:,} {name}"
    line = _long_key(text)
    return f"has a key of too many parts at line {line}" if line else ""


def _long_key(text: bytes) -> int:
    """Returns the line of a key of more parts than a key may have, 0 when there is none."""
    if any(line.count(b".") > KEY_DOTS for line in text.split(b"\n")):
        for match in re.finditer(_PARTS, text, re.DOTALL):  # compiled when needed: most texts never do
            if match["key"]:
                return text.count(b"\n", 0, match.start()) + 1
    return 0


def load_toml(text: bytes) -> dict[str, Any]:
    """Returns the table of a text whose keys and lines were looked at.

    Raises:
        ValueError: for what is no TOML, or nested so deeply that a parser gives up; a `UnicodeDecodeError` for what is
            not UTF-8.
    """
    decoded = text.decode()
    if len(text) <= SMALL_BYTES:
        import tomllib

        try:
            return tomllib.loads(decoded)
        except RecursionError:
            raise ValueError("nested too deeply") from None
    import rtoml

    table: dict[str, Any] = rtoml.loads(decoded.replace("\r\n", "\n"))  # as TOML has it in texts of several lines
    return table
