"""Turns what a run left into the files of its record.

The result is kept in the run folder (`harvest`) before anything is committed: a crash at any point leaves either a
run that can be harvested again, or one that only has to be committed.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING
from zlib import crc32

from branchlab.data.digest import digest
from branchlab.data.pointer import dump_pointer
from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab.plainfile import read_file, sync_folder
from branchlab.record.format import dump_record
from branchlab.record.history import best_of, dump_history, merge_series, thin
from branchlab.record.model import DataFile, Record
from branchlab.running.artifacts import KEPT_FILES, Kept, keep_artifacts, keep_file, leftovers_of
from branchlab.running.overlooked import overlooked
from branchlab.running.parameters import read_parameters
from branchlab.running.pipelines import is_lock, pipeline_outputs
from branchlab.running.place import OUTPUT_FILE
from branchlab.running.provenance import provenance
from branchlab.text import safe_text
from branchlab.tracking.reading import JOURNAL_FILE, Journal, cut_journal, merge_params, read_journal, summary_metrics
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.experiment import Number
    from branchlab.project import MetricRule
    from branchlab.record.history import History
    from branchlab.record.model import Best, Run
    from branchlab.running.collect import Collected
    from branchlab.running.place import Place
    from branchlab.tracking.state import RunState
    from branchlab.workspace import Workspace

_FILE = "harvest"  # a line of JSON, and behind it the files one after the other


class Harvest(NamedTuple):
    """The files of a record.

    Attributes:
        files: content by path relative to the top of the repository.
        removed: paths that the record replaces as a whole.
        warnings: what was not kept and why, one line each.
    """

    files: Mapping[str, bytes]
    removed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Left(NamedTuple):
    """What a run left.

    Attributes:
        folder: the run folder.
        state: what state.json says.
        place: where the run worked; None when that is gone, so that only the journal is left.
        inputs: what DVC kept when the run started.
        resources: what the sampler measured.
    """

    folder: str
    state: RunState
    place: Place | None
    inputs: Sequence[Output] = ()
    resources: Mapping[str, Number] = {}


def harvest(
    workspace: Workspace,
    store: Store | None,
    left: Left,
    identify: Callable[[Record], Run] | None = None,
    until: int | None = None,
    *,
    durable: bool = True,
) -> Harvest:
    """Reads journal, collected files and artifacts of an ended run and saves the files of its record.

    Args:
        workspace: the project as the user has it; its settings hold.
        store: where artifacts are kept; None when the project has no DVC.
        left: what is there of the run.
        identify: makes the provenance of the record where more is known of its code than `state` says.
        until: the last step that counts; None for all.
        durable: whether what is saved must outlast a power cut; what is recorded at once need not.
    """
    settings = workspace.settings
    folder, state, place, inputs, resources = left
    journal = cut_journal(read_journal(os.path.join(folder, JOURNAL_FILE)), until)
    collected = _collect(place, settings.collect)
    # What the script logged itself counts more than what another tool wrote of it.
    series = {**(collected.series if collected else {}), **journal.series}
    history = merge_series(series)
    metrics = {**(collected.summary if collected else {}), **summary_metrics(journal)}
    kept = keep_artifacts(workspace, store, place, journal.artifacts)
    kept = kept.joined(_keep_output(workspace, store, folder))
    data, undigested = _data(workspace, state.command, place, inputs, kept)
    record = Record(
        run=provenance(state, journal)._replace(not_code=settings.not_code),
        params=_parameters(workspace, state, (collected.params if collected else {}, journal.params), place),
        metrics=metrics,
        best=_best(history, settings.metrics),
        splits=journal.splits,
        slices=journal.slices,
        data=data,
        resources={"seconds": state.seconds or journal.seconds, **journal.resources, **resources},
        environment=journal.environment or _environment(workspace, state, place),
        sweep=state.sweep or {},
    )
    if identify:
        record = record._replace(run=identify(record))
    curves, full = _curves(workspace, store, folder, history)
    plots = _plots(workspace, folder, journal)
    pointers = {workspace.prefix + output.pointer: dump_pointer(output) for output in (*kept.outputs, *full.outputs)}
    ignores = {**kept.ignores, **full.ignores}
    own = {**ignores, **pointers, **plots, **curves, workspace.record_path: dump_record(record)}
    files, not_kept = _with_leftovers(workspace, left, kept, data, own)
    told = collected.problems if collected else ()
    problems = [*told, *undigested, *kept.warnings, *full.warnings, *not_kept]
    # A line torn by a full disk or a power cut costs its points, not the record.
    if journal.damaged_lines:
        problems.append(f"{journal.damaged_lines} damaged lines of the journal were skipped")
    removed = tuple(workspace.prefix + path for path in (*own_files(settings.record.directory), *kept.stale))
    found = Harvest(files, removed, tuple(problems))
    save_harvest(folder, found, durable=durable)
    return found


def _best(history: History, rules: Mapping[str, MetricRule]) -> dict[str, Best]:
    found = {name: best_of(history, name, rule.goal) for name, rule in rules.items() if rule.goal}
    return {name: best for name, best in found.items() if best}


def _with_leftovers(
    workspace: Workspace, left: Left, kept: Kept, data: Mapping[str, DataFile], own: Mapping[str, bytes]
) -> tuple[dict[str, bytes], list[str]]:
    """Adds to the files of the record what the run left beside them, and returns words on what is not kept."""
    leftovers = leftovers_of(workspace, left.place, {item.path for item in (*kept.outputs, *left.inputs)})
    files, in_the_way = _beside(leftovers.files, own)
    not_kept = [*leftovers.warnings, *in_the_way]
    if left.place and not any(item.output for item in data.values()):
        not_kept += overlooked(workspace, left.place, leftovers.ignored, {*data, *kept.declared})
    return files, not_kept


def _beside(leftovers: Mapping[str, bytes], own: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """Adds to the files of the record those that git can hold beside them, none below another; names the rest."""
    left_out = [
        path for path in leftovers if any(path.startswith(f"{other}/") or other.startswith(f"{path}/") for other in own)
    ]
    files = {path: content for path, content in leftovers.items() if path not in left_out}
    # Ours last: a command that writes a `metrics.toml` of its own does not replace the record.
    return {**files, **own}, [f"{safe_text(path)} is left out: it stands in the way of the record" for path in left_out]


def _collect(place: Place | None, patterns: Sequence[str]) -> Collected | None:
    if place is None or not patterns:
        return None
    from branchlab.running.collect import collect_metrics

    return collect_metrics(place.project, patterns)


def _environment(workspace: Workspace, state: RunState, place: Place | None) -> Mapping[str, object]:
    """Asks the Python of a command that logged nothing itself."""
    from branchlab.running.environment import probe_environment

    return probe_environment(state.command, place.project if place else workspace.root, workspace.root)


def own_files(directory: str) -> tuple[str, ...]:
    """Returns what a record replaces in its folder; other files there are the user's."""
    return tuple(f"{directory}/{name}" for name in ("history.csv", "plots", *(f"{kept}.dvc" for kept in KEPT_FILES)))


