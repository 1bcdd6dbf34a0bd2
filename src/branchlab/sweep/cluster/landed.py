"""A trial that is on the git remote already: its worker was lost between the push and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.objects import read_objects
from branchlab.git.refs import BRANCHES, REMOTES
from branchlab.git.remote import fetch_refs, is_ancestor, remote_refs
from branchlab.record.format import parse_record
from branchlab.sweep import trial
from branchlab.sweep.curves import curve_of, history_path
from branchlab.sweep.engine.workers import Ended

if TYPE_CHECKING:
    from branchlab.sweep.cluster.site import Site
    from branchlab.sweep.engine.workers import Job
    from branchlab.workspace import Workspace

_SAME = (trial.NAME, trial.TRIAL, trial.VALUES)


def where_stands(workspace: Workspace, site: Site, branch: str) -> str:
    """Returns the commit of a branch on the git remote, empty when it is not there.

    Raises:
        GitError: when the remote cannot be reached.
    """
    name = BRANCHES + branch
    return next((ref.oid for ref in remote_refs(workspace.repository, site.remote, name) if ref.name == name), "")


def find_landed(workspace: Workspace, site: Site, job: Job, stands: str) -> Ended | None:
    """Returns how the job ended where its branch on the git remote holds its record; else None.

    Args:
        workspace: the clone.
        site: names the remote.
        job: what is to be run.
        stands: the commit of the branch on the remote, as `where_stands` says.

    Raises:
        GitError: when the remote cannot be reached.
        DamagedError: when what stands there cannot be read.
    """
    if not stands or stands == job.tip:
        return None
    name = BRANCHES + job.branch
    # with a plus, as what lies here is only a copy: somebody may have moved the branch back
    fetch_refs(workspace.repository, site.remote, [f"+{name}:{REMOTES}{site.remote}/{job.branch}"])
    return read_landed(workspace, job, stands)


def read_landed(workspace: Workspace, job: Job, commit: str) -> Ended | None:
    """Returns how the job ended whose record a commit holds; None where it is the record of something else."""
    specs = [f"{commit}:{workspace.record_path}", f"{commit}:{history_path(workspace)}"]
    text, curves = read_objects(workspace.repository, specs)
    if text is None:
        return None
    record = parse_record(text.body, workspace.record_path)
    table = record.sweep
    code = trial.INPUTS if trial.INPUTS in job.table else trial.BASE  # inputs say more, and are the same for two people
    if any(table.get(key) != job.table.get(key) for key in (*_SAME, code)) or table.get(trial.RUNG, 0) != job.rung:
        return None
    return Ended(
        job.key,
        job.number,
        "pruned" if table.get(trial.PRUNED) else record.run.status,
        job.branch,
        commit,
        record.run.id,
        record.metrics,
        {name: best.value for name, best in record.best.items()},
        curve_of(curves.body) if curves else {},
        record.run.started,
        record.run.seconds,
        str(table.get(trial.REASON, "")),
    )


def is_taken(workspace: Workspace, job: Job, stands: str) -> bool:
    """Tells whether the branch of a job, which `find_landed` has fetched, is something that it cannot go on from."""
    if stands in ("", job.tip):
        return False
    return not job.tip or not is_ancestor(workspace.repository, stands, job.tip)
