"""Reads what one row does not hold: records, curves, differences, plots, files, output. Everything here blocks."""

from __future__ import annotations

import math
import os
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from branchlab.tuples import NamedTuple
from branchlab_tui.model.snapshot import command_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.compare.comparison import Comparison
    from branchlab.compare.difference import Difference
    from branchlab.experiment import Experiment
    from branchlab.git.history import CommitInfo
    from branchlab.reading.exhibit import Exhibit
    from branchlab.reading.objects import Commit, ObjectReader
    from branchlab.record.model import DataFile
    from branchlab.workspace import Workspace

_KEPT = 64  # answers of each kind
_Value = TypeVar("_Value")


class Points(NamedTuple):
    """The points of one curve, as many in each list.

    Attributes:
        steps: ascending as a rule.
        seconds: since the start of the run; NaN when unknown.
        values: NaN is a gap.
    """

    steps: Sequence[float]
    seconds: Sequence[float]
    values: Sequence[float]


class Curves(NamedTuple):
    """The curves of one experiment by metric; `problem` says why there may be more."""

    series: Mapping[str, Points] = {}
    problem: str = ""


class DifferenceRead(NamedTuple):
    """Two experiments side by side.

    Attributes:
        difference: A judged against B.
        at_merge_base: B is the baseline where A left it.
        patch: the changed lines of code as git prints them.
        problem: why the patch is missing, empty when it is there.
        trees: commits of B and A that hold the code, to read more of it.
    """

    difference: Difference
    at_merge_base: bool
    patch: str = ""
    problem: str = ""
    trees: tuple[str, str] | None = None


