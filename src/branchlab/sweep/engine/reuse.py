"""A trial that somebody ran already, with the same code, parameters, data and command, is recorded and not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.data.pointer import pointer_path
from branchlab.git.commit import NewCommit
from branchlab.git.objects import list_files, read_objects
from branchlab.record.format import dump_record, parse_record
from branchlab.running.harvest import Harvest, own_files
from branchlab.sweep.curves import curve_of, history_path
from branchlab.sweep.engine.commit import commit_record
from branchlab.sweep.engine.workers import Ended
from branchlab.sweep.inputs import Finished
from branchlab.sweep.trial import INPUTS, REUSED
from branchlab.tracking.location import new_run_id

if TYPE_CHECKING:
    from branchlab.experiment import Experiment
    from branchlab.record.model import Record
    from branchlab.sweep.engine.bench import Bench
    from branchlab.sweep.engine.workers import Job


class Reuse:
    """Finds trials by their inputs, on branches here, on remotes and in the archive, as they were at the start."""

    def __init__(self, bench: Bench) -> None:
        """Reads which trials there are; raises as `inputs.Finished.look` does."""
        self._bench = bench
        self._finished = Finished(bench.workspace)
        self._finished.look()

    def take(self, job: Job) -> tuple[Job, Ended] | None:
        """Records a job that somebody ran before, and returns it as it was recorded; None when it has to run.

        Raises:
            BranchlabError: when git or the disk refuses.
        """
        inputs = job.table.get(INPUTS)
        # one with a tip goes on on its own branch, and nobody else has its checkpoint
        known = self._finished.find(inputs) if isinstance(inputs, str) and not job.tip else None
        if known is None or known.commit is None:
            return None
        return self._repeat(job, known, known.commit)

    def _repeat(self, job: Job, known: Experiment, commit: str) -> tuple[Job, Ended] | None:
        """Makes a record like another one under the branch of a new trial."""
        workspace, session = self._bench.workspace, self._bench.session
        stored = session.read(f"{commit}:{workspace.record_path}")
        if stored is None:
            return None
        job = job._replace(table={**job.table, REUSED: commit})
        code = job.base
        if job.files:
            what = f"code of trial {job.number}, which ran as {known.name}\n"
            code = session.write_commit(NewCommit(job.base, what, files=job.files))
        old = parse_record(stored.body, workspace.record_path)
        record = old._replace(sweep=job.table, run=old.run._replace(id=new_run_id(), code=code))
        files = {**self._files(commit, old), workspace.record_path: dump_record(record)}
        # the base may be an experiment: its curve and plots must not pass for those of this trial
        removed = tuple(workspace.prefix + path for path in own_files(workspace.settings.record.directory))
        branch, oid = commit_record(self._bench, Harvest(files, removed), record, code, job.branch)
        history = files.get(history_path(workspace))
        ended = Ended(
            job.key,
            job.number,
            "finished",
            branch,
            oid,
            record.run.id,
            record.metrics,
            {name: best.value for name, best in record.best.items()},
            curve_of(history) if history else {},
            record.run.started,
            record.run.seconds,
        )
        return job, ended

    def _files(self, commit: str, record: Record) -> dict[str, bytes]:
        """Returns what lies beside a record: curves, plots, and pointers to what the run made."""
        workspace = self._bench.workspace
        folder = f"{workspace.prefix}{workspace.settings.record.directory}/"
        made = {workspace.prefix + pointer_path(path) for path, data in record.data.items() if data.output}
        files = list_files(workspace.repository, commit, workspace.prefix)
        wanted = {path: oid for path, oid in files.items() if path.startswith(folder) or path in made}
        bodies = read_objects(workspace.repository, wanted.values())
        return {path: found.body for path, found in zip(wanted, bodies, strict=True) if found}
