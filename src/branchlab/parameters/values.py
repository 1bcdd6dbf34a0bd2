"""Turns what the user typed into a value of the type that was there."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NoReturn

from branchlab.errors import UsageError
from branchlab.parameters.overrides import split_values
from branchlab.record.limits import beyond_64_bits
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable

_INT = re.compile(r"[+-]?[0-9]+(?:_[0-9]+)*")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:_[0-9]+)*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# As Python and TOML write them; YAML's `.inf` is a text here.
_NOT_FINITE = re.compile(r"[+-]?inf|nan", re.IGNORECASE)
_BOOLS = {"true": True, "false": False}


def convert(text: str, old: Any, place: str) -> Any:
    """Returns the value that `text` means where `old` stands.

    A whole number may stand where there was a float, any text where there was a string, anything where there was
    null; a list takes the type of its first element.

    Args:
        text: as typed, quotes included.
        old: the value that is there.
        place: file and key for messages.

    Raises:
        UsageError: when the types do not match.
    """
    return _CONVERTERS.get(type(old), _date)(text, old, place)


def guess(text: str, place: str) -> Any:
    """Returns the value that `text` means where nothing was before: quotes make it a string."""
    if text.lower() in _BOOLS:
        return _BOOLS[text.lower()]
    if text == "null":
        return None
    if _INT.fullmatch(text):
        return _integer(text, place)
    if _FLOAT.fullmatch(text) or _NOT_FINITE.fullmatch(text):
        return _float(text, place)
    if text.startswith("[") and text.endswith("]"):
        return [guess(item, place) for item in _items(text, place)]
    return unquote(text)


def unquote(text: str) -> str:
    """Returns text without the quotes around it; double ones may hold the escapes of JSON."""
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    if quoted and text[0] == '"':
        try:
            # Encoded and decoded: an escape of half a surrogate pair would read, and no file could hold it.
            return str(json.loads(text, strict=False).encode().decode())
        except ValueError:
            pass
    return text[1:-1] if quoted else text


def _refuse(text: str, place: str, wanted: str) -> NoReturn:
    shown = safe_text(text)
    hint = "change the value's type in the file first, if that is what you mean"
    raise UsageError(f"{place} must be {wanted}, not {shown!r:.60}", hint)


def _to_bool(text: str, _: bool, place: str) -> bool:  # noqa: FBT001 - every converter is given the old value
    return _BOOLS[text.lower()] if text.lower() in _BOOLS else _refuse(text, place, "true or false")


def _to_int(text: str, _: int, place: str) -> int:
    return _integer(text, place) if _INT.fullmatch(text) else _refuse(text, place, "a whole number")


def _to_float(text: str, _: float, place: str) -> float:
    if _FLOAT.fullmatch(text) or _NOT_FINITE.fullmatch(text):
        return _float(text, place)
    return _refuse(text, place, "a number")


def _to_table(_: str, old: dict[str, Any], place: str) -> NoReturn:
    keys = ", ".join(safe_text(key) for key in list(old)[:5])
    raise UsageError(f"{place} is a table, not a value", f"set one of its keys: {keys}" if keys else "add a key")


def _integer(text: str, place: str) -> int:
    # Python refuses to read more than 4,300 digits with a ValueError of its own; zeros in front and underscores fit.
    value = int(text) if len(text) < len(str(1 << 64)) * 2 else None
    if value is None or beyond_64_bits(value):
        raise UsageError(f"{place} must fit into 64 bits", "use a smaller number")
    return value


def _float(text: str, place: str) -> float:
    value = float(text)
    # 1e400 reads as inf, which nobody meant.
    if math.isinf(value) and not _NOT_FINITE.fullmatch(text):
        raise UsageError(f"{place} is larger than a float can be: {safe_text(text)!r:.60}", "write inf")
    return value


def _items(text: str, place: str) -> tuple[str, ...]:
    inside = text[1:-1].strip()
    return split_values(inside.removesuffix(","), place) if inside else ()


def _list(text: str, old: list[Any], place: str) -> list[Any]:
    if not (text.startswith("[") and text.endswith("]")):
        _refuse(text, place, "a list such as [1, 2]")
    if not old:
        return [guess(item, place) for item in _items(text, place)]
    # [1, 0.5] is a list of floats whose first one was written short.
    first = 0.0 if any(isinstance(item, float) for item in old) else old[0]
    return [convert(item, first, f"{place}, element {number},") for number, item in enumerate(_items(text, place))]


def _date(text: str, old: Any, place: str) -> Any:
    """TOML's dates and times read like their own `isoformat`."""
    try:
        return type(old).fromisoformat(text)
    except ValueError:
        _refuse(text, place, f"written like {old.isoformat()}")


_CONVERTERS: dict[type, Callable[[str, Any, str], Any]] = {
    type(None): lambda text, _, place: guess(text, place),
    str: lambda text, _old, _place: unquote(text),
    bool: _to_bool,
    int: _to_int,
    float: _to_float,
    list: _list,
    dict: _to_table,
}
