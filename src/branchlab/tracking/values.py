"""Turns what scripts hand over into plain numbers and plain JSON, without importing the packages they came from."""

from __future__ import annotations

import json
from collections.abc import Mapping

from branchlab.tracking.warning import warn_once

TYPE_CHECKING = False  # `typing` would be most of what a short script pays
if TYPE_CHECKING:
    from typing import Any

_DEEPEST = 16
_MOST_KEYS = 10_000
_LARGEST = 1 << 63
_DECIMAL_BITS = 10_000  # beyond, Python refuses to write decimal digits
_float_text = float.__repr__
_int_text = int.__repr__
_keys: dict[str, str] = {}


def number(value: Any) -> int | float | None:
    """Returns a metric's value as a plain number, or None when it is not one.

    Takes Python and numpy numbers and anything with no dimension that `float` accepts, such as a tensor. Text is
    no number, whatever it says, nor is a complex one. An integer that does not fit in 64 bits becomes a float, and
    infinite where it is larger than any.
    """
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int):
        return int(value) if -_LARGEST <= value < _LARGEST else _as_float(value)
    if isinstance(value, str | bytes | bytearray | complex) or getattr(value, "ndim", None):
        return None
    if getattr(getattr(value, "dtype", None), "kind", "") == "c":  # numpy would drop the imaginary part
        return None
    try:
        return number(value.__index__()) if hasattr(value, "__index__") else float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return _converted(value)


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _converted(value: Any) -> float | None:
    try:  # a tensor of floats has an `__index__` that refuses
        return float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return None


def checked_number(name: Any, value: Any) -> int | float | None:
    """Returns a value as `number` does and warns once for the name when it is none."""
    plain = number(value)
    if plain is None:
        warn_once(f"value {name}", f"{name} is no number but {type(value).__name__}, so it is not logged")
    return plain


def checked_whole(name: Any, value: Any) -> int | None:
    """Returns a whole number of any size as it is, and warns once for the name when it is none."""
    try:
        whole = int(value.__index__()) if hasattr(value, "__index__") else int(value)
        if whole == value and not isinstance(value, str | bytes | bytearray):
            return whole
    except (TypeError, ValueError, OverflowError, RuntimeError):
        pass
    warn_once(f"whole {name}", f"{name} is no whole number but {value!r:.60}, so it is not logged")
    return None


def checked_step(value: Any) -> int | None:
    """Returns a step, without what is behind its decimal point; warns once when it is none that 64 bits hold."""
    try:
        step = int(value)
        if -_LARGEST <= step < _LARGEST:
            return step
    except (TypeError, ValueError, OverflowError, RuntimeError):
        pass
    warn_once("step", f"{value!r:.60} is no step, so what it came with is not logged")
    return None


def encode_numbers(metrics: Mapping[Any, Any]) -> str:
    """Returns metrics as a JSON object, with NaN and infinities as Python's json reads them.

    What is not a number is left out, with one warning for its name. Formatting by hand takes three quarters of the
    time of the json module here, and a log call has no other work.
    """
    parts = []
    for name, value in metrics.items():
        kind = type(value)
        plain = value if kind is float or kind is int else checked_number(name, value)
        if type(plain) is int and not -_LARGEST <= plain < _LARGEST:
            plain = _as_float(plain)
        if type(plain) is float:
            text = _float_text(plain)
            if text[-1] > "9":  # `nan` and `inf` end in letters, all else in a digit
                text = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[text]
        elif type(plain) is int:
            text = _int_text(plain)
        else:
            continue
        parts.append((_keys.get(name) or _key(name)) + text)
    return "{" + ",".join(parts) + "}"


def _key(name: Any) -> str:
    text = json.dumps(as_text(name)) + ":"
    if isinstance(name, str) and len(_keys) < _MOST_KEYS:  # a script may make up a name per step
        _keys[name] = text
    return text


def plain_params(params: Any) -> dict[str, Any]:
    """Returns parameters as nested dicts of JSON values: mappings, or objects such as an argparse namespace."""
    table = params if isinstance(params, Mapping) else vars(params)
    return {as_text(key): _plain(value, 1) for key, value in table.items()}


def _plain(value: Any, depth: int) -> Any:
    if value is None or type(value) in (str, int, float, bool):
        return hex(value) if type(value) is int and value.bit_length() >= _DECIMAL_BITS else value
    if depth > _DEEPEST:
        return as_text(value)
    if isinstance(value, Mapping):
        return {as_text(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        # A set of texts has another order in each process (PYTHONHASHSEED), and equal parameters must look equal.
        items = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
        return [_plain(item, depth + 1) for item in items]
    if hasattr(value, "tolist"):  # numpy scalars and arrays, tensors
        return _plain(value.tolist(), depth + 1)
    return number(value) if isinstance(value, int | float) else as_text(value)


def as_text(value: Any) -> str:
    """Returns a value as text: of a member of `class Mode(str, Enum)` its value, which `str` would not give."""
    return str.__str__(value) if isinstance(value, str) else str(value)


def as_list(values: Any) -> list[Any]:
    """Returns a sequence, array, series or tensor as a list of plain values."""
    return list(values.tolist() if hasattr(values, "tolist") else values)


def rows_of(**columns: Any) -> list[tuple[Any, ...]]:
    """Returns the rows of columns that belong together.

    Raises:
        ValueError: naming the columns, when they differ in length.
    """
    lists = {name: as_list(values) for name, values in columns.items()}
    if len({len(values) for values in lists.values()}) > 1:
        sizes = ", ".join(f"{name} {len(values)}" for name, values in lists.items())
        raise ValueError(f"the lengths differ: {sizes}")
    return list(zip(*lists.values(), strict=True))
