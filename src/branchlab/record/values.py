"""Turns what a training script handed over into values that a record can hold.

This is the one edge where numpy scalars, paths, dates, sets, None and oversized values are converted, without
importing the packages they come from. What was cut keeps a digest, so that a change still shows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError
from branchlab.record.limits import DEPTH, beyond_64_bits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from branchlab.experiment import Number

TEXT_LENGTH = 8_000  # six bytes each when escaped: a line stays under 64 KiB
KEY_LENGTH = 1_000  # the same for a table's header, which holds up to eight keys
LIST_LENGTH = 1_000
_DECIMAL_BITS = 10_000  # beyond, Python refuses to write decimal digits


def plain_table(table: Mapping[Any, Any], depth: int = 1) -> dict[str, Any]:
    """Returns a table with sorted text keys and plain values; keys without a value (None) are left out."""
    pairs = ((plain_key(key), plain_value(value, depth)) for key, value in table.items() if value is not None)
    return dict(sorted(pairs, key=itemgetter(0)))  # by key only: two may become the same text, and values have no order


def plain_value(value: Any, depth: int = 1) -> Any:
    """Returns a value as text, number, boolean, list or table; `depth` counts the containers around it.

    Containers nested deeper than a record allows, and types nobody foresaw, become text.
    """
    if hasattr(value, "tolist"):  # arrays, tensors and their scalars
        value = value.tolist()
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return large_integer(value) if beyond_64_bits(value) else int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, (Mapping, list, tuple, set, frozenset)) and depth < DEPTH:
        return plain_table(value, depth + 1) if isinstance(value, Mapping) else _plain_list(value, depth)
    return plain_text(value.isoformat() if hasattr(value, "isoformat") else _text(value))


def _plain_list(values: Collection[Any], depth: int) -> Any:
    if isinstance(values, (set, frozenset)):
        values = sorted(values, key=repr)
    if len(values) > LIST_LENGTH:
        return f"{len(values)} values, md5 {_digest(repr(values))}"
    # A place in a list means something, so what is missing keeps its own. TOML has no word for it.
    return ["null" if value is None else plain_value(value, depth + 1) for value in values]


def plain_numbers(table: Mapping[str, Any], place: str) -> dict[str, Number]:
    """Returns metrics sorted by name; those without a value (None) are left out.

    Raises:
        DamagedError: for a value that is no number; `place` says where.
    """
    pairs = ((plain_key(key), plain_number(value, place)) for key, value in table.items() if value is not None)
    return dict(sorted(pairs, key=itemgetter(0)))


def plain_number(value: Any, place: str) -> Number:
    """Returns an int that fits 64 bits, or a float.

    Raises:
        DamagedError: for a value that is no number.
    """
    try:
        if hasattr(value, "item"):
            value = value.item()
        if isinstance(value, int):
            return float(value) if beyond_64_bits(value) else int(value)
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except (TypeError, ValueError):
        raise DamagedError(f"{place} has a value that is no number: {value!r:.60}", "log numbers only") from None


def plain_key(key: object) -> str:
    """Returns a key as text of bounded length."""
    return plain_text(_text(key), KEY_LENGTH)


def plain_text(text: str, length: int = TEXT_LENGTH) -> str:
    r"""Returns text that UTF-8 can hold, cut at `length` characters.

    Bytes of a file name that are no UTF-8 become visible as `\udc80`.
    """
    text = str.__str__(text).encode("utf-8", "backslashreplace").decode()
    if len(text) <= length:
        return text
    return f"{text[: length - 80]}… ({len(text)} characters, md5 {_digest(text)})"


def plain_texts(texts: Iterable[str]) -> list[str]:
    """Returns each text made plain."""
    return [plain_text(text) for text in texts]


def _text(value: object) -> str:
    # `str` of a member of `class Mode(str, Enum)` is `Mode.FAST`, not the text that it is.
    return value if isinstance(value, str) else str(value)


def large_integer(value: int) -> str:
    """Returns the digits of an integer that TOML cannot hold; `int(text, 0)` reads them back."""
    return str(value) if value.bit_length() < _DECIMAL_BITS else hex(value)


def _digest(text: str) -> str:
    from hashlib import md5

    return md5(text.encode(), usedforsecurity=False).hexdigest()
