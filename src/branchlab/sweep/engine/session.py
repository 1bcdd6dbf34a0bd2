"""One session of a sweep on this machine: the lock, what was left, the study, the feed, the workers, the loop."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError, NotFoundError, UsageError
from branchlab.git.commit import check_identity
from branchlab.git.objects import read_object
from branchlab.git.process import shielded
from branchlab.git.session import GitSession
from branchlab.running.execute import check_record_path
from branchlab.running.source import source_from_commit, source_from_working_tree
from branchlab.sweep.analysis.progress import progress
from branchlab.sweep.curves import read_curves
from branchlab.sweep.engine.base import base_of_source, code_of, keep_base, known_base
from branchlab.sweep.engine.bench import Bench
from branchlab.sweep.engine.feeds import Asking, Batches, SecondChances, Steady
from branchlab.sweep.engine.janitor import Janitor
from branchlab.sweep.engine.jobs import Jobs, Order
from branchlab.sweep.engine.ledger import Ledger, is_done
from branchlab.sweep.engine.local import LocalWorkers
from branchlab.sweep.engine.lock import hold_sweep
from branchlab.sweep.engine.loop import Loop
from branchlab.sweep.engine.reaper import Reaper
from branchlab.sweep.engine.recover import Recovered, recover
from branchlab.sweep.engine.repeats import Repeating
from branchlab.sweep.engine.reuse import Reuse
from branchlab.sweep.engine.share import Share, parse_part
from branchlab.sweep.engine.slots import make_slots
from branchlab.sweep.engine.spending import Spending
from branchlab.sweep.inputs import data_digests
from branchlab.sweep.methods.choose import batch_size
from branchlab.sweep.objectives import objectives as objectives_of
from branchlab.sweep.study import read_study
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.data.store import Store
    from branchlab.running.source import Source
    from branchlab.running.stopping import StopRequest
    from branchlab.sweep.engine.feeds import Feed
    from branchlab.sweep.engine.loop import Observer, Result
    from branchlab.sweep.engine.workers import Job, Workers
    from branchlab.sweep.plan import Objectives, Plan
    from branchlab.sweep.trial import Study
    from branchlab.workspace import Workspace

_SCRATCH = "scratch"


class Options(NamedTuple):
    """What a person may say beside the plan.

    Attributes:
        jobs: slots; None for what the plan says.
        part: which share of the sweep, `2/3`; empty for the whole.
        issue: for the names of branches.
        resume: take the code that the sweep began with, not the working tree.
    """

    jobs: int | None = None
    part: str = ""
    issue: str = ""
    resume: bool = False


class Opened(NamedTuple):
    """A sweep that is ready to go on.

    Attributes:
        plan: with the budget.
        objectives: what it is judged by.
        study: what there is of it.
        recovered: what an earlier session had left.
        feed: what to run next.
        jobs: makes jobs.
        ledger: the trials.
        spending: the budget.
        bench: what trials on this machine share.
        method: name of the method, and why `auto` chose it.
    """

    plan: Plan
    objectives: Objectives
    study: Study
    recovered: Recovered
    feed: Feed
    jobs: Jobs
    ledger: Ledger
    spending: Spending
    bench: Bench
    method: tuple[str, str]


def run_sweep(
    workspace: Workspace,
    store: Store | None,
    plan: Plan,
    options: Options,
    stop: StopRequest,
    observe: Callable[[Opened], Observer],
    workers: Workers | None = None,
) -> Result:
    """Runs a sweep until it ends, its budget is spent, or somebody asks to stop.

    Args:
        workspace: the project.
        store: where data is; None without DVC.
        plan: the sweep.
        options: what a person said beside it.
        stop: counts how often somebody asked to stop.
        observe: makes who is told what happens, when the sweep is ready to go on.
        workers: who runs the trials, closed at the end; None for slots on this machine.

    Raises:
        BusyError: while the same part of the sweep runs in this repository.
        UsageError: for a plan that does not suit the project, and code that differs from that of earlier trials.
        EnvironmentProblemError: when git, DVC or the disk refuses.
    """
    with ExitStack() as stack:
        if workers is not None:
            stack.callback(workers.close)
        # what can be refused is refused before there is a lock, a ref or a process
        check_record_path(workspace)
        check_identity(workspace.repository)
        _check_commit(workspace)
        share = parse_part(options.part, batch_size(plan))
        slots = make_slots(plan.resources, options.jobs) if workers is None else []
        stack.enter_context(shielded())
        # before anything is read: another engine may record its last trial just now
        folder = stack.enter_context(hold_sweep(workspace.repository, plan.name, share.name))
        opened = open_sweep(workspace, store, plan, options, share, folder, stack)
        if workers is None:
            # closed first, since its threads use the session of git and the reaper that were opened before
            workers = LocalWorkers(opened.bench, slots, plan.resources.memory)
            stack.callback(workers.close)
        observer = observe(opened)
        loop = Loop(
            opened.feed,
            workers,
            opened.ledger,
            opened.spending,
            stop,
            observer,
            shortcut=Reuse(opened.bench),
            splitter=_splitter(opened),
        )
        return loop.run()


def _splitter(opened: Opened) -> Repeating | None:
    repeats = opened.plan.repeats
    if repeats is None:
        return None
    left = opened.recovered.parts
    return Repeating(opened.bench, repeats, opened.objectives, opened.jobs, opened.ledger, left)


class Preview(NamedTuple):
    """What would run next.

    Attributes:
        jobs: the next batch, or in asynchronous mode the next trial of each slot.
        method: name of the method, and why `auto` chose it.
        done: how many trials are there.
        why: why nothing would run behind these jobs; empty when something would.
    """

    jobs: tuple[Job, ...]
    method: tuple[str, str]
    done: int
    why: str


def preview(workspace: Workspace, store: Store | None, plan: Plan, options: Options) -> Preview:
    """Asks for the next jobs and runs none; raises as `run_sweep` does."""
    import tempfile

    share = parse_part(options.part, batch_size(plan))
    slots = len(make_slots(plan.resources, options.jobs))
    os.makedirs(workspace.repository.state_dir, exist_ok=True)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=workspace.repository.state_dir))
        opened = open_sweep(workspace, store, plan, options, share, folder, stack, dry=True)
        jobs: list[Job] = []
        # an asynchronous feed would go on until the budget ends, as nothing of this runs
        while plan.mode == "batch" or len(jobs) < slots:
            job = opened.feed.next(busy=bool(jobs))
            if job is None:
                break
            jobs.append(job)
        return Preview(tuple(jobs), opened.method, opened.ledger.count, opened.feed.why)


def open_sweep(
    workspace: Workspace,
    store: Store | None,
    plan: Plan,
    options: Options,
    share: Share,
    folder: str,
    stack: ExitStack,
    *,
    dry: bool = False,
) -> Opened:
    """Brings everything to the point where the first job can be asked for; raises as `run_sweep` does.

    When it is only a look (`dry`), nothing of an earlier session is touched, and nothing of this one stays.
    """
    objectives = objectives_of(plan, workspace.settings)
    # asked for nothing: it refuses a method that does not fit, or whose package is missing, before all else
    method = Asking(plan, objectives, share).method(0)
    reason = f"branchlab: sweep {plan.name}"
    session = stack.enter_context(GitSession(workspace.repository, os.path.join(folder, _SCRATCH), reason))
    reaper = None if dry else Reaper()
    if reaper is not None:
        stack.callback(reaper.close)
    bench = Bench(workspace, store, session, reaper, plan.checkpoint, later=stack.enter_context(Janitor()).do)
    # before the study is read, which has the trials that are recorded here
    recovered = Recovered() if dry else recover(bench, plan.name, share.name)
    study = read_study(workspace, plan.name)
    source = _source(workspace, store, plan, options, study)
    base = base_of_source(workspace, session, plan.name, source, [one for one in study.trials if is_done(one)])
    if not dry:
        keep_base(workspace, plan.name, base)
    # for judges alone: a thousand histories are read otherwise for nothing
    curves = read_curves(workspace, study.trials) if plan.pruning else {}
    ledger = Ledger(plan, objectives, study.trials, curves, bench.judging)
    spending = Spending(plan, objectives, ledger, progress(study, None, objectives, now=time.time()).wall)
    order = Order(
        workspace=workspace,
        plan=plan,
        objectives=objectives,
        base=base,
        branch=source.branch,
        command=_command(workspace, plan),
        issue=options.issue,
        code=code_of(workspace, base),
        data=data_digests(workspace, source),
        part=share.name,
        method=method.name,
    )
    jobs = Jobs(order, session, ledger)
    feed = make_feed(plan, objectives, jobs, ledger, spending, share)
    return Opened(plan, objectives, study, recovered, feed, jobs, ledger, spending, bench, (method.name, method.why))


def make_feed(plan: Plan, objectives: Objectives, jobs: Jobs, ledger: Ledger, spending: Spending, share: Share) -> Feed:
    """Returns what says which trial is next."""
    asking = Asking(plan, objectives, share)
    kind = Batches if plan.mode == "batch" else Steady
    feed: Feed = kind(plan, asking, jobs, ledger, spending, share)
    return SecondChances(feed, plan, jobs, ledger) if plan.second_chance else feed


def _check_commit(workspace: Workspace) -> None:
    """Makes sure that trials have something to branch off, before anything is written about the sweep."""
    if read_object(workspace.repository, "HEAD") is None:
        raise EnvironmentProblemError(
            "this repository has no commit yet", "git commit first, so that runs can branch off"
        )


def _source(workspace: Workspace, store: Store | None, plan: Plan, options: Options, study: Study) -> Source:
    if not options.resume:
        return source_from_working_tree(workspace, store)
    base = known_base(workspace, plan.name, study.trials)
    if not base:
        raise NotFoundError(
            f"nothing is known here of the sweep {safe_text(plan.name)}", "branchlab sweep run begins it"
        )
    return source_from_commit(workspace, base)


def _command(workspace: Workspace, plan: Plan) -> tuple[str, ...]:
    command = plan.command or workspace.settings.command
    if not command:
        raise UsageError(
            "there is no command to run", "set project.command in branchlab.toml, or command in the sweep file"
        )
    return command
