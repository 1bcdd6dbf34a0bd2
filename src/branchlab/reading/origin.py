"""What an experiment or an unrecorded run was made from: the code, the command, and the parameter files to change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.catalog.shelf import find_run, require_branch
from branchlab.errors import BusyError, DamagedError, UsageError
from branchlab.git.objects import read_object
from branchlab.git.refs import BRANCHES, find_ref
from branchlab.running.held_code import held_code
from branchlab.running.held_record import held_record
from branchlab.running.pipelines import is_lock
from branchlab.running.ran_code import ran_code
from branchlab.running.source import source_from_commit
from branchlab.text import safe_text
from branchlab.tracking.state import RunState, read_state
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.git.refs import Ref
    from branchlab.record.model import Record
    from branchlab.running.source import Source
    from branchlab.workspace import Workspace


class Origin(NamedTuple):
    """Where another run starts from.

    Attributes:
        name: the branch, or the one a run is meant for; empty when nobody said.
        run: id of the run.
        command: argument list.
        commit: full id of the commit that holds the code.
        exact: whether that is known to be what ran.
        differs: paths of the code that may have been otherwise.
        record: None for a run that no branch holds.
    """

    name: str
    run: str
    command: tuple[str, ...]
    commit: str
    exact: bool
    differs: tuple[str, ...] = ()
    record: Record | None = None

    @property
    def shown(self) -> str:
        """What to call it, fit for showing."""
        return safe_text(self.name) if self.record else f"run {self.run}"


def find_origin(workspace: Workspace, name: str) -> Origin:
    """Returns what to start from, for an experiment or a run with this name, last part of a name, or id.

    Raises:
        NotFoundError: when there is none, or it has no record.
        UsageError: when several are meant, or it does not say which command it ran.
        DamagedError: when the record cannot be read, or the commit of its code is not here.
        BusyError: while the code of a run by hand is still being captured.
    """
    run = None if find_ref(workspace.repository, name, BRANCHES) else find_run(workspace, name)
    origin = _of_run(workspace, run) if run else _of_branch(workspace, require_branch(workspace.repository, name))
    if not origin.command:
        raise UsageError(f"{origin.shown} does not say which command it ran", "branchlab run -- COMMAND on its code")
    return origin


def source_of(workspace: Workspace, origin: Origin) -> Source:
    """Returns the code that ran and its data, without the outputs that were committed together with it.

    Those of a pipeline stay: DVC compares them, and makes them again where they do not fit.
    """
    source = source_from_commit(workspace, origin.commit)
    made = {path for path, file in origin.record.data.items() if file.output} if origin.record else set()
    return source._replace(
        outputs=tuple(output for output in source.outputs if is_lock(output.pointer) or output.path not in made)
    )


def origin_file(workspace: Workspace, origin: Origin) -> Callable[[str], bytes | None]:
    """Returns what reads a file of the code by its path in the project; None for one that is not there."""

    def read(path: str) -> bytes | None:
        found = read_object(workspace.repository, f"{origin.commit}:{workspace.prefix}{path}")
        return found.body if found and found.kind == "blob" else None

    return read


def _of_branch(workspace: Workspace, ref: Ref) -> Origin:
    name = ref.name.removeprefix(BRANCHES)
    record = held_record(workspace, ref)[1]
    held = held_code(workspace, ref.oid, record)
    if held is None:
        what = f"the code commit of {safe_text(name)} is not in this repository"
        raise DamagedError(what, "git fetch it from its remote")
    run = record.run
    return Origin(name, run.id, run.command, held.commit, held.exact, run.differs, record)


def _of_run(workspace: Workspace, run: str) -> Origin:
    state = read_state(os.path.join(workspace.runs_dir, run)) or RunState(run)
    ran = ran_code(workspace, state)
    if ran is None:
        raise BusyError(f"the code of run {run} is not captured", f"branchlab record {run}, then reproduce that")
    return Origin(state.name, run, state.command, ran.commit, ran.exact, ran.differs)
