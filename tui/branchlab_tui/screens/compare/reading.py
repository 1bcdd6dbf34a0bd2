"""Reads what a comparison shows; everything here blocks, so it runs in a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.model.snapshot import row_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.compare.comparison import Comparison
    from branchlab.compare.difference import CodeFile, MetricChange, Side
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace
    from branchlab_tui.model.library import Library
    from branchlab_tui.screens.compare.chosen import Chosen

_AT_ONCE = 8  # processes of git


class Compared(NamedTuple):
    """Several experiments side by side.

    Attributes:
        chosen: what was asked for.
        ones: those that could be read.
        comparison: all rows, those that are equal everywhere too; None when nothing could be read.
        against: place of what the others are compared with.
        judged: for each experiment its metrics judged against that, by their full names.
        code: for each experiment the files that differ from that; None where no commit holds the code.
        problems: why some could not be read, as harmless text.
        metric_of: for each value by its full name the metric it is a value of.
    """

    chosen: Chosen
    ones: tuple[Experiment, ...] = ()
    comparison: Comparison | None = None
    against: int = 0
    judged: tuple[Mapping[str, MetricChange], ...] = ()
    code: tuple[tuple[CodeFile, ...] | None, ...] = ()
    problems: tuple[str, ...] = ()
    metric_of: Mapping[str, str] = {}


def read_compared(library: Library, chosen: Chosen) -> Compared:
    """Returns the experiments that can be read side by side."""
    ones, comparison, problems = _compare(library, chosen.ones)
    if comparison is None:
        return Compared(chosen, problems=problems)
    against = next((place for place, one in enumerate(ones) if row_key(one) == chosen.reference), 0)
    judged = _judge(library.workspace, comparison.sides, against)
    code = _code(library.workspace, comparison.sides, against)
    metric_of = {name: change.metric for changes in judged for name, change in changes.items()}
    return Compared(chosen, ones, comparison, against, judged, code, problems, metric_of)


def _compare(
    library: Library, ones: tuple[Experiment, ...]
) -> tuple[tuple[Experiment, ...], Comparison | None, tuple[str, ...]]:
    """Reads all; when that fails, those that can be read, and says what is wrong with the others."""
    if not ones:
        return (), None, ()
    try:
        return ones, library.comparison(ones, everything=True), ()
    except (BranchlabError, OSError):
        # One by one only now: together they are read in one go, and damage is rare.
        return _compare_readable(library, ones)


def _compare_readable(
    library: Library, ones: tuple[Experiment, ...]
) -> tuple[tuple[Experiment, ...], Comparison | None, tuple[str, ...]]:
    readable, problems = [], []
    for one in ones:
        try:
            library.comparison([one], everything=True)
            readable.append(one)
        except (BranchlabError, OSError) as error:
            problems.append(safe_text(str(error)))
    comparison = library.comparison(readable, everything=True) if readable else None
    return tuple(readable), comparison, tuple(problems)


def _judge(workspace: Workspace, sides: Sequence[Side], against: int) -> tuple[Mapping[str, MetricChange], ...]:
    from branchlab.compare.difference import diff_records

    base = sides[against]
    return tuple(
        {change.name: change for change in diff_records(side, base, workspace.settings).metrics} for side in sides
    )


def _code(workspace: Workspace, sides: Sequence[Side], against: int) -> tuple[tuple[CodeFile, ...] | None, ...]:
    """Asks git what differs in code, several experiments at once."""
    from branchlab.reading.codediff import finish_files, start_files

    base = _code_id(sides[against])
    found: list[tuple[CodeFile, ...] | None] = []
    for first in range(0, len(sides), _AT_ONCE):
        heads = [_code_id(side) for side in sides[first : first + _AT_ONCE]]
        # All of a round are started before one is waited for: git works while Python reads.
        started = [start_files(workspace, base, head) if base and head and head != base else None for head in heads]
        for head, process in zip(heads, started, strict=True):
            if process is None:
                # `()` is the same code, None is not known.
                found.append(() if base and head == base else None)
                continue
            try:
                found.append(finish_files(process))
            except BranchlabError:
                found.append(None)
    return tuple(found)


def _code_id(side: Side) -> str:
    return side.commit or side.record.run.code
