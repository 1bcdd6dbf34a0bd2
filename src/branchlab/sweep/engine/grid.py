"""`run -S a=1,2`: a sweep of a list that is known from the start, without metrics that must be there."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from branchlab.git.commit import NewCommit, check_identity, write_commit
from branchlab.git.process import shielded
from branchlab.git.refs import delete_ref
from branchlab.git.session import GitSession
from branchlab.running.execute import check_record_path
from branchlab.running.names import check_place
from branchlab.running.recording import branches_above, branches_like
from branchlab.sweep.engine.base import SWEEPS
from branchlab.sweep.engine.bench import Bench
from branchlab.sweep.engine.janitor import Janitor
from branchlab.sweep.engine.ledger import Ledger
from branchlab.sweep.engine.local import LocalWorkers
from branchlab.sweep.engine.loop import Loop
from branchlab.sweep.engine.reaper import Reaper
from branchlab.sweep.engine.spending import Spending
from branchlab.sweep.engine.workers import Job
from branchlab.sweep.plan import Objectives
from branchlab.sweep.table import sweep_table
from branchlab.sweep.trial import BASE, Proposal
from branchlab.tracking.location import new_run_id
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from branchlab.data.store import Store
    from branchlab.experiment import Scalar
    from branchlab.running.names import Name
    from branchlab.running.source import Source
    from branchlab.running.stopping import StopRequest
    from branchlab.sweep.engine.loop import Observer, Result
    from branchlab.sweep.plan import Plan
    from branchlab.workspace import Workspace


class Combination(NamedTuple):
    """One experiment of a grid.

    Attributes:
        name: the branch that it becomes.
        values: of the parameters that differ.
        files: content of the parameter files, by path relative to the top of the repository.
    """

    name: Name
    values: Mapping[str, Scalar]
    files: Mapping[str, bytes]


class Listed:
    """Gives jobs that are known from the start."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        """Takes all of them."""
        self.why = ""
        self._jobs = iter(jobs)

    def next(self, *, busy: bool) -> Job | None:  # noqa: ARG002 - as every feed
        """Returns the next job; None at the end."""
        job = next(self._jobs, None)
        self.why = "all of it has run" if job is None else ""
        return job


def grid_name() -> str:
    """Returns a name for a grid, which is a sweep of its own: `grid-20261120-7f3a9c`."""
    run = new_run_id()
    return f"grid-{run[:8]}-{run[-6:]}"


def run_grid(
    workspace: Workspace,
    store: Store | None,
    source: Source,
    plan: Plan,
    combinations: Sequence[Combination],
    *,
    command: tuple[str, ...],
    jobs: int,
    note: str,
    stop: StopRequest,
    observer: Observer,
    show: Callable[[bytes], None],
) -> Result:
    """Runs every combination once and records each, whatever became of it.

    Args:
        workspace: the project.
        store: where data is; None without DVC.
        source: what is run.
        plan: says name and space.
        combinations: in the order in which they begin.
        command: argument list.
        jobs: how many run at a time.
        note: the remark in each record.
        stop: counts how often somebody asked to stop.
        observer: is told what happens.
        show: takes the output of the commands.

    Raises:
        UsageError: before anything is started, when a name cannot be used.
        EnvironmentProblemError: when git, DVC or the disk refuses.
    """
    check_record_path(workspace)
    check_identity(workspace.repository)
    for one in combinations:
        like = branches_like(workspace.repository, one.name.branch)
        # all names before the first run: a grid that ends in the middle for a name has cost hours
        check_place(one.name, like | branches_above(workspace.repository, one.name.branch))
    with ExitStack() as stack:
        stack.enter_context(shielded())
        base = stack.enter_context(_held_base(workspace, source, plan.name))
        scratch = os.path.join(workspace.repository.state_dir, "sweeps", plan.name)
        session = stack.enter_context(GitSession(workspace.repository, scratch, "branchlab: grid"))
        reaper = Reaper()
        stack.callback(reaper.close)
        bench = Bench(workspace, store, session, reaper, show=show, later=stack.enter_context(Janitor()).do)
        objectives = Objectives(())
        ledger = Ledger(plan, objectives, judging=bench.judging)
        # no plan says what a run of a grid may use, so each sees every device
        workers = LocalWorkers(bench, [{}] * min(jobs, len(combinations)))
        stack.callback(workers.close)
        listed = [_job(plan, number, one, base, command, note) for number, one in enumerate(combinations)]
        spending = Spending(plan, objectives, ledger)
        return Loop(Listed(listed), workers, ledger, spending, stop, observer, give_up=None).run()


def _job(plan: Plan, number: int, one: Combination, base: str, command: tuple[str, ...], note: str) -> Job:
    table = sweep_table(plan, Proposal(one.values), number, 0)
    table[BASE] = base
    return Job(number, one.name.branch, one.values, base, one.files, command, table, note=note, kept=True)


@contextmanager
def _held_base(workspace: Workspace, source: Source, name: str) -> Iterator[str]:
    """Yields the commit that all runs of a grid stand on, and holds it while they run."""
    if source.tree is None and not source.files:
        # the user's own commit, which HEAD holds
        yield source.parent
        return
    ref = SWEEPS + name
    commit = NewCommit(source.parent, f"code of {name}\n", source.tree, source.files)
    base = write_commit(workspace.repository, ref, commit)
    try:
        yield base
    finally:
        delete_ref(workspace.repository, ref, base, reason="branchlab: done")
