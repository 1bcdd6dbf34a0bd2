"""What the table of a difference shows: metrics, parameters, data, environment, and the files of code.

Pure: from two records to sections of texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import safe_text
from branchlab_tui.screens.diff.entry import Entry, Section
from branchlab_tui.screens.diff.input_rows import data_rows, environment_rows, param_rows
from branchlab_tui.screens.diff.metric_rows import metric_rows, summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.compare.difference import CodeFile, Difference

TITLES = {
    "metrics": "METRICS",
    "params": "PARAMETERS",
    "data": "DATA",
    "environment": "ENVIRONMENT",
    "code": "CODE",
}
NOT_RECORDED = "nothing is recorded of {}; only the parameters in its files are known"

_FILE_WORDS = {"A": "new", "D": "deleted", "T": "type changed"}


def make_sections(difference: Difference, *, everything: bool = False, problem: str = "") -> tuple[Section, ...]:
    """Returns the sections of the table, those without a difference too.

    Args:
        difference: what differs.
        everything: with what does not differ.
        problem: why the code is not known.
    """
    unknown = unrecorded(difference)
    metrics = tuple(metric_rows(difference.metrics))
    plain = [
        ("params", param_rows(difference, everything=everything), ""),
        ("data", data_rows(difference, everything=everything), unknown),
        ("environment", environment_rows(difference, everything=everything), unknown),
    ]
    told = NOT_RECORDED.format(unknown) if unknown else summary(difference.metrics)
    return (
        Section("metrics", TITLES["metrics"], told, metrics),
        *(_plain(name, tuple(rows) if everything or not side else (), side) for name, rows, side in plain),
        _code(difference.code, problem),
    )


def unrecorded(difference: Difference) -> str:
    """Returns which side has no record, `A` or `B`; nothing when both have one."""
    sides = {"A": difference.a, "B": difference.b}
    return next((name for name, side in sides.items() if not side.record.run.id), "")


def _plain(name: str, entries: tuple[Entry, ...], unknown: str) -> Section:
    count = sum(not entry.same for entry in entries)
    if unknown:
        return Section(name, TITLES[name], f"not known of {unknown}", entries)
    return Section(name, TITLES[name], f"{count} differ{'s' if count == 1 else ''}" if count else "the same", entries)


def _code(files: Sequence[CodeFile], problem: str) -> Section:
    if problem:
        return Section("code", TITLES["code"], safe_text(problem))
    if not files:
        return Section("code", TITLES["code"], "the same")
    many = "1 file" if len(files) == 1 else f"{len(files)} files"
    return Section("code", TITLES["code"], f"{counts_of(files)} in {many}", tuple(_file(file) for file in files))


def counts_of(files: Sequence[CodeFile]) -> str:
    """Returns how many lines were added and removed."""
    added, removed = sum(file.added or 0 for file in files), sum(file.removed or 0 for file in files)
    return f"+{added} −{removed}"  # noqa: RUF001 - as wide as the plus


def _file(file: CodeFile) -> Entry:
    name = f"{file.status[:1]} {safe_text(file.path)}"
    word = "binary" if file.added is None else _FILE_WORDS.get(file.status[:1], "")
    # None: git counts no lines of a binary file.
    delta = "" if file.added is None else counts_of([file])
    return Entry(f"code/{file.path}", name, delta=delta, verdict=word, told=f"{name}  {delta}  {word}".rstrip())
