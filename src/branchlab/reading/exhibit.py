"""Everything about one experiment, recorded or live, as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.git.commit_text import author_name
from branchlab.reading.sides import no_record, read_side
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.git.object_reader import ObjectReader
    from branchlab.reading.objects import Commit
    from branchlab.record.history import History
    from branchlab.record.model import Record
    from branchlab.workspace import Workspace

_TAIL_LINES = 10


class Exhibit(NamedTuple):
    """Everything that is known about one experiment without opening its artifacts.

    Attributes:
        name: of the branch, or that a live run will get.
        commit: full object id; None while it is not recorded.
        status: as in the catalog.
        author: of the tip.
        record: what the run left.
        curves: logged values by metric, None where a step has none.
        plots: files of plot data, relative to the project.
        stale: commits came after the one that holds the record.
        output: where the log of a run that is not recorded lies.
        tail: the last lines of that log.
    """

    name: str
    commit: str | None
    status: str
    author: str
    record: Record
    curves: Mapping[str, Sequence[float | None]] = {}
    plots: Sequence[str] = ()
    stale: bool = False
    output: str = ""
    tail: Sequence[str] = ()


def recorded_exhibit(
    reader: ObjectReader, workspace: Workspace, commit: Commit, warn: Callable[[str], object]
) -> Exhibit:
    """Returns what a commit holds; damaged curves cost the curves and a warning, not the rest.

    Raises:
        NotFoundError: when the commit holds no record.
        DamagedError: when the record cannot be read.
    """
    side = read_side(reader, workspace, commit)
    if side is None:
        raise no_record(workspace, commit.name)
    try:
        history = read_history(reader, workspace, commit)
    except BranchlabError as error:
        warn(error.message)
        history = None
    return Exhibit(
        name=side.name,
        commit=side.commit,
        status=side.record.run.status,
        author=author_name(commit.text).decode(errors="replace"),
        record=side.record,
        curves=history.columns if history else {},
        plots=list_plots(workspace, commit.oid),
        stale=side.stale,
    )


def live_exhibit(workspace: Workspace, name: str) -> Exhibit:
    """Returns a run that no branch holds yet; raises as `require_run` does."""
    from branchlab.reading.live import last_lines, require_run

    side, status, journal, output = require_run(workspace, name)
    curves = {metric: [point.value for point in points] for metric, points in journal.series.items()}
    tail = last_lines(output, _TAIL_LINES)
    return Exhibit(side.name, None, status, "", side.record, curves, journal.plots, output=output, tail=tail)


def read_history(reader: ObjectReader, workspace: Workspace, commit: Commit) -> History | None:
    """Returns the step curves that a commit holds, None when it holds none.

    Raises:
        DamagedError: when they cannot be read.
    """
    from branchlab.record.history import parse_history

    path = f"{workspace.prefix}{workspace.settings.record.directory}/history.csv"
    found = reader.read(f"{commit.oid}:{path}")
    if found is None or found.kind != "blob":
        return None
    return parse_history(found.body, f"{safe_text(commit.name)}:{safe_text(path)}")


def list_plots(workspace: Workspace, commit: str) -> list[str]:
    """Returns the files of plot data that a commit holds, relative to the project."""
    from branchlab.git.objects import list_files

    prefix = workspace.prefix
    files = list_files(workspace.repository, commit, f"{prefix}{workspace.settings.record.directory}/plots/")
    return sorted(path.removeprefix(prefix) for path in files)
