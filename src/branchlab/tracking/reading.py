"""Reads a journal, whole or from where a live view last stopped; never fails on what a killed process left."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from branchlab.tracking.location import JOURNAL_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "JOURNAL_FILE",
    "Journal",
    "JournalReader",
    "Point",
    "cut_journal",
    "merge_params",
    "read_journal",
    "summary_metrics",
]

_CHUNK = 1 << 22
_LARGEST = 1 << 63
_MARK = b',"crc":"'  # before the checksum that ends a line; what other programs wrote may have none

Number = int | float


class Point(NamedTuple):
    """One logged value of a metric; `seconds` counts from the start of the run."""

    step: int
    seconds: float
    value: Number


class Journal(NamedTuple):
    """What a process said about its run so far.

    Attributes:
        params: nested parameters; later ones win.
        seed: as declared, None when not.
        note: hypothesis or remark, empty when none was given.
        series: the logged points of each metric, in the order they were logged.
        summary: values that were set as a summary; `summary_metrics` adds the last logged ones.
        splits: metrics by split, fold or seed (`test`, `fold-0`).
        slices: metrics by slice (`region=eu`).
        artifacts: paths that were logged; relative to the project where they lie in it.
        plots: paths of plot data, relative to the run folder.
        environment: `python`, `platform`, `packages_hash`, `packages`; empty until the process ends.
        status: what the process said at its end, empty before.
        seconds: the time of the last thing logged.
        damaged_lines: lines that could not be understood and were skipped.
        resources: what the process used, when nobody watched it; empty before its end.
        begun: `start_run` wrote this journal, so it has an end.
    """

    params: dict[str, Any]
    seed: int | None
    note: str
    series: dict[str, list[Point]]
    summary: dict[str, Number]
    splits: dict[str, dict[str, Number]]
    slices: dict[str, dict[str, Number]]
    artifacts: list[str]
    plots: list[str]
    environment: dict[str, Any]
    status: str
    seconds: float
    damaged_lines: int
    resources: dict[str, Number]
    begun: bool = False


class JournalReader:
    """Follows a journal that is still being written.

    Each `read` takes in what was appended since the last one. The containers inside `journal` grow in place;
    take a new look at `.journal` after each `read`.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.offset = 0
        self.journal = _empty()

    def read(self) -> bool:
        """Takes in the complete lines that are new and tells whether there were any.

        The piece after the last newline is left for later: it is being written, or was torn by a kill.

        Raises:
            OSError: when the journal is there and cannot be read.
        """
        if not os.path.isfile(self.path) and self.path != os.devnull:  # a pipe would wait for a writer
            return False
        try:
            with open(self.path, "rb") as file:
                if os.fstat(file.fileno()).st_size < self.offset:  # another file took its place
                    self.offset, self.journal = 0, _empty()
                file.seek(self.offset)
                return self._take(file.read)
        except FileNotFoundError:
            return False

    def _take(self, read: Callable[[int], bytes]) -> bool:
        rest, changed = b"", False
        while chunk := read(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self.offset += len(line) + 1
                if line.strip():
                    self.journal = _apply(self.journal, line)
                    changed = True
        return changed


def read_journal(path: str) -> Journal:
    """Reads a whole journal; an empty one when the file does not exist.

    Raises:
        OSError: when the file is there and cannot be read.
    """
    reader = JournalReader(path)
    reader.read()
    return reader.journal


def summary_metrics(journal: Journal) -> dict[str, Number]:
    """Returns the summary value of each metric: what was set, else the value that was logged last."""
    last = {name: points[-1].value for name, points in journal.series.items()}
    return {**last, **journal.summary}


def journal_problem(journal: Journal, *, ended: bool) -> str:
    """Returns what is missing in a journal, so that its values may be others than were logged; empty when nothing is.

    `ended` says that the run finished, as its state tells.
    """
    if journal.damaged_lines:
        lines = "1 line" if journal.damaged_lines == 1 else f"{journal.damaged_lines} lines"
        return f"{lines} of the journal cannot be read and {'is' if lines == '1 line' else 'are'} left out"
    return "the end of the journal is lost" if ended and journal.begun and not journal.status else ""


def cut_journal(journal: Journal, until: int | None) -> Journal:
    """Returns a journal without what was logged behind a step; None keeps all."""
    if until is None:
        return journal
    series = {name: [point for point in points if point.step <= until] for name, points in journal.series.items()}
    return journal._replace(series={name: points for name, points in series.items() if points})


def _empty() -> Journal:
    return Journal({}, None, "", {}, {}, {}, {}, [], [], {}, "", 0.0, 0, {})


def _apply(journal: Journal, line: bytes) -> Journal:
    if not line.startswith(b"{"):  # half a million of them need no parser
        return journal._replace(damaged_lines=journal.damaged_lines + 1)
    try:
        _check(line)
        entry = json.loads(line)
        journal = _KINDS.get(entry["k"], _ignore)(journal, entry)
        seconds = entry.get("t", 0.0)
        return journal if seconds <= journal.seconds else journal._replace(seconds=float(seconds))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return journal._replace(damaged_lines=journal.damaged_lines + 1)


def _check(line: bytes) -> None:
    start = line.rfind(_MARK)
    found = line[start + len(_MARK) : -2]
    # Whatever its length: what is left of two lines ends in what is left of two sums.
    if start >= 0 and line.endswith(b'"}') and b'"' not in found and found != b"%08x" % crc32(line[:start]):
        raise ValueError(line)


def _log(journal: Journal, entry: dict[str, Any]) -> Journal:
    step, seconds = int(entry["s"]), float(entry["t"])
    if not -_LARGEST <= step < _LARGEST:
        raise ValueError(step)
    for name, value in _numbers(entry["m"]).items():
        journal.series.setdefault(name, []).append(Point(step, seconds, value))
    return journal


def _start(journal: Journal, entry: dict[str, Any]) -> Journal:
    # Another process of the same run may have ended before.
    return _declare(journal, entry)._replace(status="", begun=True)


def _declare(journal: Journal, entry: dict[str, Any]) -> Journal:
    merge_params(journal.params, dict(entry.get("params") or {}))
    seed, note = entry.get("seed"), entry.get("note")
    if seed is not None:
        journal = journal._replace(seed=int(seed))
    if note:
        journal = journal._replace(note=_text(note))
    return journal


def _note(journal: Journal, entry: dict[str, Any]) -> Journal:
    return journal._replace(note=_text(entry["note"]))  # an empty one takes the note away


def _slice(journal: Journal, entry: dict[str, Any]) -> Journal:
    name = f"{_text(entry['key'])}={_text(entry['value'])}"
    journal.slices.setdefault(name, {}).update(_numbers(entry["m"]))
    return journal


def _split(journal: Journal, entry: dict[str, Any]) -> Journal:
    journal.splits.setdefault(_text(entry["name"]), {}).update(_numbers(entry["m"]))
    return journal


def _summary(journal: Journal, entry: dict[str, Any]) -> Journal:
    values = entry["m"]
    kept = _numbers({name: value for name, value in values.items() if value is not None})
    for name, value in values.items():
        if value is None:
            journal.summary.pop(name, None)
    journal.summary.update(kept)
    return journal


def _artifact(journal: Journal, entry: dict[str, Any]) -> Journal:
    _add(journal.artifacts, _text(entry["path"]))
    return journal


def _plot(journal: Journal, entry: dict[str, Any]) -> Journal:
    _add(journal.plots, _text(entry["path"]))
    return journal


def _environment(journal: Journal, entry: dict[str, Any]) -> Journal:
    return journal._replace(environment={key: entry[key] for key in entry if key not in ("k", "t", "crc")})


def _resources(journal: Journal, entry: dict[str, Any]) -> Journal:
    return journal._replace(resources=_numbers(entry["m"]))


def _end(journal: Journal, entry: dict[str, Any]) -> Journal:
    return journal._replace(status=_text(entry["status"]))


def _ignore(journal: Journal, _entry: dict[str, Any]) -> Journal:
    return journal  # a kind of a newer version


_KINDS: dict[str, Callable[[Journal, dict[str, Any]], Journal]] = {
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
        if type(value) is not float and type(value) is not int:
            raise TypeError(value)
    return values


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _add(items: list[str], item: str) -> None:
    if item not in items:
        items.append(item)
