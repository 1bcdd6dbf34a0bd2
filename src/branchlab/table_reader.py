"""Reads a TOML file that somebody wrote by hand, table by table, so that each mistake is named with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError, UsageError
from branchlab.text import safe_text
from branchlab.toml_text import costly_part, load_toml
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FILE_BYTES = 1 << 17
LINE_BYTES = 1 << 12
DEPTH = 16  # a message shows a wrong value with repr(), which ends in a RecursionError a thousand levels down
_MESSAGE_LENGTH = 300


class Kind(NamedTuple):
    """What a value may be.

    Attributes:
        wanted: for messages, `a string`.
        fits: tells whether a value is one.
        items: of a table with any keys, the kind of its values.
        finite: the value is text with a number in it, which a float must be able to hold.
    """

    wanted: str
    fits: Callable[[Any], bool]
    items: Kind | None = None
    finite: bool = False


def is_texts(value: Any) -> bool:
    """Tells whether a value is a list of strings."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_whole(value: Any) -> bool:
    """Tells whether a value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Tells whether a value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def of_form(wanted: str, form: str, *, finite: bool = False) -> Kind:
    """Returns the kind of texts that match a regular expression as a whole; it is compiled when it is needed."""
    return Kind(wanted, lambda value: isinstance(value, str) and re.fullmatch(form, value) is not None, None, finite)


def table_of(wanted: str, items: Kind) -> Kind:
    """Returns the kind of tables with any keys and values of one kind."""
    return Kind(wanted, lambda value: isinstance(value, dict), items)


TEXT = Kind("a string", lambda value: isinstance(value, str))
TEXTS = Kind("a list of strings", is_texts)
COMMAND = Kind("a string or a list of strings", lambda value: isinstance(value, str) or is_texts(value))
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
SIZE = Kind("a number above 0", lambda value: is_whole(value) and value > 0)


def parse_table(text: bytes, source: str, purpose: str) -> dict[str, Any]:
    """Returns what a file holds; `source` is its name, safe to show, and `purpose` ends the hint for a large one.

    Raises:
        DamagedError: for bytes that are not TOML, more than 128 KiB, a line of more than 4 KiB, conflict markers, and
            tables or lists nested more than 16 deep.
    """
    if len(text) > FILE_BYTES:
        raise DamagedError(f"{source} is larger than 128 KiB", f"keep {purpose}")
    if max(map(len, text.split(b"\n"))) > LINE_BYTES:
        raise DamagedError(f"{source} has a line longer than 4 KiB", "break it: a list may take several lines")
    if b"<<<<<<< " in text and (text.startswith(b"<<<<<<< ") or b"\n<<<<<<< " in text):
        raise DamagedError(f"{source} is not valid TOML: it has conflict markers", "finish the merge: keep one side")
    problem = costly_part(text)
    if problem:
        raise DamagedError(f"{source} {problem}", f"mend {source}")
    try:
        table = load_toml(text)
    except ValueError as error:
        reason = safe_text(str(error)[:_MESSAGE_LENGTH])
        raise DamagedError(f"{source} is not valid TOML: {reason}", f"mend {source}") from None
    level: list[Any] = [table]
    for _ in range(DEPTH):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, (dict, list))]
    if level:
        raise DamagedError(f"{source} is nested more than {DEPTH} deep", f"mend {source}")
    return table


def _inside(container: Any) -> list[Any]:
    return list(container.values() if isinstance(container, dict) else container)


def mistake(message: str, hint: str = "") -> UsageError:
    """Returns the error for a mistake; parts of the file may stand in the texts as they are."""
    return UsageError(safe_text(message), safe_text(hint))


class TableReader(NamedTuple):
    """Checks tables of one file key by key; every method raises `UsageError` with the place of a mistake."""

    source: str

    def table(self, parent: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Returns a table of the file, empty where there is none."""
        value = parent.get(key, {})
        if not isinstance(value, dict):
            raise mistake(f"{self.source}: {key} must be a table", f"write it as [{key}]")
        return value

    def known(self, table: Mapping[str, Any], place: str, keys: tuple[str, ...]) -> None:
        """Refuses a key that is not among `keys`, and offers the nearest one."""
        for key in table:
            if key not in keys:
                # 1.7 ms that only a mistake has to pay.
                from difflib import get_close_matches

                near = get_close_matches(key, keys, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(keys)}"
                raise mistake(f"{self.source}: unknown key {f'{place}.{key}' if place else key}", hint)

    def fields(self, table: Mapping[str, Any], place: str, kinds: Mapping[str, Kind]) -> dict[str, Any]:
        """Returns the values of a table, checked by the kinds of its keys."""
        self.known(table, place, tuple(kinds))
        return {key: self.value(value, f"{place}.{key}", kinds[key]) for key, value in table.items()}

    def entry(self, table: Any, place: str, kinds: Mapping[str, Kind]) -> dict[str, Any]:
        """Returns the values of what must be a table."""
        if not isinstance(table, dict):
            raise mistake(f"{self.source}: {place} must be a table", f"write it as [{place}]")
        return self.fields(table, place, kinds)

    def value(self, value: Any, place: str, kind: Kind) -> Any:
        """Returns a value of a kind; a list of strings becomes a tuple."""
        if not kind.fits(value):
            raise mistake(f"{self.source}: {place} must be {kind.wanted}, not {value!r:.60}")
        if kind.items:
            return {key: self.value(item, f"{place}.{key}", kind.items) for key, item in value.items()}
        # 1e400 reads as infinity: all values would be the same by such a tolerance, or none good enough.
        if kind.finite and float(value.strip("<>=% ")) in (float("inf"), float("-inf")):
            raise mistake(f"{self.source}: {place} is beyond every number: {value!r:.60}", "write a smaller one")
        return tuple(value) if kind is TEXTS else value

    def inside(self, path: str) -> str:
        """Returns a path without needless parts (`./a//b/` is `a/b`); it must lie below branchlab.toml."""
        parts = [part for part in path.split("/") if part not in ("", ".")]
        # A clone's settings may name .git/config as the place of the record; macOS does not tell .GIT from it.
        hidden = any(part == ".." or part.lower() == ".git" for part in parts)
        if not parts or hidden or path.startswith("/") or "\0" in path:
            raise mistake(f"{self.source}: {path!r} leads out of the project", "use a path below branchlab.toml")
        return "/".join(parts)

    def choice(self, fields: Mapping[str, Any], place: str, key: str, allowed: tuple[str, ...]) -> None:
        """Refuses a value that is not among those allowed; the first is the default."""
        value = fields.get(key, allowed[0])
        if value not in allowed:
            raise mistake(f"{self.source}: {place}.{key} is {value!r}", f"use one of {', '.join(allowed)}")

    def command(self, value: str | list[str], place: str) -> tuple[str, ...]:
        """Returns a command as arguments; a string is split as a shell would."""
        if isinstance(value, list):
            return tuple(value)
        if value.isascii() and value.isprintable() and not any(mark in value for mark in "\"'\\"):
            return tuple(value.split())
        import shlex  # for what a shell would not split at blanks alone

        try:
            return tuple(shlex.split(value))
        except ValueError as error:
            raise mistake(f"{self.source}: {place} cannot be split: {error}", "close the quotes") from None
