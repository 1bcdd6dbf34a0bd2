"""A record as one line per value, so that each line of a diff names the whole key; nothing in it steers a terminal."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError
from branchlab.record.limits import RECORD_BYTES, check_limits, check_shape
from branchlab.text import safe_text
from branchlab.toml_text import load_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOUR_DIGITS = 0xFFFF
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def flat_text(text: bytes) -> bytes:
    """Returns a record as lines of `split.test.accuracy = 0.92`, in its order; they are TOML and say the same.

    What is no sound record is shown as it stands, made harmless; of more than 1 MiB a digest stands for the rest.
    """
    try:
        check_limits(text, "")
        table = load_toml(text)
        check_shape(table, "")
    except (DamagedError, ValueError):
        return _as_it_stands(text)
    return "".join(f"{key} = {value}\n" for key, value in _lines(table, "")).encode(errors="backslashreplace")


def _lines(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = prefix + (key if _BARE_KEY.fullmatch(key) else _quoted(key))
        # An empty table is a value, or it would not be seen at all.
        if isinstance(value, dict) and value:
            yield from _lines(value, f"{name}.")
        else:
            yield name, _value(value)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_quoted(key)} = {_value(item)}' for key, item in value.items())}}}"
    if isinstance(value, float):
        # Not json.dumps, which writes NaN and Infinity; TOML has nan and inf.
        return repr(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, (bool, int)):
        return json.dumps(value)
    return str(value.isoformat()).replace("+00:00", "Z")


def _quoted(text: str) -> str:
    """Returns a string as TOML writes it; what `safe_text` would not show is an escape of TOML."""
    quoted = json.dumps(text, ensure_ascii=False)
    if safe_text(quoted) == quoted:
        return quoted
    return "".join(letter if safe_text(letter) == letter else _escape(letter) for letter in quoted)


def _escape(letter: str) -> str:
    code = ord(letter)
    # TOML has \UXXXXXXXX for what lies above; the surrogate pairs of JSON are no TOML.
    return f"\\u{code:04x}" if code <= _FOUR_DIGITS else f"\\U{code:08x}"


def _as_it_stands(text: bytes) -> bytes:
    shown = safe_text(text[:RECORD_BYTES].decode(errors="surrogateescape"), multiline=True)
    if len(text) > RECORD_BYTES:
        from hashlib import sha256

        shown = f"{shown}\n({len(text)} bytes, sha256 {sha256(text).hexdigest()})\n"
    return (shown if shown.endswith("\n") or not shown else f"{shown}\n").encode(errors="backslashreplace")
