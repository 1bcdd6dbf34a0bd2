"""Runs a trial as several seeds or folds, ends it early when it is hopeless, and records all of them as one.

What becomes of a trial is decided over its repeats in their order, not in the order in which they end: so it is the
same whatever runs at a time.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.git.commit import NewCommit
from branchlab.naming import slugify
from branchlab.record.format import parse_record
from branchlab.running.harvest import Harvest, load_harvest, own_files
from branchlab.running.recording import forget_run
from branchlab.sweep.curves import points_of
from branchlab.sweep.engine.combine import combine, read_part
from branchlab.sweep.engine.commit import commit_record
from branchlab.sweep.engine.workers import INTERRUPTED, Ended
from branchlab.sweep.order import ranked
from branchlab.sweep.pruning.repeats import hopeless
from branchlab.sweep.space import digest
from branchlab.sweep.table import ended_early
from branchlab.sweep.trial import PART_OF_TRIAL, PRUNED, REASON, TRIAL, VALUES
from branchlab.tracking.location import new_run_id
from branchlab.tracking.state import read_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.experiment import Number
    from branchlab.record.model import RunStatus
    from branchlab.sweep.engine.bench import Bench
    from branchlab.sweep.engine.combine import Part
    from branchlab.sweep.engine.jobs import Jobs
    from branchlab.sweep.engine.ledger import Ledger
    from branchlab.sweep.engine.workers import EndedStatus, Job
    from branchlab.sweep.plan import Objectives, Repeats

Splits = dict[str, "Mapping[str, Number]"]


class _Trial:
    """A trial of which some repeats may have ended."""

    def __init__(self, job: Job, names: Sequence[str], incumbent: Splits) -> None:
        self.job = job
        self.names = names
        self.incumbent = incumbent
        self.ended: dict[str, Ended] = {}


class Repeating:
    """Splits the trials of a sweep into their repeats."""

    def __init__(
        self,
        bench: Bench,
        repeats: Repeats,
        objectives: Objectives,
        jobs: Jobs,
        ledger: Ledger,
        left: Sequence[str] = (),
    ) -> None:
        """Takes over what an earlier session left.

        Args:
            bench: what trials share.
            repeats: what differs between repeats.
            objectives: what the sweep is judged by.
            jobs: makes jobs.
            ledger: the trials.
            left: run folders of repeats that ended.
        """
        self._bench, self._repeats, self._objectives = bench, repeats, objectives
        self._jobs, self._ledger = jobs, ledger
        self._trials: dict[int, _Trial] = {}
        self._interrupted: set[int] = set()
        self._left = self._open(left)
        self._splits: dict[str, Splits] = {}

    def split(self, job: Job) -> tuple[list[Job], Ended | None]:
        """Returns the repeats of a trial that have to run, and how it ended where none has to."""
        parts = {f"{self._repeats.label}-{slugify(str(value))}": value for value in self._repeats.values}
        trial = _Trial(job, tuple(parts), self._incumbent())
        self._trials[job.number] = trial
        for name in parts:
            folder = self._left.pop((job.number, digest(job.values), name), "")
            if folder:
                trial.ended[name] = _found(folder, job, name)
        missing = {name: value for name, value in parts.items() if name not in trial.ended}
        done = self._decide(trial)
        return ([] if done else [self._jobs.repeat(job, name, value) for name, value in missing.items()]), done

    def took(self, ended: Ended) -> tuple[Ended | None, tuple[str, ...]]:
        """Notes the end of a repeat; returns how its trial ended, once it has, and the repeats that nobody needs."""
        trial = self._trials.get(ended.number)
        if trial is None:
            # of a trial that was interrupted, the next session takes up what ended all the same
            if ended.number not in self._interrupted:
                self._forget([ended])
            return None, ()
        name = ended.key.partition("/")[2]
        trial.ended[name] = ended
        done = self._decide(trial)
        useless = tuple(f"{ended.number}/{other}" for other in trial.names if other not in trial.ended)
        return done, useless if done else ()

    def _open(self, left: Sequence[str]) -> dict[tuple[int, str, str], str]:
        """Returns run folders by what they are repeats of; those of trials that are recorded go away."""
        ended = {(trial.number, digest(trial.values)) for trial in self._ledger.trials}
        found = {}
        for folder in left:
            key = _key_of(folder)
            if key and key[:2] in ended:
                forget_run(self._bench.workspace.repository, folder, os.path.basename(folder))
            elif key:
                found[key] = folder
        return found

    def _decide(self, trial: _Trial) -> Ended | None:
        """Looks at the repeats in their order; returns how the trial ended, None while the next one is missing."""
        parts: list[Part] = []
        # in their order, up to the first that is missing: a later one that ended sooner decides nothing yet
        for name in trial.names:
            ended = trial.ended.get(name)
            if ended is None:
                return None
            # the repeats that had ended keep their run folders, and the next session takes them up
            if ended.reason == INTERRUPTED:
                del self._trials[trial.job.number]
                self._interrupted.add(trial.job.number)
                return Ended(trial.job.key, trial.job.number, "stopped", reason=INTERRUPTED)
            parts.append(read_part(self._bench.workspace, name, ended.files))
            if ended.status != "finished":
                return self._record(trial, parts, ended.status, f"{name}: {ended.reason}")
            metrics = {part.name: part.record.metrics for part in parts}
            reason = hopeless(
                self._objectives, metrics, trial.incumbent, total=len(trial.names), unit=self._repeats.label
            )
            if reason:
                return self._record(trial, parts, "pruned", reason)
        return self._record(trial, parts, "finished", "")

    def _record(self, trial: _Trial, parts: list[Part], status: EndedStatus, reason: str) -> Ended:
        """Records a trial with the repeats that count, and lets go of all of them."""
        job, session = trial.job, self._bench.session
        code = job.base
        if job.files:
            what = f"code of {job.table['name']}, trial {job.number}\n"
            code = session.write_commit(NewCommit(job.base, what, files=job.files))
        # the repeats go only when the trial is on its branch: a kill before leaves all of them to the next session
        table = ended_early(job.table, reason, pruned=status == "pruned") if reason else job.table
        run = new_run_id()
        ran: RunStatus = "stopped" if status == "pruned" else status
        made = combine(
            self._bench.workspace, parts, table, varied=self._repeats.parameter, code=code, run=run, status=ran
        )
        workspace = self._bench.workspace
        removed = tuple(workspace.prefix + path for path in own_files(workspace.settings.record.directory))
        branch, oid = commit_record(self._bench, Harvest(made.files, removed), made.record, code, job.branch)
        del self._trials[job.number]
        self._forget(trial.ended.values())
        return Ended(
            job.key,
            job.number,
            status,
            branch,
            oid,
            run,
            made.record.metrics,
            {name: best.value for name, best in made.record.best.items()},
            points_of(made.history),
            made.record.run.started,
            made.record.run.seconds,
            reason,
            warnings=tuple(dict.fromkeys(warning for ended in trial.ended.values() for warning in ended.warnings)),
        )

    def _forget(self, parts: Iterable[Ended]) -> None:
        repository = self._bench.workspace.repository
        for ended in parts:
            folder = os.path.join(self._bench.workspace.runs_dir, ended.run)
            if ended.run and os.path.isdir(folder):
                forget_run(repository, folder, ended.run)

    def _incumbent(self) -> Splits:
        """Returns the repeats of the best trial among those that others may be compared with."""
        best = next((one for one in ranked(self._ledger.compared()) if one.state == "complete" and one.losses), None)
        trial = self._ledger.find(best.number) if best else None
        if trial is None or trial.commit is None:
            return {}
        if trial.commit not in self._splits:
            path = self._bench.workspace.record_path
            stored = self._bench.session.read(f"{trial.commit}:{path}")
            splits = parse_record(stored.body, path).splits if stored else {}
            # of the best trial alone: when another one is better nobody asks for these again
            self._splits = {trial.commit: dict(splits)}
        return self._splits[trial.commit]


def _key_of(folder: str) -> tuple[int, str, str] | None:
    """Returns trial, digest of its values and repeat of a run folder."""
    state = read_state(folder)
    table = (state.sweep if state else None) or {}
    number, values, name = table.get(TRIAL), table.get(VALUES), table.get(PART_OF_TRIAL)
    if not isinstance(number, int) or not isinstance(values, dict) or not isinstance(name, str):
        return None
    return number, digest(values), name


def _found(folder: str, job: Job, name: str) -> Ended:
    """Returns how a repeat ended in an earlier session."""
    state, found = read_state(folder), load_harvest(folder)
    table = (state.sweep if state else None) or {}
    status: EndedStatus = "pruned" if table.get(PRUNED) else "finished"
    if state and state.status in ("failed", "stopped") and status == "finished":
        status = "failed" if state.status == "failed" else "stopped"
    key = job._replace(repeat=name).key
    files = found.files if found else {}
    return Ended(key, job.number, status, run=os.path.basename(folder), reason=str(table.get(REASON, "")), files=files)
