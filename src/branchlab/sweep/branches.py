"""Trials on branches, read from the rows of the catalog: after the first look only what changed is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.answer import changed_lines, run_ids
from branchlab.catalog.catalog import find_edits
from branchlab.catalog.row import decode_experiments, encode_name
from branchlab.catalog.rows import read_rows
from branchlab.catalog.tips import finish_listing, start_listing
from branchlab.git.refs import BRANCHES

if TYPE_CHECKING:
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace

ANY_TRIAL = b'"sweep":"'  # stands in the row of every trial
_HEADS = f" {BRANCHES}".encode()


class Branches:
    """The trials among local, remote-tracking and archived experiments.

    Attributes:
        experiments: by their shown name.
        runs: ids of the runs that any branch has recorded; a new object when there are more.
    """

    def __init__(self, workspace: Workspace, mark: bytes) -> None:
        """Reads nothing yet; rows that do not hold `mark` are passed over without being decoded."""
        self.experiments: dict[str, Experiment] = {}
        self.runs: frozenset[str] = frozenset()
        self._workspace = workspace
        self._mark = mark
        self._refs: bytes | None = None

    def look(self) -> bool:
        """Reads what changed since the last look and tells whether anything did.

        Raises:
            GitError: when git refuses.
            EnvironmentProblemError: when git cannot be started.
        """
        top = self._workspace.repository.top
        refs = finish_listing(start_listing(top, remote=True, archived=True))
        # the listing has the commit of every ref, so it is the whole state
        if refs == self._refs:
            return False
        if self._refs is None or not self._read_on(self._refs, refs):
            self._read_all(refs)
        self._refs = refs
        return True

    def _read_on(self, before: bytes, refs: bytes) -> bool:
        """Reads the rows of refs that differ; tells whether that was enough."""
        gone, new = changed_lines(before, refs)
        # While a local branch is the same as that of a remote, only the local one has a row.
        if _local(gone) - _local(new):
            return False
        edits = find_edits(self._workspace, before, refs)
        if edits is None:
            return False
        for name, _ in edits.gone:
            self.experiments.pop(name, None)
        wanted = [row for row in edits.new if self._mark in row]
        self.experiments.update((one.name, one) for one in decode_experiments(b",".join(wanted)) if _is_trial(one))
        self.runs |= run_ids(b"\n".join(edits.new)) if edits.new else frozenset()
        return True

    def _read_all(self, refs: bytes) -> None:
        rows = read_rows(self._workspace, refs).rows
        wanted = [row for row in rows if self._mark in row.row]
        found = decode_experiments(b",".join([b'{"name":"","commit":"%b",%b' % (row.oid, row.row) for row in wanted]))
        pairs = zip(wanted, found, strict=True)
        self.experiments = {row.name: one._replace(name=row.name) for row, one in pairs if _is_trial(one)}
        self.runs = frozenset(run_ids(b"\n".join([row.row for row in rows])))


def mark_of(name: str) -> bytes:
    """Returns what stands in the row of each trial of a sweep, and hardly anywhere else."""
    return b'"sweep":%b,"trial":' % encode_name(name)


def _is_trial(experiment: Experiment) -> bool:
    return experiment.trial is not None


def _local(lines: list[bytes]) -> set[bytes]:
    return {line.partition(b" ")[2] for line in lines if _HEADS in line}
