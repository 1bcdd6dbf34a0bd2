"""`pre-commit`: the name of the branch, a record that can be read, and the newest run of this branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import DamagedError
from branchlab.git.objects import one_reader
from branchlab.record.format import parse_record
from branchlab.tuples import NamedTuple
from branchlab.workspace import projects_of, workspace_of
from branchlab_hooks.dispatch import words
from branchlab_hooks.pending import is_pending
from branchlab_hooks.staged import branch_of, is_in_progress, read_staged, repository_here
from branchlab_hooks.watched import is_experiment, remember_experiment, watched_projects, write_watched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository
    from branchlab.record.model import Record
    from branchlab.workspace import Workspace
    from branchlab_hooks.choice import Last
    from branchlab_hooks.staged import Staged


_ALONE = "not all hooks that finish a commit are installed. hint: branchlab hooks status tells which"


class Held(NamedTuple):
    """The record of one project, before and after.

    Attributes:
        project: the project.
        head: the content of the record in the commit below, None for none.
        fresh: the record in the commit being made, where that is another one.
        oid: content id of that record.
    """

    project: Workspace
    head: bytes | None
    fresh: Record | None
    oid: str = ""


def run(arguments: Sequence[str], _stdin: bytes) -> int:
    """Checks what is being committed and adds the record of a run; that it cannot be added stops no commit.

    Args:
        arguments: `known` where the shell found that the name of the branch is good, and `alone` where it did not see
            the hooks that finish a commit.

    Raises:
        CheckError: when the branch may not have its name.
        DamagedError: when a record that is being committed cannot be read.
    """
    workspace = workspace_of(repository_here())
    branch = branch_of(workspace.repository)
    if "known" in arguments:
        projects = watched_projects(workspace)
    else:
        from branchlab_hooks.names import require_good

        require_good(workspace, branch)
        projects = []
    # Also for a known name whose list is gone or no longer fits: it is written anew.
    if not projects:
        projects = list(projects_of(workspace))
        write_watched(workspace.repository, projects)
    if projects:
        with one_reader(workspace.repository):
            words(_take_up(workspace, branch, projects, alone="alone" in arguments))
    return 0


def _take_up(workspace: Workspace, branch: str, projects: Sequence[Workspace], *, alone: bool) -> list[str]:
    """Reads the records, and adds that of a run where the commit may have one; returns what there is to say."""
    repository = workspace.repository
    # Before anything is left out: a damaged record is refused in a merge, too.
    staged, records = _read_records(repository, projects)
    if not branch or not staged.head or is_in_progress(repository) or is_pending(repository):
        return []
    return _record(workspace, branch, staged, records, alone=alone)


def _read_records(repository: Repository, projects: Sequence[Workspace]) -> tuple[Staged, list[Held]]:
    """Reads the record of each project; one that is being committed has to be whole."""
    staged, objects = read_staged(repository, [project.record_path for project in projects])
    records = []
    for number, project in enumerate(projects):
        head, fresh = objects[2 * number : 2 * number + 2]
        body = head.body if head else None
        if fresh is None or (head and head.oid == fresh.oid):
            records.append(Held(project, body, None))
        else:
            records.append(Held(project, body, _parse(fresh.body, project.record_path), fresh.oid))
    return staged, records


def _parse(text: bytes, path: str) -> Record:
    try:
        return parse_record(text, path)
    except DamagedError as error:
        error.hint = f"git checkout HEAD -- {path} brings back the last one, or mend it and git add it"
        raise


def _record(workspace: Workspace, branch: str, staged: Staged, records: Sequence[Held], *, alone: bool) -> list[str]:
    """Returns what there is to say, a line each; never raises."""
    from branchlab_hooks.outcome import failure_lines, outcome_lines

    def last(project: Workspace) -> Last:
        from branchlab_hooks.choice import read_last

        return read_last(next((held.head for held in records if held.project.prefix == project.prefix), None))

    try:
        from branchlab_hooks.choice import choose_run

        for held in records:
            # First, because it makes the run folder that is looked for below.
            _adopt(held.project, branch)
        sure = is_experiment(workspace.repository, branch)
        chosen = choose_run(workspace, branch, last, sure=sure)
        # Looked for only where nothing else is, as it reads logs and compares trees.
        if chosen is None and _follow(workspace, branch, staged):
            chosen = choose_run(workspace, branch, last, sure=sure)
        if chosen and alone and not _finishes(workspace.repository):
            return [f"branchlab: run {chosen.state.id} waits: {_ALONE}"]
        if chosen is None:
            return _renew(staged, records)
        if not sure and not chosen.workspace.prefix:
            remember_experiment(workspace.repository, branch)
        return outcome_lines(chosen, staged)
    except Exception as error:  # noqa: BLE001 - the commit is the user's own and goes on
        return failure_lines(error)


def _follow(workspace: Workspace, branch: str, staged: Staged) -> bool:
    from branchlab_hooks.brought import bring_run
    from branchlab_hooks.renamed import follow_renames

    return follow_renames(workspace, branch) or bring_run(workspace, branch, staged.tree)


def _finishes(repository: Repository) -> bool:
    from branchlab_hooks.status import finishes_commits

    return finishes_commits(repository)


def _adopt(project: Workspace, branch: str) -> None:
    if project.settings.collect:
        from branchlab_hooks.collected import adopt_collected

        adopt_collected(project, branch)


def _renew(staged: Staged, records: Sequence[Held]) -> list[str]:
    """Lets the message name a record that is in this commit already and of its code, as after `git reset --soft`."""
    from branchlab.git.index import Entry
    from branchlab.project import goals_of
    from branchlab.record.message import trailers
    from branchlab_hooks.identity import belongs
    from branchlab_hooks.pending import Pending, write_pending

    for held in records:
        if held.fresh and belongs(held.project, held.fresh, staged.tree):
            record = Entry(held.project.record_path, held.oid)
            lines = trailers(held.fresh, goals_of(held.project.settings))
            write_pending(held.project.repository, Pending(record, lines))
            # There is one pending folder, so one record that the message can name.
            break
    return []
