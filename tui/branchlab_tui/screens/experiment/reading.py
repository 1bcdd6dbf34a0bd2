"""Reads the parts of one experiment, what is needed first first. Runs in a thread; free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.compare.difference import Side, diff_records
from branchlab.compare.inputs import rule_of
from branchlab.data.pointer import Output
from branchlab.data.store import Store, find_store, missing_objects
from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab.reading.exhibit import Exhibit
from branchlab.record.model import Best
from branchlab_tui.screens.experiment.shown import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from branchlab.experiment import Experiment
    from branchlab.project import Settings
    from branchlab.reading.pulse import Pulse
    from branchlab.record.model import Record
    from branchlab_tui.model.library import Curves, DifferenceRead, Library

Found = dict[str, Any]  # fields of `Shown`; why a part cannot be read stands under `problems`


def read_parts(
    library: Library, one: Experiment, chosen: Experiment | None, baseline: Experiment | None
) -> Iterator[Found]:
    """Yields what was read, a few fields of `Shown` at a time; what fails is a problem of that part alone.

    Args:
        library: reads.
        one: the experiment.
        chosen: what the user chose to compare with; None for the project's baseline, where it left that.
        baseline: the row of whatever it is compared with, for its curves; None when that has no record.
    """
    yield _try("exhibit", lambda: library.exhibit(one))
    yield _try("curves", lambda: library.curves(one))
    # One step for both: `log_read` alone would say that nothing kept it.
    yield {"log_read": True, **_try("log", lambda: library.log_path(one))}
    if baseline is not None and not is_same(one, baseline):
        yield _try("ghost", lambda: library.curves(baseline))
    yield _try("resources", lambda: library.resources(one))
    if not is_same(one, baseline):
        yield _try("difference", lambda: library.difference(one, chosen, patch=False))
    if one.commit is not None:
        yield _try("here", lambda: find_here(library, one))
    yield _try("commits", lambda: library.commits(one))


def is_same(one: Experiment, other: Experiment | None) -> bool:
    """Tells whether an experiment would be compared with itself."""
    return other is not None and one.name == other.name and one.commit == other.commit


def _try(part: str, read: Callable[[], object]) -> Found:
    try:
        return {part: read()}
    except (BranchlabError, OSError, ValueError) as error:
        told = error if isinstance(error, BranchlabError) else error_of(error)
        return {"problems": {part: Problem(told.message, told.hint)}}


def find_here(library: Library, one: Experiment) -> dict[str, bool]:
    """Returns for each input and output whether its content lies on this machine."""
    files = library.files(one)
    store = _store(library)
    outputs = [Output(path, file.md5, file.bytes, file.files, False, "") for path, file in files.items()]  # noqa: FBT003
    missing = {output.path for output in (missing_objects(store, outputs) if store else outputs)}
    return {path: path not in missing for path in files}


def _store(library: Library) -> Store | None:
    workspace = library.workspace
    return find_store(workspace.root, workspace.repository.top, workspace.repository.common_dir)


def exhibit_of(pulse: Pulse, curves: Curves, settings: Settings, record: Record) -> Exhibit:
    """Returns a run as its journal has it now, without reading anything; `record` is what it would leave."""
    best = {}
    for name, (low, high) in pulse.extremes.items():
        goal = rule_of(settings, name).goal
        # One value is no best of anything.
        if goal and len(curves.series[name].values) > 1:
            point = high if goal == "maximize" else low
            best[name] = Best(point.value, point.step)
    return Exhibit(
        name=pulse.name,
        commit=None,
        status="running",
        author="",
        record=record._replace(best=best),
        curves={name: points.values for name, points in curves.series.items()},
        plots=tuple(pulse.journal.plots),
    )


def measured_again(read: DifferenceRead | None, exhibit: Exhibit, settings: Settings) -> DifferenceRead | None:
    """Returns a difference with the newest values of a run that goes on; its code stays what it was."""
    if read is None:
        return None
    before = read.difference
    side = Side(exhibit.name, exhibit.commit, exhibit.record, exhibit.stale)
    return read._replace(difference=diff_records(side, before.b, settings, before.code))