class Library:
    """Everything about experiments that has to be read for it; safe to use from several threads.

    Answers about a commit are kept, the last 64 of each kind.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._lock = Lock()
        self._reader: ObjectReader | None = None
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def close(self) -> None:
        """Ends git."""
        with self._lock:
            if self._reader:
                self._reader.close()
                self._reader = None

    def exhibit(self, one: Experiment) -> Exhibit:
        """Returns everything that is known about an experiment without opening its artifacts.

        Raises:
            NotFoundError: when it is gone.
            DamagedError: when its record cannot be read.
        """
        from branchlab.reading.exhibit import live_exhibit, recorded_exhibit

        if one.commit is None:
            return live_exhibit(self.workspace, one.run)
        return self._keep(
            ("exhibit", one.name, one.commit),
            lambda: self._with_commit(
                one, lambda reader, commit: recorded_exhibit(reader, self.workspace, commit, lambda _: None)
            ),
        )

    def curves(self, one: Experiment) -> Curves:
        """Returns the curves of an experiment.

        Raises:
            NotFoundError: when it is gone.
        """
        if one.commit is None:
            return self._live_curves(one)
        return self._keep(("curves", one.commit), lambda: self._recorded_curves(one))

    def resources(self, one: Experiment) -> Mapping[str, Points]:
        """Returns what a run used over time, by name; empty when nobody watched it."""
        if one.commit is not None:
            return {}
        return read_resources(os.path.join(self._folder(one), "system.csv"))

    def difference(self, a: Experiment, b: Experiment | None) -> DifferenceRead:
        """Returns what differs between two experiments; without B, from the baseline where A left it.

        Raises:
            NotFoundError: when one of them is gone.
            DamagedError: when a record cannot be read.
            EnvironmentProblemError: when there is no common history, or git refuses.
        """
        from branchlab.compare.difference import diff_records
        from branchlab.errors import BranchlabError
        from branchlab.reading.codediff import read_patch
        from branchlab.reading.pair import finish_pair, start_pair

        def read() -> DifferenceRead:
            with self._lock:
                reader = self._open()
                started = start_pair(reader, self.workspace, command_name(a), command_name(b) if b else None)
                pair = finish_pair(reader, self.workspace, started)
            difference = diff_records(pair.a, pair.b, self.workspace.settings, pair.code)
            if pair.trees is None:
                return DifferenceRead(difference, b is None, problem="the code of a run that goes on is not known yet")
            try:
                patch = read_patch(self.workspace, *pair.trees).decode(errors="surrogateescape")
            except BranchlabError as error:
                return DifferenceRead(difference, b is None, problem=error.message)
            return DifferenceRead(difference, b is None, patch, trees=pair.trees)

        if a.commit is None or (b is not None and b.commit is None):
            return read()
        return self._keep(("difference", a.name, a.commit, b.name if b else "", b.commit if b else ""), read)

    def comparison(self, ones: Sequence[Experiment], *, everything: bool = False) -> Comparison:
        """Returns several experiments side by side.

        Raises:
            NotFoundError: when one of them is gone.
            DamagedError: when a record cannot be read.
        """
        from branchlab.compare.comparison import compare_records
        from branchlab.reading.sides import require_side

        with self._lock:
            sides = [require_side(self._open(), self.workspace, command_name(one)) for one in ones]
        return compare_records(sides, self.workspace.settings, everything=everything)

    def plots(self, one: Experiment) -> tuple[str, ...]:
        """Returns the files of plot data, relative to the project, or to the run folder while it is not recorded."""
        return tuple(self.exhibit(one).plots)

    def plot(self, one: Experiment, path: str) -> bytes:
        """Returns the content of a file of plot data.

        Raises:
            NotFoundError: when there is none.
        """
        from branchlab.errors import NotFoundError
        from branchlab.plainfile import read_plain
        from branchlab.text import safe_text

        if one.commit is None:
            inside = path.startswith("plots/") and ".." not in path.split("/")
            content = read_plain(os.path.join(self._folder(one), path)) if inside else None
        else:
            with self._lock:
                found = self._open().read(f"{one.commit}:{self.workspace.prefix}{path}")
            content = found.body if found and found.kind == "blob" else None
        if content is None:
            raise NotFoundError(f"{safe_text(one.name)} has no {safe_text(path)}")
        return content

    def files(self, one: Experiment) -> Mapping[str, DataFile]:
        """Returns what an experiment read and made, by path relative to the project."""
        return self.exhibit(one).record.data

    def artifact_path(self, one: Experiment, path: str) -> str | None:
        """Returns where the bytes of an input or output lie on this machine; None when they are not here."""
        from branchlab.data.store import find_store, has, object_path

        entry = self.files(one).get(path)
        if entry is None or entry.md5.endswith(".dir"):
            return None
        repository = self.workspace.repository
        store = find_store(self.workspace.root, repository.top, repository.common_dir)
        return object_path(store, entry.md5) if store and has(store, entry.md5) else None

    def output(self, one: Experiment, lines: int) -> list[str]:
        """Returns the last lines of what the command printed; none where that was not kept."""
        from branchlab.reading.live import last_lines

        if one.commit is None:
            return last_lines(os.path.join(self._folder(one), "output.log"), lines)
        kept = self.artifact_path(one, f"{self.workspace.settings.record.directory}/output.log")
        return last_lines(kept, lines) if kept else []

    def commits(self, one: Experiment) -> list[CommitInfo]:
        """Returns the commits of a branch since it left the baseline, newest first."""
        return []

    def _recorded_curves(self, one: Experiment) -> Curves:
        from branchlab.errors import DamagedError
        from branchlab.reading.exhibit import read_history

        try:
            history = self._with_commit(one, lambda reader, commit: read_history(reader, self.workspace, commit))
        except DamagedError as error:
            return Curves({}, error.message)
        if history is None:
            return Curves()
        found = {}
        for name, column in history.columns.items():
            rows = [row for row, value in enumerate(column) if value is not None]
            found[name] = Points(
                [float(history.steps[row]) for row in rows],
                [history.seconds[row] for row in rows],
                [math.nan if (value := column[row]) is None else value for row in rows],
            )
        return Curves(found)

    def _live_curves(self, one: Experiment) -> Curves:
        from branchlab.tracking.reading import JOURNAL_FILE, read_journal

        journal = read_journal(os.path.join(self._folder(one), JOURNAL_FILE))
        return Curves(
            {
                name: Points(
                    [float(point.step) for point in points],
                    [point.seconds for point in points],
                    [float(point.value) for point in points],
                )
                for name, points in journal.series.items()
            }
        )

    def _with_commit(self, one: Experiment, read: Callable[[ObjectReader, Commit], _Value]) -> _Value:
        from branchlab.errors import NotFoundError
        from branchlab.reading.objects import Commit
        from branchlab.text import safe_text

        with self._lock:
            reader = self._open()
            found = reader.read(f"{one.commit}^{{commit}}")
            if found is None:
                raise NotFoundError(f"the commit of {safe_text(one.name)} is not there any more")
            return read(reader, Commit(one.name, found.oid, found.body))

    def _open(self) -> ObjectReader:
        from branchlab.reading.objects import ObjectReader

        if self._reader is None:
            self._reader = ObjectReader(self.workspace.repository.top)
        return self._reader

    def _folder(self, one: Experiment) -> str:
        return os.path.join(self.workspace.runs_dir, one.run)

    def _keep(self, key: tuple[Any, ...], read: Callable[[], _Value]) -> _Value:
        if key in self._kept:
            found: _Value = self._kept[key]
            return found
        found = self._kept[key] = read()
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found


def read_resources(path: str) -> dict[str, Points]:
    """Reads what the sampler wrote; a line that is not understood, such as a torn last one, is left out."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            header, *lines = file.read().split("\n")
    except OSError:
        return {}
    names = header.split(",")
    columns: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in names[1:]}
    for line in lines:
        cells = line.split(",")
        if len(cells) != len(names):
            continue
        for name, cell in zip(names[1:], cells[1:], strict=True):
            try:
                seconds, value = float(cells[0]), float(cell)
            except ValueError:
                continue
            columns[name][0].append(seconds)
            columns[name][1].append(value)
    return {name: Points(at, at, values) for name, (at, values) in columns.items() if values}
