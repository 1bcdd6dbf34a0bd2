"""Reads a journal, whole or from where a live view last stopped; never fails on what a killed process left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from branchlab.tracking.entries import Draft, Number, Point, merge_params, take_lines
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

_CHUNK = 1 << 22  # bytes; no more of a journal is held as text


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
        self._draft = Draft()

    @property
    def journal(self) -> Journal:
        """What was read so far."""
        fields = {name: getattr(self._draft, name) for name in Draft.__slots__}
        return Journal(**fields | {name: list(fields[name]) for name in ("artifacts", "plots")})

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
                    self.offset, self._draft = 0, Draft()
                file.seek(self.offset)
                return self._take(file.read)
        except FileNotFoundError:
            return False

    def _take(self, read: Callable[[int], bytes]) -> bool:
        rest, changed, draft = b"", False, self._draft
        while chunk := read(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            take_lines(draft, lines)
            size = sum(map(len, lines))
            self.offset += size + len(lines)
            changed = changed or size > 0
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