def save_harvest(folder: str, found: Harvest, *, durable: bool = True) -> None:
    """Writes a harvest into the run folder, as a whole or not at all."""
    content = b"".join(found.files.values())
    sizes = {path: len(body) for path, body in found.files.items()}
    head = {"files": sizes, "removed": found.removed, "warnings": found.warnings, "crc": crc32(content)}
    target = os.path.join(folder, _FILE)
    # One file, since each that is synced by itself is a wait for the disk.
    with open(f"{target}.new", "wb") as file:
        file.write(json.dumps(head).encode() + b"\n" + content)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    os.replace(f"{target}.new", target)
    if durable:  # the next run may take the worktree as soon as this one is there
        sync_folder(folder)


def load_harvest(folder: str) -> Harvest | None:
    """Reads a complete harvest back; None when there is none."""
    try:
        with open(os.path.join(folder, _FILE), "rb") as file:
            head, content = json.loads(file.readline()), file.read()
        ends = [0, *accumulate(head["files"].values())]
        if len(content) != ends[-1] or crc32(content) != head["crc"]:
            return None
        files = {path: content[start:end] for path, (start, end) in zip(head["files"], pairwise(ends), strict=True)}
        return Harvest(files, tuple(head["removed"]), tuple(head["warnings"]))
    # A damaged one is as good as none: it is made again, as far as the worktree is still there.
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def drop_harvest(folder: str) -> None:
    """Removes what was saved, so that the run is harvested again."""
    with suppress(FileNotFoundError):
        os.unlink(os.path.join(folder, _FILE))


