"""Makes jobs of what a method proposes: branch, parameter files, record table, what to go on from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.refs import BRANCHES
from branchlab.running.names import choose_name, user_name
from branchlab.running.parameters import read_parameters, set_parameters
from branchlab.sweep.engine.workers import Job
from branchlab.sweep.inputs import inputs_digest
from branchlab.sweep.pruning.judge import Judge
from branchlab.sweep.space import assignments, digest, only_active
from branchlab.sweep.table import sweep_table
from branchlab.sweep.trial import BASE, Proposal
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.experiment import Scalar
    from branchlab.git.session import GitSession
    from branchlab.parameters.overrides import Assignment
    from branchlab.sweep.engine.ledger import Ledger
    from branchlab.sweep.plan import Objectives, Plan, Pruning
    from branchlab.sweep.trial import Trial
    from branchlab.workspace import Workspace

_DIGITS = 4  # of the digest: only trials of one number must differ in it
# MKL and OpenBLAS heed their own variable before OMP's, so that alone would lose to one of the user's
_THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


class Order(NamedTuple):
    """What all jobs of a sweep have in common.

    Attributes:
        workspace: the project.
        plan: the sweep.
        objectives: what it is judged by.
        base: commit that holds the code, the same for all trials.
        branch: the branch that was checked out, which knows the issue where names have one.
        issue: as a person gave it.
        command: argument list.
        code: digest of the code; empty when nothing is to be reused.
        data: md5 of each input by path.
        part: which share of the sweep this is.
        method: name of the method.
    """

    workspace: Workspace
    plan: Plan
    objectives: Objectives
    base: str
    branch: str | None
    command: tuple[str, ...]
    issue: str = ""
    code: str = ""
    data: Mapping[str, str] = {}
    part: str = ""
    method: str = ""


class Jobs:
    """The maker of jobs; reads parameter files as they are in the commits that jobs stand on."""

    def __init__(self, order: Order, session: GitSession, ledger: Ledger) -> None:
        """Takes what all jobs have in common."""
        self._order = order
        self._session = session
        self._ledger = ledger
        self._files: dict[tuple[str, str], bytes | None] = {}

    def reference(self) -> Proposal:
        """Returns what trial 0 is: the values of the parameter files as they stand."""
        plan = self._order.plan
        return Proposal(only_active(plan.space, plan.defaults))

    def new(self, number: int, batch: int, proposal: Proposal) -> Job:
        """Returns the job of a trial that nobody ran yet.

        Raises:
            UsageError: when the values do not fit the parameter files, or the naming rule has no place for the branch.
        """
        origin = None if proposal.origin is None else self._ledger.find(proposal.origin)
        parent = (origin.commit or "") if origin else ""
        rung, extra = self._first_rung(number)
        return self._job(number, batch, proposal, rung=rung, extra=extra, parent=parent)

    def next_rung(self, trial: Trial) -> Job:
        """Returns the job that takes a trial one rung further, from its checkpoint."""
        from branchlab.sweep.pruning.rungs import levels

        fidelity = self._order.plan.fidelity
        extra = {fidelity.parameter: levels(fidelity)[trial.rung + 1]} if fidelity else {}
        return self._further(trial, trial.rung + 1, extra)

    def second_chance(self, trial: Trial) -> Job:
        """Returns the job that lets a pruned trial go on from its checkpoint, without the rule that ended it."""
        # a reason begins with the rule that gave it and a colon (`Judge.reason`)
        rules = tuple(rule for rule in self._order.plan.pruning if rule.rule != trial.reason.partition(":")[0])
        return self._further(trial, trial.rung, {}, rules)

    def repeat(self, job: Job, name: str, value: Scalar) -> Job:
        """Returns one repeat of a trial; it is judged only for what is no number."""
        repeats, order = self._order.plan.repeats, self._order
        extra = {repeats.parameter: value} if repeats else {}
        wanted = [*assignments(order.plan.space, job.values), *_further_assignments(extra)]
        files = self._edited(job.base, wanted)
        return job._replace(
            files={order.workspace.prefix + path: content for path, content in files.items()},
            repeat=name,
            judge=Judge((), order.objectives, self._ledger.bank, number=job.number),
        )

    def _first_rung(self, number: int) -> tuple[int, Mapping[str, Scalar]]:
        from branchlab.sweep.pruning.rungs import first

        plan = self._order.plan
        if plan.fidelity is None:
            return 0, {}
        rung, value = first(plan, number)
        return rung, {plan.fidelity.parameter: value}

    def _further(
        self, trial: Trial, rung: int, extra: Mapping[str, Scalar], rules: tuple[Pruning, ...] | None = None
    ) -> Job:
        proposal = Proposal(trial.values, None, trial.generation)
        job = self._job(
            trial.number, trial.batch, proposal, rung=rung, extra=extra, parent=trial.commit or "", rules=rules
        )
        found = self._session.read(BRANCHES + trial.branch)
        if found is None or found.oid != trial.commit:  # a teammate's, in the archive, or somebody works there
            return job
        return job._replace(branch=trial.branch, tip=trial.commit)

    def _job(
        self,
        number: int,
        batch: int,
        proposal: Proposal,
        *,
        rung: int,
        extra: Mapping[str, Scalar],
        parent: str,
        rules: tuple[Pruning, ...] | None = None,
    ) -> Job:
        order, plan = self._order, self._order.plan
        base = parent or order.base
        files = self._edited(base, [*assignments(plan.space, proposal.values), *_further_assignments(extra)])
        table = sweep_table(
            plan,
            proposal,
            number,
            batch,
            method=order.method,
            part=order.part,
            rung=rung,
            inputs=self._inputs(base, files, parent),
            parent=parent,
        )
        table[BASE] = order.base  # not `base`, which is the rung below for one that goes on
        prefix = order.workspace.prefix
        threads = str(plan.resources.cpus) if plan.resources.cpus else ""
        return Job(
            number,
            self._branch(number, proposal.values),
            proposal.values,
            base,
            {prefix + name: content for name, content in files.items()},
            order.command,
            table,
            rung=rung,
            parent=parent,
            checkpoint=plan.checkpoint,
            environment=dict.fromkeys(_THREADS, threads) if threads else {},
            seconds=plan.seconds,
            judge=Judge(plan.pruning if rules is None else rules, order.objectives, self._ledger.bank, number=number),
        )

    def _branch(self, number: int, values: Mapping[str, Scalar]) -> str:
        order = self._order
        # four places: names sort as numbers up to 10,000 trials
        label = f"{order.plan.name}-{number:04d}-{digest(values)[:_DIGITS]}"
        naming = order.workspace.settings.naming
        return choose_name(
            naming, "", current=order.branch, label=label, run="", user=user_name(), issue=order.issue
        ).branch

    def _edited(self, base: str, wanted: Sequence[Assignment]) -> dict[str, bytes]:
        return set_parameters(self._order.workspace.settings.params, self._reader(base), wanted)

    def _inputs(self, base: str, files: Mapping[str, bytes], parent: str) -> str:
        order = self._order
        if not order.code:
            return ""
        read = self._reader(base)
        params = read_parameters(
            order.workspace.settings.params, lambda name: files[name] if name in files else read(name)
        )
        repeats = order.plan.repeats
        parts = (repeats.parameter, *repeats.values) if repeats else ()
        return inputs_digest(order.code, params, order.data, order.command, repeats=parts, parent=parent)

    def _reader(self, base: str) -> Callable[[str], bytes | None]:
        def read(name: str) -> bytes | None:
            key = base, name
            if key not in self._files:
                found = self._session.read(f"{base}:{self._order.workspace.prefix}{name}")
                if base != self._order.base:  # a rung of one trial: nobody asks for it again
                    return found.body if found and found.kind == "blob" else None
                self._files[key] = found.body if found and found.kind == "blob" else None
            return self._files[key]

        return read


def _further_assignments(extra: Mapping[str, Scalar]) -> list[Assignment]:
    """Returns assignments of parameters that are not searched, such as the fidelity."""
    import json

    from branchlab.parameters.overrides import Assignment
    from branchlab.sweep.space import as_key

    return [Assignment(None, as_key(name), json.dumps(value, ensure_ascii=False)) for name, value in extra.items()]
