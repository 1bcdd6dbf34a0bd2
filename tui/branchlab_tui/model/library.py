"""Reads what one row does not hold: records, curves, differences, plots, files, output. Everything here blocks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError, NotFoundError
from branchlab.reading.objects import Commit
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.model.kept import Kept
from branchlab_tui.model.points import Curves, Points, count_points, curves_of, read_samples
from branchlab_tui.model.readers import Readers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.compare.comparison import Comparison
    from branchlab.compare.difference import Difference, Side
    from branchlab.experiment import Experiment
    from branchlab.git.history import CommitInfo
    from branchlab.git.object_reader import ObjectReader
    from branchlab.reading.exhibit import Exhibit
    from branchlab.record.model import DataFile
    from branchlab.workspace import Workspace
    from branchlab_tui.model.unrecorded import UnrecordedRun

__all__ = ["Curves", "DifferenceRead", "Library", "Points"]

_KEPT = 64  # answers of each kind
_POINTS = 500_000  # of recorded curves, 24 bytes each
_COMMITS = 200


class DifferenceRead(NamedTuple):
    """Two experiments side by side.

    Attributes:
        difference: A judged against B.
        at_merge_base: B is the baseline where A left it.
        patch: the changed lines of code as git prints them.
        problem: why the patch is missing, empty when it is there or was not asked for.
        trees: commits of B and A that hold the code, to read more of it.
    """

    difference: Difference
    at_merge_base: bool
    patch: str = ""
    problem: str = ""
    trees: tuple[str, str] | None = None


class Library:
    """Everything about experiments that has to be read for it; safe to use from several threads.

    What commits hold is kept, as much as some screens need; what live runs log is read on from where it was.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._readers = Readers(workspace.repository.top)
        self._exhibits: Kept[Exhibit] = Kept(_KEPT)
        self._curves: Kept[Curves] = Kept(_POINTS, count_points)
        self._sides: Kept[Side] = Kept(_KEPT)
        self._differences: Kept[DifferenceRead] = Kept(_KEPT)
        self._runs: Kept[UnrecordedRun] = Kept(_KEPT)

    def use(self, workspace: Workspace) -> None:
        """Reads by other settings from now on."""
        if workspace != self.workspace:
            self.workspace = workspace
            for kept in (self._exhibits, self._curves, self._sides, self._differences, self._runs):
                kept.clear()

    def close(self) -> None:
        """Ends git."""
        self._readers.close()

    def exhibit(self, one: Experiment) -> Exhibit:
        """Returns everything that is known about an experiment without opening its artifacts.

        Raises:
            NotFoundError: when it is gone, or has no record.
            DamagedError: when its record cannot be read.
        """
        from branchlab.reading.exhibit import recorded_exhibit

        if one.commit is None:
            return self._run(one).exhibit(one)

        def read() -> Exhibit:
            with self._readers.lend() as reader:
                commit = self._commit(reader, one)
                return recorded_exhibit(reader, self.workspace, commit, lambda _: None)

        # By its name as well: two branches may point at one commit, and the answer names its branch.
        return self._exhibits.get((one.name, one.commit), read)

    def curves(self, one: Experiment) -> Curves:
        """Returns the curves of an experiment; where they are damaged, why there are none.

        Raises:
            NotFoundError: when it is gone.
        """
        if one.commit is None:
            return self._run(one).curves()
        # By the commit alone: curves name no branch.
        return self._curves.get(one.commit, lambda: self.read_curves(one))

    def read_curves(self, one: Experiment) -> Curves:
        """Returns the same as `curves` and keeps nothing, for a look at many experiments.

        Raises:
            NotFoundError: when it is gone.
        """
        from branchlab.errors import DamagedError
        from branchlab.reading.exhibit import read_history

        if one.commit is None:
            return self._run(one).curves()
        try:
            with self._readers.lend() as reader:
                history = read_history(reader, self.workspace, self._commit(reader, one))
        except DamagedError as error:
            return Curves({}, error.message)
        return Curves(curves_of(history)) if history else Curves()

    def resources(self, one: Experiment) -> Mapping[str, Points]:
        """Returns what a run used over time, by name; a record keeps only what it comes to."""
        try:
            return read_samples(os.path.join(self._run(one).folder, "system.csv"))
        except NotFoundError:
            return {}

    def difference(self, a: Experiment, b: Experiment | None, *, patch: bool = True) -> DifferenceRead:
        """Returns what differs between two experiments; without B, from the baseline where A left it.

        Args:
            a: judged.
            b: judged against.
            patch: read the changed lines of code as well.

        Raises:
            NotFoundError: when one of them is gone, or has no record.
            DamagedError: when a record cannot be read.
            EnvironmentProblemError: when there is no common history, or git refuses.
        """
        from branchlab.reading.pair import find_baseline

        with self._readers.lend() as reader:
            base = find_baseline(reader, self.workspace) if b is None else self._located(reader, b)
            held = self._located(reader, a)

        def read() -> DifferenceRead:
            return self._read_difference(held, base, at_merge_base=b is None, patch=patch)

        if not (isinstance(held, Commit) and isinstance(base, Commit)):
            return read()  # a live run goes on
        return self._differences.get((a.name, held.oid, b and b.name, base.oid, patch), read)

    def comparison(self, ones: Sequence[Experiment], *, everything: bool = False) -> Comparison:
        """Returns several experiments side by side.

        Raises:
            NotFoundError: when one of them is gone, or has no record.
            DamagedError: when a record cannot be read.
        """
        from branchlab.compare.comparison import compare_records

        sides = [self._side(one) for one in ones]
        return compare_records(sides, self.workspace.settings, everything=everything)

    def plots(self, one: Experiment) -> tuple[str, ...]:
        """Returns the files of plot data, relative to the project, or to the run folder while it is not recorded.

        Raises:
            GitError: when git refuses.
        """
        from branchlab.reading.exhibit import list_plots

        return self._run(one).plots() if one.commit is None else tuple(list_plots(self.workspace, one.commit))

    def plot(self, one: Experiment, path: str) -> bytes:
        """Returns the content of a file of plot data.

        Raises:
            NotFoundError: when there is none.
            EnvironmentProblemError: when something else than a plain file is there.
        """
        from branchlab.plainfile import read_plain

        content = None
        if one.commit is None:
            # A journal may name any path, and a run folder holds more than plots.
            if path.startswith("plots/") and ".." not in path.split("/"):
                content = read_plain(os.path.join(self._run(one).folder, path))
        else:
            content = self._blob(one, path)
        if content is None:
            raise NotFoundError(f"{safe_text(one.name)} has no {safe_text(path)}", "R reads again")
        return content

    def files(self, one: Experiment) -> Mapping[str, DataFile]:
        """Returns what an experiment read and made, by path relative to the project.

        Raises:
            NotFoundError: when it is gone, or has no record.
            DamagedError: when its record cannot be read.
        """
        return self._run(one).files(one) if one.commit is None else self._side(one).record.data

    def artifact_path(self, one: Experiment, path: str) -> str | None:
        """Returns where the bytes of an input or output lie on this machine; None when they are not here.

        Args:
            one: the experiment.
            path: a file relative to the project; it may lie in a folder that is an output as a whole.

        Raises:
            NotFoundError: when the experiment is gone, or has no record.
            DamagedError: when its record cannot be read.
        """
        from branchlab_tui.model.artifacts import find_bytes

        if one.commit is None:
            return self._run(one).artifact_path(one, path)
        return find_bytes(self.workspace, self.files(one), path)

    def log_path(self, one: Experiment) -> str | None:
        """Returns where the output of the command lies; empty where it is kept elsewhere only, None for nowhere."""
        from branchlab_tui.model.artifacts import find_pointed

        if one.commit is None:
            log = self._run(one).log
            return log if os.path.exists(log) or one.status == "running" else None
        path = f"{self.workspace.settings.record.directory}/output.log"
        pointer = self._blob(one, f"{path}.dvc")
        return (find_pointed(self.workspace, path, pointer) or "") if pointer else None

    def output(self, one: Experiment, lines: int) -> list[str]:
        """Returns the last lines of what the command printed; none where that was not kept or is not here."""
        from branchlab.reading.live import last_lines

        path = self.log_path(one)
        return last_lines(path, lines) if path else []

    def commits(self, one: Experiment) -> list[CommitInfo]:
        """Returns the commits of a branch since it left the baseline, newest first; none of a run without a branch.

        Raises:
            NotFoundError: when there is no baseline.
            EnvironmentProblemError: when the history cannot be read.
        """
        from branchlab.git.history import commits_since
        from branchlab.reading.pair import find_baseline

        if one.commit is None:
            return []
        with self._readers.lend() as reader:
            base = find_baseline(reader, self.workspace)
        return commits_since(self.workspace.repository, base.oid, one.commit, _COMMITS)

    def _read_difference(
        self, a: Commit | Side, b: Commit | Side, *, at_merge_base: bool, patch: bool
    ) -> DifferenceRead:
        from branchlab.compare.difference import diff_records
        from branchlab.reading.codediff import read_patch
        from branchlab.reading.pair import finish_pair, start_between

        at_merge_base = at_merge_base and (isinstance(a, Commit) or bool(a.record.run.code))
        started = start_between(self.workspace, a, b, at_merge_base=at_merge_base)
        with self._readers.lend() as reader:
            pair = finish_pair(reader, self.workspace, started)
        found = DifferenceRead(diff_records(pair.a, pair.b, self.workspace.settings, pair.code), at_merge_base)
        found = found._replace(trees=pair.trees)
        if pair.trees is None:
            return found._replace(problem="the code of a run that is not recorded is not known")
        if not patch:
            return found
        try:
            text = read_patch(self.workspace, *pair.trees)
        except BranchlabError as error:
            return found._replace(problem=error.message)
        return found._replace(patch=text.decode(errors="surrogateescape"))

    def _side(self, one: Experiment) -> Side:
        from branchlab.reading.sides import no_record, read_side

        if one.commit is None:
            return self._run(one).side(one)

        def read() -> Side:
            with self._readers.lend() as reader:
                side = read_side(reader, self.workspace, self._commit(reader, one))
            if side is None:
                raise no_record(self.workspace, one.name)
            return side

        return self._sides.get((one.name, one.commit), read)

    def _located(self, reader: ObjectReader, one: Experiment) -> Commit | Side:
        return self._run(one).side(one) if one.commit is None else self._commit(reader, one)

    def _commit(self, reader: ObjectReader, one: Experiment) -> Commit:
        found = reader.read(f"{one.commit}^{{commit}}")
        if found is None:
            raise NotFoundError(f"the commit of {safe_text(one.name)} is not there any more", "R reads again")
        return Commit(one.name, found.oid, found.body)

    def _blob(self, one: Experiment, path: str) -> bytes | None:
        with self._readers.lend() as reader:
            found = reader.read(f"{one.commit}:{self.workspace.prefix}{path}")
        return found.body if found and found.kind == "blob" else None

    def _run(self, one: Experiment) -> UnrecordedRun:
        if one.run in ("", ".", "..") or "/" in one.run:  # a record may name anything as its run
            raise NotFoundError(f"{safe_text(one.name)} has no run folder", "branchlab check tells more")
        from branchlab_tui.model.unrecorded import UnrecordedRun

        return self._runs.get(one.run, lambda: UnrecordedRun(self.workspace, one.run))
