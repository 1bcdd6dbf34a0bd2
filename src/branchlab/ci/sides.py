"""What the commits that are compared hold: records, curves, and parameters where there is no record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from branchlab.compare.difference import Side
from branchlab.errors import BranchlabError, NotFoundError
from branchlab.git.index import changed_paths
from branchlab.git.objects import read_object, read_objects
from branchlab.project import SETTINGS_FILE
from branchlab.record.format import parse_record
from branchlab.record.history import History, parse_history
from branchlab.record.model import unrecorded
from branchlab.record.paths import is_one_of, written_paths
from branchlab.running.held_code import held_code
from branchlab.running.measured_code import is_stale
from branchlab.running.parameters import parameters_at
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.ci.revisions import Revision
    from branchlab.record.model import Record
    from branchlab.workspace import Workspace

NO_CURVES = History([], [], {})


class Held(NamedTuple):
    """What a commit holds.

    Attributes:
        side: its record; where it has none, only the parameters in its files, and its run has no id.
        curves: step curves of the run.
        problem: why the curves cannot be read, else empty.
        settings: bytes of branchlab.toml, None when there is none.
    """

    side: Side
    curves: History = NO_CURVES
    problem: str = ""
    settings: bytes | None = None

    @property
    def recorded(self) -> bool:
        """Whether there is a record."""
        return bool(self.side.record.run.id)


def read_held(workspace: Workspace, revision: Revision) -> Held:
    """Reads a commit through one git process, and one more where it has no record or commits came after it.

    Raises:
        DamagedError: when the record, or a parameter file where there is no record, cannot be read.
    """
    repository, settings = workspace.repository, workspace.settings
    paths = [settings.record.metrics, f"{settings.record.directory}/history.csv", SETTINGS_FILE]
    specs = [f"{revision.commit}:{workspace.prefix}{path}" for path in paths]
    found = [item.body if item and item.kind == "blob" else None for item in read_objects(repository, specs)]
    text, history, rules = found
    if text is None:
        record = unrecorded(parameters_at(workspace, revision.commit))
        return Held(Side(revision.name, revision.commit, record), settings=rules)
    record = parse_record(text, f"{safe_text(revision.name)}:{safe_text(workspace.record_path)}")
    curves, problem = _curves(history, f"{revision.name}:{paths[1]}")
    stale = is_stale(workspace, partial(read_object, workspace.repository), revision.commit, revision.text, record)
    changed = _changed(workspace, revision, record) if stale else ()
    return Held(Side(revision.name, revision.commit, record, stale, changed), curves, problem, rules)


def no_record(workspace: Workspace, name: str) -> NotFoundError:
    """Returns the error for a commit under test that holds no record."""
    return NotFoundError(
        f"{safe_text(name)} has no {safe_text(workspace.record_path)}, so there is nothing to compare",
        "on that branch, branchlab run --here records one; --head NAME compares another",
    )


def _curves(text: bytes | None, source: str) -> tuple[History, str]:
    if text is None:
        return NO_CURVES, ""
    try:
        return parse_history(text, safe_text(source)), ""
    except BranchlabError as error:
        return NO_CURVES, error.message


def _changed(workspace: Workspace, revision: Revision, record: Record) -> tuple[str, ...]:
    """Returns the files of the code that changed since the run, where this clone has the code that ran."""
    held = held_code(workspace, revision.commit, record)
    if held is None:
        return ()
    written = written_paths(record, workspace.settings.record, workspace.prefix)
    changed = changed_paths(workspace.repository, held.commit, revision.commit)
    return tuple(path for path in changed if not is_one_of(path, written))
