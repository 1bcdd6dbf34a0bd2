"""Reads YAML as DVC itself writes it: tables and lists by indentation, words, numbers, nothing over several lines.

Most commands that meet a lock need no parser of YAML, whose import alone costs them more than the whole lock.
"""

from __future__ import annotations

import re
from typing import Any

_DEEPEST = 32
_INDENT = 2
_MOST_LINES = 50_000
_LONGEST_LINE = 4096  # a longer one is a command that somebody wrote; libyaml reads it

# Words that YAML 1.1 and 1.2 both read as this very text; what begins with a digit is one where a letter shows that it
# is no number.
_WORD = r"(?:(?:[A-Za-z_/]|\.(?![0-9]))[\w./@=+-]*(?: [\w./@=+-]+)*|[0-9][\w.@=+-]*/[\w./@=+-]*)"
_DIGEST = r"(?!0[box])(?=[0-9a-f]*[a-df])[0-9a-f]{32}(?:\.dir)?"
_LINE = re.compile(
    rf"( *)((?:- )*)(?:([A-Za-z_][\w./@-]*|'[^'\n]*'):(?: |$))?"
    rf"(?:({_DIGEST}|{_WORD})|(-?(?:0|[1-9][0-9]{{0,17}})(?:\.[0-9]{{1,17}})?)|'([^'\n]*)')?$",
    re.ASCII,
)
_NO_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan", "."})
_FLAGS = {"true": True, "false": False}

# Column; what stands there: `-`, a key, or a value; and the last two themselves.
_Token = tuple[int, str, str, Any]


class _OtherwiseError(Exception):
    pass


def read_plain_yaml(text: str) -> dict[str, Any] | None:
    """Returns the table of a text, as any reader of YAML would; None for one that is not plainly what DVC writes."""
    if text.count("\n") > _MOST_LINES:
        return None
    try:
        tokens = [token for line in text.removesuffix("\n").split("\n") for token in _tokens(line)]
        table, place = _block(tokens, 0, 0)
    except (_OtherwiseError, IndexError):
        return None
    return table if place == len(tokens) and tokens[0][0] == 0 and isinstance(table, dict) else None


def _tokens(line: str) -> list[_Token]:
    found = _LINE.match(line) if len(line) <= _LONGEST_LINE else None
    if not found:
        raise _OtherwiseError
    blanks, dashes, key, word, number, quoted = found.groups()
    column = len(blanks)
    tokens: list[_Token] = [(column + place, "-", "", None) for place in range(0, len(dashes), _INDENT)]
    column += len(dashes)
    value = quoted
    if word is not None:
        value = _plain(word)
    elif number is not None:
        value = float(number) if "." in number else int(number)
    if key is not None:
        tokens.append((column, "key", _name(key), value))
    elif value is not None and tokens:
        tokens.append((column, "value", "", value))
    else:
        raise _OtherwiseError
    return tokens


def _plain(word: str) -> str | bool:
    lowered = word.lower()
    if lowered in _NO_WORDS:
        if word in _FLAGS:
            return _FLAGS[word]
        raise _OtherwiseError
    return word


def _name(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    if key.lower() in _NO_WORDS:
        raise _OtherwiseError
    return key


def _block(tokens: list[_Token], place: int, depth: int) -> tuple[Any, int]:
    """Returns the value that begins at a token, and the place behind it."""
    column, kind, _, value = tokens[place]
    if kind == "value":
        return value, place + 1
    if depth > _DEEPEST:
        raise _OtherwiseError
    return (_list if kind == "-" else _table)(tokens, place, depth + 1, column)


def _list(tokens: list[_Token], place: int, depth: int, column: int) -> tuple[list[Any], int]:
    items = []
    while place < len(tokens) and tokens[place][:2] == (column, "-"):
        item, place = _block(tokens, place + 1, depth)  # what stands behind the dash, on the same line
        items.append(item)
    return items, place


def _table(tokens: list[_Token], place: int, depth: int, column: int) -> tuple[dict[str, Any], int]:
    table: dict[str, Any] = {}
    while place < len(tokens) and tokens[place][:2] == (column, "key"):
        _, _, key, value = tokens[place]
        place += 1
        if value is None:
            below, kind = tokens[place][:2]
            if kind == "value" or not (below > column or (below == column and kind == "-")):
                raise _OtherwiseError
            value, place = _block(tokens, place, depth)
        if key in table:
            raise _OtherwiseError
        table[key] = value
    return table, place