def is_harvested(folder: str) -> bool:
    """Tells whether nothing of a run is left in its worktree that is not saved."""
    return os.path.exists(os.path.join(folder, _FILE))


def _parameters(
    workspace: Workspace, state: RunState, said: Sequence[dict[str, object]], place: Place | None
) -> Mapping[str, object]:
    """Returns what the process said it used on top of what the files said when it started."""
    merged = dict(state.params or {})
    # A run by hand whose code was not captured: the files as they are now have to do.
    if state.params is None and place:
        merged = read_parameters(workspace.settings.params, lambda name: read_file(place.project, name))
    for params in said:
        merge_params(merged, params)
    return merged


def _data(
    workspace: Workspace, command: Sequence[str], place: Place | None, inputs: Sequence[Output], kept: Kept
) -> tuple[dict[str, DataFile], list[str]]:
    """Returns the data of a run, and words on what could not be read."""
    of_pipeline = pipeline_outputs(workspace, command, place, inputs)
    outputs = [*of_pipeline, *kept.artifacts]
    made = {output.path: DataFile(output.md5, output.bytes, output.files, output=True) for output in outputs}
    read = [item for item in inputs if not (of_pipeline and is_lock(item.pointer))]
    used = {item.path: DataFile(item.md5, item.bytes, item.files) for item in read if item.path not in kept.declared}
    problems: list[str] = []
    for path in workspace.settings.data:
        if place and os.path.exists(os.path.join(place.project, path)):
            # `project.data` is kept by nobody: only its digest says whether two runs read the same (design 0007).
            try:
                used[path] = digest(os.path.join(place.project, path))
            except (BranchlabError, OSError) as error:
                problems.append(f"{safe_text(path)} is not in the record: {error_of(error).message}")
    return {**used, **made}, problems


def _curves(workspace: Workspace, store: Store | None, folder: str, history: History) -> tuple[dict[str, bytes], Kept]:
    """Returns history.csv, and what keeps the full curve when it is too long for git."""
    if not history.steps:
        return {}, Kept()
    directory = workspace.settings.record.directory
    text = dump_history(history)
    limit = workspace.settings.record.history_bytes
    path = f"{workspace.prefix}{directory}/history.csv"
    if len(text) <= limit:
        return {path: text}, Kept()
    name, content = _full_curve(history, text)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)
    return {path: dump_history(thin(history, limit))}, keep_file(workspace, store, folder, name, f"{directory}/{name}")


def _full_curve(history: History, text: bytes) -> tuple[str, bytes]:
    from branchlab.record.history import to_parquet

    try:
        return "history.parquet", to_parquet(history)
    # Without pyarrow, which is not in every installation: the same curve as text.
    except BranchlabError:
        return "history_full.csv", text


def _plots(workspace: Workspace, folder: str, journal: Journal) -> dict[str, bytes]:
    prefix = f"{workspace.prefix}{workspace.settings.record.directory}"
    found = {}
    for path in journal.plots:
        # The journal is the script's to write: a path in it must not bring a file from elsewhere into the commit.
        inside = path.startswith("plots/") and ".." not in path.split("/")
        content = read_file(folder, path) if inside else None
        if content is not None:
            found[f"{prefix}/{path}"] = content
    return found


def _keep_output(workspace: Workspace, store: Store | None, folder: str) -> Kept:
    if not store or not _size(os.path.join(folder, OUTPUT_FILE)):
        return Kept()
    return keep_file(workspace, store, folder, OUTPUT_FILE, f"{workspace.settings.record.directory}/{OUTPUT_FILE}")


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
