"""A sweep by its name: its trials, and the file that says what it searches where that can be found."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError, NotFoundError, UsageError
from branchlab.plainfile import read_plain
from branchlab.sweep.analysis.axes import space_of
from branchlab.sweep.plan import Objectives, Plan
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.project import Settings
    from branchlab.sweep.analysis.ranking import Value
    from branchlab.sweep.analysis.repeats import Contest
    from branchlab.sweep.plan import Space
    from branchlab.sweep.trial import Study, Trial
    from branchlab.workspace import Workspace

SWEEP_FILE = "sweep.toml"  # as in `sweep.file`, which loads more than a listing needs
_MOST = 1 << 20
_MOST_FILES = 100  # the folder of a project may hold thousands
_NAMED = 8
# Tells a file that may be a sweep from one that need not be parsed.
_TABLE = re.compile(rb"^\s*\[\s*(sweep|space)\s*\]", re.MULTILINE)


class Search(NamedTuple):
    """A sweep as it can be seen from here.

    Attributes:
        study: its trials.
        plan: what its file says; None where there is no file, or one that cannot be read.
        objectives: what it is judged by; none at all where the settings optimise nothing.
        settings: of the project.
        source: where the plan was read, relative to the project, or of which trial it is; empty without one.
        notes: what is wrong with the file, and why nothing is judged.
        problem: the same as an error, where nothing is judged.
    """

    study: Study
    plan: Plan | None
    objectives: Objectives
    settings: Settings
    source: str = ""
    notes: tuple[str, ...] = ()
    problem: BranchlabError | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.study.name

    @property
    def value(self) -> Value:
        """Which value of a curve counts."""
        return self.plan.value if self.plan else "last"

    @property
    def space(self) -> Space:
        """A parameter for each name that was tried, with its range in the plan or else what was tried."""
        return space_of(self.study, self.plan.space if self.plan else ())


def find_search(workspace: Workspace, name: str = "", cwd: str = "") -> Search:
    """Returns the sweep with a name, or of a sweep file; without either the one of sweep.toml, or the only one.

    Args:
        workspace: the project.
        name: of the sweep, or a path that ends in `.toml`, from `cwd`.
        cwd: the caller's folder; the project's when left out.

    Raises:
        NotFoundError: when there is no such sweep.
        UsageError: when there are several and none is named.
        BranchlabError: when a sweep file that was named cannot be used.
    """
    from branchlab.sweep.file import load_plan

    if name.endswith(".toml"):
        path = os.path.join(os.path.realpath(cwd or workspace.root), name)
        path = os.path.relpath(path, os.path.realpath(workspace.root))
        return _search(workspace, load_plan(workspace, path), path)
    if not name:
        return _default(workspace)
    search = _by_name(workspace, name)
    if not search.study.trials and search.plan is None:
        raise _unknown(workspace, name)
    return search


def require_objectives(search: Search) -> None:
    """Makes sure that something is optimised; raises UsageError with the reason and the remedy."""
    if search.problem:
        raise search.problem


def every_search(workspace: Workspace) -> list[Search]:
    """Returns every sweep that has trials."""
    return [_by_name(workspace, name) for name in sweep_names(workspace)]


def points_of(search: Search) -> int | None:
    """Returns how many combinations there are to try; None for without end, and where the sweep file is not here."""
    from branchlab.sweep.space import size

    if search.plan is None:
        return None
    return size(search.plan.space, points=search.plan.method == "grid")


def _default(workspace: Workspace) -> Search:
    from branchlab.sweep.file import load_plan

    names = sweep_names(workspace)
    if os.path.lexists(os.path.join(workspace.root, SWEEP_FILE)):
        plan = load_plan(workspace, SWEEP_FILE)
        if plan.name in names or not names:
            return _search(workspace, plan, SWEEP_FILE)
    if not names:
        raise NotFoundError("there is no sweep yet", "branchlab sweep new proposes one, branchlab sweep run runs it")
    if len(names) > 1:
        shown = ", ".join(map(safe_text, names[:_NAMED])) + (", …" if len(names) > _NAMED else "")
        raise UsageError(f"which of {len(names)} sweeps? {shown}", "write its name behind the command")
    return _by_name(workspace, names[0])


def _by_name(workspace: Workspace, name: str) -> Search:
    """Returns a sweep with its plan: of a file in the project's folder, else of the file that a trial ran with."""
    from branchlab.sweep.file import load_plan
    from branchlab.sweep.study import read_study

    study = read_study(workspace, name)
    for path in _files(workspace, name):
        try:
            plan = load_plan(workspace, path)
        except BranchlabError as error:
            return _judged(workspace, study, None, "", f"its sweep file cannot be used: {error.message}")
        if plan.name == name:
            return _judged(workspace, study, plan, path)
    newest = max((trial for trial in study.trials if trial.commit), key=lambda trial: trial.started, default=None)
    recorded = _recorded_plan(workspace, name, newest.commit) if newest and newest.commit else None
    return _judged(workspace, study, recorded, f"as trial {newest.number} had it" if newest and recorded else "")


