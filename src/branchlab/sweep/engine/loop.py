"""The loop of a sweep: takes jobs from a feed, gives them to workers, and notes how they ended, until one says stop."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

from branchlab.errors import BranchlabError, CheckError
from branchlab.sweep.engine.workers import INTERRUPTED, Ended
from branchlab.sweep.trial import BATCH, GENERATION, INPUTS, METHOD, PART, REUSED, Trial
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.running.stopping import StopRequest
    from branchlab.sweep.engine.feeds import Feed
    from branchlab.sweep.engine.ledger import Ledger
    from branchlab.sweep.engine.spending import Spending
    from branchlab.sweep.engine.workers import Job, Workers

_LOOK_SECONDS = 0.2  # how soon Ctrl-C is answered while nothing ends
_FAILURES = 5  # trials in a row, from the first on, after which nobody believes in the next one
_AGAIN = 2  # requests to stop from which commands are stopped, too


class Observer(Protocol):
    """Is told what happens; all calls come from one thread."""

    def started(self, trial: Trial) -> None:
        """A trial begins."""

    def ended(self, trial: Trial, warnings: tuple[str, ...]) -> None:
        """A trial ended and is on its branch, or was interrupted."""

    def draining(self, running: int) -> None:
        """Somebody asked to stop: nothing more starts, so many trials run to their end."""

    def look(self) -> None:
        """Some time went by."""


class Shortcut(Protocol):
    """What can make a record without running a command."""

    def take(self, job: Job) -> tuple[Job, Ended] | None:
        """Records a job that somebody ran before, and returns it as it was recorded; None when it has to run."""


class Splitter(Protocol):
    """What runs one trial as several jobs."""

    def split(self, job: Job) -> tuple[list[Job], Ended | None]:
        """Returns the jobs of a trial that have to run, and how it ended where none has to."""

    def took(self, ended: Ended) -> tuple[Ended | None, tuple[str, ...]]:
        """Notes the end of one of them; returns how the trial ended, once it has, and the jobs that nobody needs."""


class Result(NamedTuple):
    """How a session of a sweep ended.

    Attributes:
        why: in words; empty when it was interrupted.
        trials: those that ended in this session.
        interrupted: somebody asked to stop.
        problem: what kept it from going on; None when nothing did.
    """

    why: str
    trials: tuple[Trial, ...]
    interrupted: bool = False
    problem: BranchlabError | None = None


class Loop:
    """One session of a sweep."""

    def __init__(
        self,
        feed: Feed,
        workers: Workers,
        ledger: Ledger,
        spending: Spending,
        stop: StopRequest,
        observer: Observer,
        *,
        shortcut: Shortcut | None = None,
        splitter: Splitter | None = None,
        give_up: int | None = _FAILURES,
    ) -> None:
        """Starts nothing yet.

        Args:
            feed: says what to run.
            workers: run it.
            ledger: keeps what became of it.
            spending: says when to end.
            stop: counts how often somebody asked to stop.
            observer: is told what happens.
            shortcut: knows what need not run; None when everything has to.
            splitter: makes several jobs of a trial; None for one each.
            give_up: end when so many trials have failed and no other one ended, and so many more after each resume;
                None for never.
        """
        self._feed, self._workers, self._ledger, self._spending = feed, workers, ledger, spending
        self._stop, self._observer = stop, observer
        self._shortcut, self._splitter = shortcut, splitter
        self._give_up = give_up
        self._running: dict[str, Job] = {}
        self._trials: dict[int, Job] = {}
        self._parts: deque[Job] = deque()
        self._ended: list[Trial] = []
        self._heeded = 0
        self._why = ""
        self._problem: BranchlabError | None = None

    def run(self) -> Result:
        """Runs until the feed ends, the budget is spent, or somebody asks to stop."""
        while True:
            self._heed()
            self._fill()
            if not self._running and not (self._parts and self._goes_on()):
                break
            for ended in self._workers.wait(_LOOK_SECONDS):
                self._take(ended)
            self._observer.look()
        interrupted = self._stop.count > 0
        return Result(self._why or self._feed.why, tuple(self._ended), interrupted, self._problem)

    def _goes_on(self) -> bool:
        self._why = self._why or self._spending.over()
        return not self._stop.count and self._problem is None and not self._why

    def _heed(self) -> None:
        count = self._stop.count
        if count and not self._heeded:
            self._observer.draining(len(self._trials))
        # a call for each: the second Ctrl-C asks commands to end, and the third, their second, kills them
        for number in range(self._heeded + 1, count + 1):
            if number >= _AGAIN:
                for key in self._running:
                    self._workers.stop(key, INTERRUPTED)
        self._heeded = count

    def _fill(self) -> None:
        """Gives the workers what they have room for."""
        while len(self._running) < self._workers.slots and self._goes_on():
            # a trial that has begun before a new one: its result is what the next batch waits for
            if self._parts:
                self._start(self._parts.popleft())
                continue
            job = self._feed.next(busy=bool(self._trials))
            if job is None:
                return
            self._begin(job)

    def _begin(self, job: Job) -> None:
        trial = _running_trial(job)
        known = self._shortcut.take(job) if self._shortcut else None
        self._trials[job.number] = job
        self._ledger.begin(trial)
        if known is not None:
            self._conclude(*known)
            return
        self._observer.started(trial)
        if self._splitter is None:
            self._start(job)
            return
        parts, done = self._splitter.split(job)
        self._parts.extend(parts)
        if done is not None:
            self._conclude(job, done)

    def _start(self, job: Job) -> None:
        self._running[job.key] = job
        self._workers.start(job)

    def _take(self, ended: Ended) -> None:
        job = self._running.pop(ended.key)
        if ended.problem:
            # the first one: what follows mostly comes of it. The run folder stays, and resume records it
            self._problem = self._problem or BranchlabError(ended.problem, ended.hint)
            self._trials.pop(job.number, None)
            return
        if not job.repeat or self._splitter is None:
            self._conclude(job, ended)
            return
        done, useless = self._splitter.took(ended)
        self._parts = deque(part for part in self._parts if part.key not in useless)
        for key in useless:
            if key in self._running:
                self._workers.stop(key, INTERRUPTED)
        if done is not None:
            self._conclude(self._trials[job.number], done)

    def _conclude(self, job: Job, ended: Ended) -> None:
        trial = ended_trial(job, ended)
        self._trials.pop(job.number, None)
        self._ledger.end(trial, ended.curve)
        self._ended.append(trial)
        self._observer.ended(trial, ended.warnings)
        if trial.status == "failed" and self._is_in_vain():
            self._problem = CheckError(
                f"the first {self._ledger.count} trials all failed, the last one with {trial.reason}",
                f"branchlab show {trial.branch} tells more; for other code give the sweep another name",
            )

    def _is_in_vain(self) -> bool:
        # of all sessions; when the fifth ends, and whoever resumes all the same believes in five more
        if not self._give_up or self._ledger.count % self._give_up:
            return False
        return all(one.status == "failed" for one in self._ledger.trials)


def _running_trial(job: Job) -> Trial:
    return ended_trial(job, Ended(job.key, job.number, "finished"))._replace(status="running", commit=None)


def ended_trial(job: Job, ended: Ended) -> Trial:
    """Returns the trial that a job became."""
    table = job.table
    return Trial(
        number=job.number,
        values=job.values,
        status=ended.status,
        metrics=ended.metrics,
        best=ended.best,
        branch=ended.branch or job.branch,
        commit=ended.commit or None,
        run=ended.run,
        started=ended.started,
        seconds=ended.seconds,
        reason=ended.reason,
        batch=table.get(BATCH, 0),
        rung=job.rung,
        part=table.get(PART, ""),
        method=table.get(METHOD, ""),
        inputs=table.get(INPUTS, ""),
        reused=table.get(REUSED, ""),
        parent=job.parent,
        generation=table.get(GENERATION, 0),
    )
