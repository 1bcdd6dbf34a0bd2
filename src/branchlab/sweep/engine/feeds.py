"""What to run next: batches that are reproducible, one at a time for speed, or a list that is known from the start."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Protocol

from branchlab.sweep.methods.choose import make_method
from branchlab.sweep.pruning.chances import second_chances
from branchlab.sweep.trial import Proposal, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.sweep.engine.jobs import Jobs
    from branchlab.sweep.engine.ledger import Ledger
    from branchlab.sweep.engine.share import Share
    from branchlab.sweep.engine.spending import Spending
    from branchlab.sweep.engine.workers import Job
    from branchlab.sweep.methods.search import Method
    from branchlab.sweep.plan import Objectives, Plan


class Feed(Protocol):
    """Gives one job after the other."""

    @property
    def why(self) -> str:
        """Why there is no more; empty while there may be."""
        ...

    def next(self, *, busy: bool) -> Job | None:
        """Returns the next job; None when there is none now, and none at all while nothing is `busy`."""


class Asking:
    """Asks the method of a plan; each question has a seed of its own, so that an answer depends on records alone."""

    def __init__(self, plan: Plan, objectives: Objectives, share: Share) -> None:
        """Asks nothing yet."""
        self._plan, self._objectives, self._share = plan, objectives, share

    def method(self, place: int) -> Method:
        """Returns the method for a batch or a trial; raises as `make_method` does."""
        share = self._share
        return make_method(
            self._plan,
            self._objectives,
            seed=derived_seed(self._plan.seed, share.name, place),
            share=(share.own, share.of),
        )


def derived_seed(seed: int, part: str, place: int) -> int:
    """Returns the seed of one question: of part and place of a sweep with this seed."""
    import hashlib

    # four bytes: scikit-learn, and NumPy's RandomState, take no larger seed
    return int.from_bytes(hashlib.sha256(f"{seed}/{part}/{place}".encode()).digest()[:4])


class Batches:
    """Asks for a batch, waits for all of it, lets the best go on to further rungs, and asks for the next one.

    A batch is asked for with what trials of earlier batches of this part told, and no others. One that is there in
    part, after a crash, is asked for again and gives the same trials.
    """

    def __init__(
        self, plan: Plan, asking: Asking, jobs: Jobs, ledger: Ledger, spending: Spending, share: Share
    ) -> None:
        """Begins with the first batch that is not complete."""
        self.why = ""
        self._plan, self._asking, self._jobs = plan, asking, jobs
        self._ledger, self._spending, self._share = ledger, spending, share
        self._batches = share.batches()
        self._batch = next(self._batches)
        self._waiting: deque[Callable[[], Job]] = deque()  # made when there is a slot: others run meanwhile

    def next(self, *, busy: bool) -> Job | None:
        """Returns the next trial of the batch; None while others of it run, and at the end."""
        # compare() between batches alone: in what order the trials of one end is chance, and must end none of them
        while not self._waiting and not busy and not self.why:
            self._ledger.compare()
            self._go_on()
        return self._waiting.popleft()() if self._waiting else None

    def _go_on(self) -> None:
        """Asks for what is missing of the batch, else lets its best climb, else goes to the next one."""
        numbers = [number for number in self._share.numbers(self._batch) if self._spending.has_room(number)]
        missing = {number for number in numbers if self._ledger.find(number) is None}
        if not numbers:
            self._end("the budget is spent")
        elif missing:
            self._propose(self._batch, numbers, missing)
        elif not self._climb(last=False):
            self._batch = next(self._batches)

    def _climb(self, *, last: bool) -> bool:
        """Lets trials of this and earlier batches go on to their next rung, if they should."""
        if self._plan.fidelity is not None:
            rungs = self._ledger.by_rung(below=self._share.numbers(self._batch).stop)
            jobs = climbing(self._plan, self._jobs, self._ledger, self._share.of_rungs(rungs), last=last)
            self._waiting += [partial(_same, job) for job in jobs]
        return bool(self._waiting)

    def _propose(self, batch: int, numbers: list[int], missing: set[int]) -> None:
        share, first = self._share, numbers[0]
        # trials of other parts come whenever somebody fetches, so an answer must not depend on them
        told = [one for one in self._ledger.told(below=first) if share.owns(one.number)]
        method = self._asking.method(batch)
        if why := self._spending.settled(told, method.expected_gain, below=first):
            self._end(why)
            return
        proposals: list[Proposal] = []
        if self._plan.reference and first == 0:
            proposals.append(self._jobs.reference())
            told = [Told(0, proposals[0].values, None, (), "running")]
        # for the whole batch, also when half of it is there: what is asked for together changes what is proposed
        proposals += method.ask(told, len(numbers) - len(proposals), first + len(proposals))
        for number, proposal in zip(numbers, proposals, strict=False):
            if number in missing:
                self._waiting.append(partial(self._jobs.new, number, batch, proposal))
        if not self._waiting and not self._climb(last=False):  # all that there was has ended
            self._end("there is nothing left to try")

    def _end(self, why: str) -> None:
        if not self._climb(last=True):
            self.why = why


def _same(job: Job) -> Job:
    return job


def climbing(plan: Plan, jobs: Jobs, ledger: Ledger, rungs: Mapping[int, Sequence[Told]], *, last: bool) -> list[Job]:
    """Returns the jobs of the trials that go on to their next rung, by what trials on each rung told."""
    from branchlab.sweep.pruning.rungs import promote

    numbers = promote(plan, rungs, last=last)
    found = (ledger.find(number) for number in numbers)
    return [jobs.next_rung(trial) for trial in found if trial]


class Steady:
    """Asks for one trial whenever there is a free slot, with all that is known by then, running trials included."""

    def __init__(
        self, plan: Plan, asking: Asking, jobs: Jobs, ledger: Ledger, spending: Spending, share: Share
    ) -> None:
        """Begins behind the trials that are there, with those that are missing between them."""
        self.why = ""
        self._plan, self._asking, self._jobs = plan, asking, jobs
        self._ledger, self._spending, self._share = ledger, spending, share
        self._number = -1
        self._waiting: deque[Job] = deque()

    def next(self, *, busy: bool) -> Job | None:
        """Returns a trial that goes on to the next rung, else a new one; None at the end."""
        self._ledger.compare()
        if self._plan.fidelity and not self._waiting:
            ended = bool(self.why) and not busy
            rungs = self._share.of_rungs(self._ledger.by_rung(running=True))
            self._waiting += climbing(self._plan, self._jobs, self._ledger, rungs, last=ended)
        if self._waiting:
            return self._waiting.popleft()
        return None if self.why else self._ask(busy=busy)

    def _ask(self, *, busy: bool) -> Job | None:
        number = self._share.after(self._number)
        while self._ledger.find(number) is not None:
            number = self._share.after(number)
        if not self._spending.has_room(number):
            self.why = "the budget is spent"
            return self._last_rungs(busy=busy)
        told = self._ledger.told(running=True)
        method = self._asking.method(number)
        self.why = self._spending.settled(told, method.expected_gain)
        if self.why:
            return self._last_rungs(busy=busy)
        reference = self._plan.reference and number == 0
        asked = [self._jobs.reference()] if reference else method.ask(told, 1, number)
        if not asked and busy and self._plan.method == "pbt":
            return None  # the generation is not complete
        if not asked:
            self.why = "there is nothing left to try"
            return self._last_rungs(busy=busy)
        self._number = number
        return self._jobs.new(number, self._share.batch_of(number), asked[0])

    def _last_rungs(self, *, busy: bool) -> Job | None:
        # `why` is set by now, so this gives a rung or None and does not come here again
        return self.next(busy=busy) if self._plan.fidelity and not busy else None


class SecondChances:
    """Lets the most promising of the pruned trials go on, when another feed has come to its end."""

    def __init__(self, first: Feed, plan: Plan, jobs: Jobs, ledger: Ledger) -> None:
        """Gives what `first` gives, and then the second chances."""
        self._first, self._plan, self._jobs, self._ledger = first, plan, jobs, ledger
        self._waiting: deque[Job] | None = None

    @property
    def why(self) -> str:
        """Why there is no more."""
        return "" if self._waiting is None or self._waiting else self._first.why

    def next(self, *, busy: bool) -> Job | None:
        """Returns the next job; second chances begin when nothing else runs."""
        if not self._first.why:
            job = self._first.next(busy=busy)
            if job is not None or busy or not self._first.why:
                return job
        if self._waiting is None:
            if busy:
                return None
            self._ledger.compare()
            trials = self._ledger.trials
            numbers = second_chances(self._plan, trials, self._ledger.told())
            found = (self._ledger.find(number) for number in numbers)
            self._waiting = deque(self._jobs.second_chance(trial) for trial in found if trial)
        return self._waiting.popleft() if self._waiting else None