def _files(workspace: Workspace, name: str) -> list[str]:
    """Returns the files of the project's folder that may hold this sweep, `sweep.toml` first."""
    from branchlab.naming import slugify

    try:
        found = sorted(path for path in os.listdir(workspace.root) if path.endswith(".toml"))[:_MOST_FILES]
    except OSError:
        return []
    likely = []
    for path in sorted(found, key=lambda path: path != SWEEP_FILE):
        with suppress(BranchlabError):
            text = read_plain(os.path.join(workspace.root, path), _MOST) or b""
            # Without a `name` in it a sweep is called as its file.
            named = slugify(path.removesuffix(".toml")) == name or name.encode(errors="surrogateescape") in text
            likely += [path] if named and _TABLE.search(text) else []
    return likely


def _recorded_plan(workspace: Workspace, name: str, commit: str) -> Plan | None:
    """Returns the plan that lies beside the record of a trial, as a teammate's does; None when it cannot be used."""
    from branchlab.git.objects import read_objects
    from branchlab.running.parameters import read_parameters
    from branchlab.sweep.file import parse_plan

    paths = [SWEEP_FILE, f"{name}.toml", *workspace.settings.params]
    objects = read_objects(workspace.repository, [f"{commit}:{workspace.prefix}{path}" for path in paths])
    files = {path: found.body for path, found in zip(paths, objects, strict=True) if found and found.kind == "blob"}
    for path in paths[:2]:
        with suppress(BranchlabError):
            if path in files:
                params = read_parameters(workspace.settings.params, files.get)
                plan = parse_plan(files[path], path, workspace.settings, params, files.get)
                if plan.name == name:
                    return plan
    return None


def _search(workspace: Workspace, plan: Plan, source: str) -> Search:
    from branchlab.sweep.study import read_study

    return _judged(workspace, read_study(workspace, plan.name), plan, source)


def _judged(workspace: Workspace, study: Study, plan: Plan | None, source: str, note: str = "") -> Search:
    from branchlab.sweep.objectives import objectives

    notes = [note] if note else []
    problem = None
    try:
        judged = objectives(plan or Plan(study.name, ()), workspace.settings)
    except BranchlabError as error:
        judged, problem = Objectives(()), error
        notes.append(f"{error.message}: {error.hint}" if error.hint else error.message)
    return Search(study, plan, judged, workspace.settings, source, tuple(notes), problem)


def _unknown(workspace: Workspace, name: str) -> NotFoundError:
    from difflib import get_close_matches

    near = get_close_matches(name, sweep_names(workspace), n=1)
    hint = f"did you mean {safe_text(near[0])}?" if near else "branchlab sweep status lists the sweeps"
    return NotFoundError(f"there is no sweep {safe_text(name)}", hint)


def contests(workspace: Workspace, search: Search, one: Trial, other: Trial) -> list[Contest]:
    """Compares two trials in each objective by the seeds or folds that both were run with; empty where none pair."""
    from branchlab.git.objects import read_objects
    from branchlab.record.format import parse_record
    from branchlab.sweep.analysis.repeats import contest

    if one.commit is None or other.commit is None or one.commit == other.commit:
        return []
    specs = [f"{trial.commit}:{workspace.record_path}" for trial in (one, other)]
    records = []
    for found in read_objects(workspace.repository, specs):
        if found is None or found.kind != "blob":
            return []
        try:
            records.append(parse_record(found.body))
        except BranchlabError:
            return []  # that it is damaged is said where it is listed
    compared = [contest(records[0], records[1], objective) for objective in search.objectives.optimize]
    return [one for one in compared if one]


def sweep_names(workspace: Workspace) -> list[str]:
    """Returns the names of the sweeps that have trials."""
    from branchlab.sweep.study import list_studies

    return [name for name, _, _ in list_studies(workspace)]
