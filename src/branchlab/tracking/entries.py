"""What each kind of line of a journal adds to what the process said so far."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST = 1 << 63
_MARK = b',"crc":"'  # before the checksum that ends a line; what other programs wrote may have none
_SHORTEST = len('{"k":"x"}')
# What `json.loads` calls, without what it looks for in front: half of the time of a short line.
_decode = json.JSONDecoder().raw_decode

Number = int | float


class Point(NamedTuple):
    """One logged value of a metric; `seconds` counts from the start of the run."""

    step: int
    seconds: float
    value: Number


class Draft:
    """A journal while it is read; the attributes are those of `Journal`."""

    __slots__ = (
        "artifacts", "begun", "damaged_lines", "environment", "note", "params", "plots", "resources", "seconds",
        "seed", "series", "slices", "splits", "status", "summary",
    )  # fmt: skip

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self.seed: int | None = None
        self.note = ""
        self.series: dict[str, list[Point]] = {}
        self.summary: dict[str, Number] = {}
        self.splits: dict[str, dict[str, Number]] = {}
        self.slices: dict[str, dict[str, Number]] = {}
        # Tables, since a list would be searched for each path.
        self.artifacts: dict[str, None] = {}
        self.plots: dict[str, None] = {}
        self.environment: dict[str, Any] = {}
        self.status = ""
        self.seconds = 0.0
        self.damaged_lines = 0
        self.resources: dict[str, Number] = {}
        self.begun = False


def take_lines(draft: Draft, lines: list[bytes]) -> None:
    """Adds lines of a journal to a draft; those that cannot be understood are counted, empty ones are not."""
    whole = [line for line in lines if len(line) >= _SHORTEST]
    if len(whole) < len(lines):  # a million of them need no parser
        draft.damaged_lines += sum([len(line) < _SHORTEST and not line.isspace() for line in lines if line])
    for line in whole:
        if line.startswith(b"{"):
            _take(draft, line)
        elif not line.isspace():
            draft.damaged_lines += 1


def _take(draft: Draft, line: bytes) -> None:
    try:
        if _MARK in line:
            _check(line)
        text = line.decode()
        entry, end = _decode(text)
        if end != len(text):
            _refuse_more(text[end:])
        _KINDS.get(entry["k"], _ignore)(draft, entry)
        seconds = entry.get("t", 0.0)
        if seconds > draft.seconds:
            draft.seconds = float(seconds)
    # StopIteration is how `scan_once` says that no value begins here.
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        draft.damaged_lines += 1


def _refuse_more(text: str) -> None:
    if not text.isspace():
        raise ValueError(text)


def _check(line: bytes) -> None:
    start = line.rfind(_MARK)
    found = line[start + len(_MARK) : -2]
    # Whatever its length: what is left of two lines ends in what is left of two sums.
    if line.endswith(b'"}') and b'"' not in found and found != b"%08x" % crc32(line[:start]):
        raise ValueError(line)


def _log(draft: Draft, entry: dict[str, Any]) -> None:
    step, seconds = int(entry["s"]), float(entry["t"])
    if not -_LARGEST <= step < _LARGEST:
        raise ValueError(step)
    series = draft.series
    for name, value in _numbers(entry["m"]).items():
        point = Point(step, seconds, value)
        if name in series:
            series[name].append(point)
        else:
            series[name] = [point]


def _start(draft: Draft, entry: dict[str, Any]) -> None:
    _declare(draft, entry)
    draft.status, draft.begun = "", True  # another process of the same run may have ended before


def _declare(draft: Draft, entry: dict[str, Any]) -> None:
    params, seed, note = entry.get("params"), entry.get("seed"), entry.get("note")
    if params:
        merge_params(draft.params, dict(params))
    if seed is not None:
        draft.seed = int(seed)
    if note:
        draft.note = _text(note)


def _note(draft: Draft, entry: dict[str, Any]) -> None:
    draft.note = _text(entry["note"])  # an empty one takes the note away


def _slice(draft: Draft, entry: dict[str, Any]) -> None:
    name = f"{_text(entry['key'])}={_text(entry['value'])}"
    draft.slices.setdefault(name, {}).update(_numbers(entry["m"]))


def _split(draft: Draft, entry: dict[str, Any]) -> None:
    draft.splits.setdefault(_text(entry["name"]), {}).update(_numbers(entry["m"]))


def _summary(draft: Draft, entry: dict[str, Any]) -> None:
    values = entry["m"]
    removed = [name for name, value in values.items() if value is None]
    kept = _numbers({name: value for name, value in values.items() if value is not None} if removed else values)
    for name in removed:
        draft.summary.pop(name, None)
    draft.summary.update(kept)


def _artifact(draft: Draft, entry: dict[str, Any]) -> None:
    draft.artifacts[_text(entry["path"])] = None


def _plot(draft: Draft, entry: dict[str, Any]) -> None:
    draft.plots[_text(entry["path"])] = None


def _environment(draft: Draft, entry: dict[str, Any]) -> None:
    draft.environment = {key: entry[key] for key in entry if key not in ("k", "t", "crc")}


def _resources(draft: Draft, entry: dict[str, Any]) -> None:
    draft.resources = _numbers(entry["m"])


def _end(draft: Draft, entry: dict[str, Any]) -> None:
    draft.status = _text(entry["status"])


def _ignore(draft: Draft, entry: dict[str, Any]) -> None:
    """A kind of a newer version."""


_KINDS: dict[str, Callable[[Draft, dict[str, Any]], None]] = {
    "start": _start,
    "params": _declare,
    "note": _note,
    "log": _log,
    "slice": _slice,
    "split": _split,
    "summary": _summary,
    "artifact": _artifact,
    "plot": _plot,
    "env": _environment,
    "resources": _resources,
    "end": _end,
}


def merge_params(into: dict[str, Any], new: dict[str, Any]) -> None:
    """Adds parameters to others in place; tables that both have are merged, all else is replaced."""
    for key, value in new.items():
        old = into.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merge_params(old, value)
        else:
            into[key] = value


def _numbers(values: dict[str, Any]) -> dict[str, Number]:
    for value in values.values():
        if type(value) is not float and type(value) is not int:  # True is an int as well, and no measurement
            raise TypeError(value)
    return values


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
