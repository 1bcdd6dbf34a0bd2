"""The workers of a Dask cluster as the engine sees them (`branchlab.sweep.engine.workers.Workers`).

Dask schedules: it runs a task again when its worker is lost, and takes tasks back when the engine is. What is ours is
that a trial is counted once: whoever pushes its branch first has made it, and everybody else finds it on the remote.
"""

from __future__ import annotations

import queue
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from branchlab.errors import BranchlabError, EnvironmentProblemError
from branchlab.git.refs import BRANCHES, Ref
from branchlab.sweep.cluster.client import reached, slots_by_worker
from branchlab.sweep.cluster.devices import RESOURCE
from branchlab.sweep.cluster.fetching import fetch_branches
from branchlab.sweep.cluster.insisting import insist
from branchlab.sweep.cluster.perform import Refused, perform_job
from branchlab.sweep.cluster.publishing import Published
from branchlab.sweep.cluster.wanted import stop_task
from branchlab.sweep.engine.workers import INTERRUPTED, Ended
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchlab.data.store import Store
    from branchlab.sweep.cluster.site import Site
    from branchlab.sweep.engine.workers import Job
    from branchlab.workspace import Workspace

Future = Any  # `distributed.Future`: its methods have no types
_SLOTS_SECONDS = 1.0  # the number of slots is asked for again after so long
_ALONE_SECONDS = 30.0  # a queue may give workers back later


class _Running(NamedTuple):
    job: Job
    future: Future


