"""Sets values in the text of a JSON file: all around the value stays as it was."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")


def set_in_json(text: str, path: tuple[str | int, ...], value: Any, place: str) -> str:
    """Returns the text with the value at `path` replaced. The text has been read before, so it is valid JSON."""
    start = _skip(text, 0)
    end = _DECODER.raw_decode(text, start)[1]
    for step in path:
        start, end = next((start, end) for key, _, start, end in _members(text, start) if key == step)
    return text[:start] + _literal(value, text, place) + text[end:]


def add_to_json(text: str, path: tuple[str | int, ...], key: str, value: Any, place: str) -> str:
    """Returns the text with a key added at the end of the object at `path`, spaced like the one before it."""
    start = _skip(text, 0)
    for step in path:
        start = next(start for name, _, start, _ in _members(text, start) if name == step)
    # As the file has it: one that writes `\u00e9` keeps to ASCII, another would get it for every `é`.
    written = json.dumps(key, ensure_ascii="\\u" in text)
    members = list(_members(text, start))
    if not members:
        return f"{text[: start + 1]}{written}: {_literal(value, text, place)}{text[start + 1 :]}"
    _, key_start, value_start, value_end = members[-1]
    # The comma or brace before the last member: what stands from there to its key is the file's way of spacing.
    opening = _skip(text, members[-2][3]) if len(members) > 1 else start
    before = text[opening + 1 : key_start]
    colon = text[_DECODER.raw_decode(text, key_start)[1] : value_start]
    return f"{text[:value_end]},{before}{written}{colon}{_literal(value, text, place)}{text[value_end:]}"


def remove_from_json(text: str, path: tuple[str | int, ...]) -> str:
    """Returns the text without the member at `path`, the comma beside it, and the space between the two."""
    start = _skip(text, 0)
    for step in path[:-1]:
        start = next(start for key, _, start, _ in _members(text, start) if key == step)
    members = list(_members(text, start))
    place = next(number for number, member in enumerate(members) if member[0] == path[-1])
    # The comma in front goes with a member, but the first one has none and takes the one behind it.
    if place:
        return text[: members[place - 1][3]] + text[members[place][3] :]
    if len(members) > 1:
        return text[: members[0][1]] + text[members[1][1] :]
    return text[: start + 1] + text[_skip(text, members[0][3]) :]


def _members(text: str, start: int) -> Iterator[tuple[str | int, int, int, int]]:
    """Yields key or index, start of the key, and start and end of each value of the container at `start`."""
    is_object, place, index = text[start] == "{", _skip(text, start + 1), 0
    while text[place] not in "]}":
        key: str | int = index
        key_start = place
        if is_object:
            key, place = _DECODER.raw_decode(text, place)
            place = _skip(text, _skip(text, place) + 1)
        _, end = _DECODER.raw_decode(text, place)
        yield key, key_start, place, end
        place = _skip(text, end)
        place = _skip(text, place + 1) if text[place] == "," else place
        index += 1


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _literal(value: Any, text: str, place: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        # Python would write NaN and Infinity, which other readers of JSON refuse.
        raise UsageError(f"{place} cannot be {value}", "JSON has no such number")
    return json.dumps(value, ensure_ascii="\\u" in text)
