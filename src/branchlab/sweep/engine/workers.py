"""What the engine asks of those who run trials, on this machine or on others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Number, Scalar
    from branchlab.sweep.pruning.judge import Judge
    from branchlab.sweep.trial import Table


EndedStatus = Literal["finished", "pruned", "failed", "stopped"]

# What a command finds in its environment.
TRIAL_VARIABLE, SWEEP_VARIABLE = "BRANCHLAB_TRIAL", "BRANCHLAB_SWEEP"  # and `tracking.location.CHECKPOINT_VARIABLE`
INTERRUPTED = "interrupted"  # the reason of a trial that runs again on resume


class Job(NamedTuple):
    """One command to be run and recorded; can be pickled.

    Attributes:
        number: of the trial.
        branch: short name of the branch that the record becomes.
        values: of the active parameters.
        base: full id of the commit that the code commit stands on; the worker needs it and all below it.
        files: content of the parameter files with the values set, by path relative to the top of the repository.
        command: argument list.
        table: `[sweep]` of the record; the worker adds `pruned` and `reason`.
        rung: counts from 0.
        tip: where the branch stands now and what it is moved from; empty when it must not exist yet.
        parent: commit whose checkpoint is put into the worktree; empty to begin anew.
        checkpoint: path of the checkpoint relative to the project; empty for none.
        repeat: which part of a trial, such as `seed-1`: it is not recorded, its files come back instead.
        environment: added to the command's.
        seconds: wall time after which it is ended.
        judge: says while it runs whether it is hopeless; None when nothing is pruned.
        note: the remark in the record.
        kept: interrupted, it keeps its run folder for `branchlab record`, since nothing runs it again.
    """

    number: int
    branch: str
    values: Mapping[str, Scalar]
    base: str
    files: Mapping[str, bytes]
    command: tuple[str, ...]
    table: Table
    rung: int = 0
    tip: str = ""
    parent: str = ""
    checkpoint: str = ""
    repeat: str = ""
    environment: Mapping[str, str] = {}
    seconds: float | None = None
    judge: Judge | None = None
    note: str = ""
    kept: bool = False

    @property
    def key(self) -> str:
        """Tells jobs that run at a time apart: `12`, or `12/seed-1`."""
        return f"{self.number}/{self.repeat}" if self.repeat else str(self.number)


class Ended(NamedTuple):
    """How a job ended.

    Attributes:
        key: of the job.
        number: of the trial.
        status: `pruned` by its judge or its wall time, `stopped` by a person.
        branch: the branch that was made; empty when there is none.
        commit: full id of its tip; empty while it is on no branch.
        run: id of the run.
        metrics: summary values.
        best: best values of the metrics with a curve.
        curve: what it logged of each metric, (step, value) in that order; up to the step at which it was pruned.
        started: ISO 8601, UTC.
        seconds: wall time of the command.
        reason: why it was pruned, stopped or failed.
        problem: why it could not be run or recorded, in words for a person; nothing that it left is lost then. The
            engine starts nothing more.
        hint: what to do about the problem.
        files: of a repeat, the files of its record, by path relative to the top of the repository.
        warnings: what was not kept or looks wrong, one line each.
    """

    key: str
    number: int
    status: EndedStatus
    branch: str = ""
    commit: str = ""
    run: str = ""
    metrics: Mapping[str, Number] = {}
    best: Mapping[str, Number] = {}
    curve: Mapping[str, Sequence[tuple[int, float]]] = {}
    started: str = ""
    seconds: float = 0.0
    reason: str = ""
    problem: str = ""
    hint: str = ""
    files: Mapping[str, bytes] = {}
    warnings: tuple[str, ...] = ()


class Workers(Protocol):
    """Those who run jobs. The engine calls these methods from one thread."""

    @property
    def slots(self) -> int:
        """How many jobs run at a time; may change while a cluster grows or shrinks."""

    def start(self, job: Job) -> None:
        """Takes a job. It may wait for a free slot; the engine gives no more than `slots`, and those of one batch."""

    def wait(self, timeout: float | None) -> list[Ended]:
        """Returns the jobs that ended since the last call; waits for one, at most so many seconds.

        Every job that was started is returned exactly once, also when a worker was lost: one that can be tried again
        is, without word; one that cannot comes back with a `problem`.
        """

    def stop(self, key: str, reason: str) -> None:
        """Ends a job that runs or waits: SIGINT, later SIGTERM and SIGKILL, as `branchlab stop` does.

        With the reason `interrupted` what it logged goes into the archive and not on a branch, or stays in its run
        folder (`Job.kept`), and a job that did not begin is dropped; all come back as `stopped`. With another reason
        it is recorded as pruned. A second call for the same job kills it.
        """

    def close(self) -> None:
        """Kills what runs still, and gives everything back."""