class DaskWorkers:
    """Gives jobs to a cluster.

    Attributes:
        benched: workers that could not begin a job, by Dask's address; they get no more.
    """

    def __init__(
        self,
        client: Any,
        workspace: Workspace,
        store: Store | None,
        site: Site,
        *,
        jobs: int | None,
        tell: Callable[[str], None],
    ) -> None:
        """Takes a connected client.

        Args:
            client: a `distributed.Client`; is closed by `close`.
            workspace: the engine's project.
            store: its DVC side.
            site: what workers are told.
            jobs: at most so many at a time; None for as many as the cluster has threads.
            tell: takes what the person who runs the sweep should know, a line at a time.
        """
        self._client = client
        self._address = safe_text(client.scheduler.address)  # a client that was closed knows none
        self._workspace = workspace
        self._site = site
        self._published = Published(workspace, store, site)
        self._most, self._tell = jobs, tell
        self._alone_since: float | None = None
        self._running: dict[str, _Running] = {}
        # a SimpleQueue waits for ever where a signal comes just before its timeout: a second Ctrl-C would be lost
        self._ended: queue.Queue[tuple[str, Future | None]] = queue.Queue()
        self.benched: dict[str, Refused] = {}
        self._count = 0
        self._slots, self._looked = 0, float("-inf")

    @property
    def slots(self) -> int:
        """How many jobs run at a time; at least one, which waits for a worker where there is none."""
        if time.monotonic() - self._looked > _SLOTS_SECONDS:
            self._looked = time.monotonic()
            with suppress(OSError):  # the scheduler is gone, and `wait` says so
                self._slots = sum(self.fit().values())
                self._watch_over()
        return max(1, self._slots if self._most is None else min(self._slots, self._most))

    def start(self, job: Job) -> None:
        """Pushes what the job starts from and gives it to the cluster.

        Raises:
            EnvironmentProblemError: as `Published.add` does, and when the scheduler is gone.
        """
        self._published.add(job.base)
        try:
            self._submit(job)
        except OSError:
            raise self._gone() from None

    def wait(self, timeout: float | None) -> list[Ended]:
        """Returns the jobs that ended since the last call, with their branches fetched."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            ended = self._take(None if end is None else max(0.0, end - time.monotonic()))
            if ended or not self._running or (end is not None and time.monotonic() >= end):
                return self._fetch(ended)

    def stop(self, key: str, reason: str) -> None:
        """Ends a job; one that no worker has begun is dropped."""
        running = self._running.get(key)
        if running is None:
            return
        try:
            # every worker is asked, since Dask may move the job meanwhile; one that is gone must not fail the others
            with reached(self._client):
                begun = self._client.run(stop_task, running.future.key, reason, on_error="ignore")
        except OSError:  # the scheduler is gone, and `wait` says so
            return
        if not any(begun.values()):
            self._ended.put((key, None))

    def bench(self, refused: Refused) -> None:
        """Gives a worker no more jobs, and says so once."""
        if refused.worker not in self.benched:
            self.benched[refused.worker] = refused
            self._tell(f"{safe_text(refused.host or refused.worker)} takes no trials: {refused.message}")
        self._looked = float("-inf")

    def close(self) -> None:
        """Kills what runs still, takes what was published off the remote again, and leaves the cluster as it was."""
        # asked twice, which kills
        for key in list(self._running) * 2:
            self.stop(key, INTERRUPTED)
        self._drop([running.future for running in self._running.values()])
        self._client.close()
        self._published.withdraw()

    def _watch_over(self) -> None:
        """Says once when there has been no worker for a while."""
        if self._slots or self._alone_since is None:
            self._alone_since = None if self._slots else time.monotonic()
        elif time.monotonic() - self._alone_since > _ALONE_SECONDS:
            self._tell("there is no worker; trials wait for one")
            self._alone_since = float("inf")

    def fit(self) -> dict[str, int]:
        """Returns the slots of the workers that could do what they were asked so far."""
        found = slots_by_worker(self._client, self._site.gpus)
        return {name: count for name, count in found.items() if count and name not in self.benched}

    def _submit(self, job: Job) -> None:
        self._count += 1
        # named only where some are out: a list would keep the job from workers that join later
        names = list(self.fit()) if self.benched else None
        with reached(self._client):
            future = self._client.submit(
                perform_job,
                self._site,
                job,
                key=f"{self._site.sweep}-{job.key}-{self._client.id}-{self._count}",
                pure=False,
                workers=names,
                resources={RESOURCE: self._site.gpus} if self._site.gpus else None,
            )
        self._running[job.key] = _Running(job, future)
        # called in a thread of Dask's, so it only hands over
        future.add_done_callback(lambda done: self._ended.put((job.key, done)))

    def _take(self, timeout: float | None) -> list[Ended]:
        """Waits for one end, then takes all that there are."""
        found: list[Ended] = []
        try:
            item = self._ended.get(timeout=timeout)
            while True:
                found += self._settle(*item)
                item = self._ended.get_nowait()
        except queue.Empty:
            return found

    def _settle(self, key: str, future: Future | None) -> list[Ended]:
        running = self._running.get(key)
        # the end of a task whose job was dropped, or was given to another worker meanwhile
        if running is None or future not in (None, running.future):
            return []
        del self._running[key]
        job = running.job
        if future is None:
            self._drop([running.future])
            return [Ended(key, job.number, "stopped", reason=INTERRUPTED)]
        if future.status == "finished":
            result = future.result()
            return self._retry(job, result) if isinstance(result, Refused) else [result]
        if future.cancelled():
            return [self._lost(job)]
        return [_failed(job, future)]

    def _retry(self, job: Job, refused: Refused) -> list[Ended]:
        """Gives a job to another worker, and this one no more."""
        self.bench(refused)
        try:
            if self.fit():
                self._submit(job)
                return []
        except OSError:
            return [self._lost(job)]
        return [
            Ended(
                job.key, job.number, "failed", problem=f"no worker can run trials: {refused.message}", hint=refused.hint
            )
        ]

    def _lost(self, job: Job) -> Ended:
        gone = self._gone()
        return Ended(job.key, job.number, "stopped", reason=INTERRUPTED, problem=gone.message, hint=gone.hint)

    def _gone(self) -> EnvironmentProblemError:
        return EnvironmentProblemError(
            f"the Dask scheduler at {self._address} is gone",
            f"what was delivered is kept: start it again, then branchlab sweep resume {self._site.sweep}",
        )

    def _drop(self, futures: Sequence[Future]) -> None:
        """Lets the cluster forget jobs; nobody is there to remember them when the scheduler is gone."""
        with suppress(OSError), reached(self._client):
            self._client.cancel(futures)

    def _fetch(self, ended: Sequence[Ended]) -> list[Ended]:
        """Brings the branches of trials; one that cannot be brought is on the remote, and its trial says so."""
        refs = [
            Ref(BRANCHES + one.branch, one.commit) for one in ended if one.branch and one.commit and not one.problem
        ]
        if not refs:
            return list(ended)
        try:
            insist(lambda: fetch_branches(self._workspace.repository, self._site, refs), self._site.patience)
        except BranchlabError as error:
            hint = f"it is on the git remote: branchlab sweep resume {self._site.sweep} fetches it"
            return [one._replace(problem=one.problem or error.message, hint=one.hint or hint) for one in ended]
        return list(ended)


def _failed(job: Job, future: Future) -> Ended:
    """Says why a task ended without an answer: its workers died one after the other, or they lack branchlab."""
    error = future.exception()
    kind = type(error).__name__
    problem, hint = f"a worker failed: {kind}: {safe_text(str(error).strip().partition(chr(10))[0])}", ""
    if kind == "KilledWorker":
        problem = f"trial {job.number} took every worker that ran it down with it"
        hint = "look at the memory it needs and at the logs of the workers"
    elif isinstance(error, ImportError):
        problem, hint = (
            f"the workers lack a package: {safe_text(str(error))}",
            "pip install 'branchlab[distributed]' there",
        )
    return Ended(job.key, job.number, "failed", problem=problem, hint=hint)
