"""Reads parameter files: TOML, YAML or JSON by their suffix, all with the same limits as the record they end up in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError, UsageError
from branchlab.record.limits import check_limits, check_shape
from branchlab.text import safe_text
from branchlab.toml_text import load_toml

if TYPE_CHECKING:
    from collections.abc import Callable

SUFFIXES = (".toml", ".yaml", ".yml", ".json")


def load_parameters(filename: str, content: bytes) -> dict[str, Any]:
    """Returns the table that a parameter file holds; an empty TOML or YAML file is an empty table.

    Raises:
        DamagedError: naming file and place, for bytes that are not UTF-8, text that does not parse, keys given
            twice, YAML tags, conflict markers, and what is larger or deeper than a record may be.
        UsageError: for a suffix that is not known.
    """
    source = safe_text(filename)
    text = decode(source, content)
    table = _READERS[suffix_of(filename)](text, source)
    if table is None:
        table = {}
    if not isinstance(table, dict):
        raise DamagedError(f"{source} does not hold a table of names and values", f"mend {source}")
    _limited(lambda: check_shape(table, source), source)
    if "\\" in text:
        _check_escapes(table, source)
    return table


def decode(source: str, content: bytes) -> str:
    """Returns the text of a parameter file, checked before any parser sees it."""
    _limited(lambda: check_limits(content, source), source)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DamagedError(f"{source} is not UTF-8 at line {line}", f"save {source} as UTF-8") from None


def suffix_of(filename: str) -> str:
    """Returns the suffix that tells the format of a parameter file."""
    for suffix in SUFFIXES:
        if filename.lower().endswith(suffix):
            return suffix
    known = ", ".join(SUFFIXES)
    raise UsageError(f"{safe_text(filename)} is not a parameter file", f"its name must end with one of {known}")


def _limited(check: Callable[[], None], source: str) -> None:
    """Runs a check of the record's limits, with a hint that fits a file written by hand."""
    try:
        check()
    except DamagedError as error:
        hint = error.hint if "conflict" in error.message else f"keep only parameters in {source}"
        raise DamagedError(error.message, hint) from None


def _check_escapes(table: dict[str, Any], source: str) -> None:
    """Refuses half of a surrogate pair, which JSON and YAML can spell and no file can hold."""
    try:
        json.dumps(table, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        raise DamagedError(f"{source} has the escape {safe_text(half)}, which is no character", "remove it") from None


def _read_toml(text: str, source: str) -> Any:
    try:
        return load_toml(text.encode())
    except ValueError as error:
        reason = safe_text(str(error)[:200])
        raise DamagedError(f"{source} is not valid TOML: {reason}", f"mend {source}") from None


def _read_json(text: str, source: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for key, value in pairs:
            if key in table:
                raise DamagedError(f"{source} has the key {safe_text(key)!r:.80} twice", "remove one of them")
            table[key] = value
        return table

    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise DamagedError(f"{source} is not valid JSON at {place}: {error.msg}", f"mend {source}") from None
    except (ValueError, RecursionError) as error:
        reason = "a number is too long" if isinstance(error, ValueError) else "nested too deeply"
        raise DamagedError(f"{source} is not valid JSON: {reason}", f"mend {source}") from None


def _read_yaml(text: str, source: str) -> Any:
    from branchlab.yaml_text import build, parse_yaml

    return build(parse_yaml(text, source), source)


_READERS: dict[str, Callable[[str, str], Any]] = {
    ".toml": _read_toml,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".json": _read_json,
}
