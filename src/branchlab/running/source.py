"""What a run starts from: a commit, the changes on top of it, and the data that belongs to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.data.pointer import dump_pointer, is_pointer, parse_pointer, read_pointers
from branchlab.data.store import add
from branchlab.git.objects import list_files, read_objects
from branchlab.git.process import run_git
from branchlab.running.pipelines import is_lock
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.git.snapshot import WorkingTree
    from branchlab.workspace import Workspace


class Source(NamedTuple):
    """The state of the project that a run starts from.

    Attributes:
        parent: commit id.
        tree: tree id of the snapshot; None when it equals the parent's.
        files: content that replaces files of the tree, by path relative to the top of the repository.
        outputs: what DVC keeps, with paths relative to the project.
        branch: short name of the branch that is checked out, if any.
        warnings: what the user should know before the run, one line each.
    """

    parent: str
    tree: str | None = None
    files: Mapping[str, bytes] = {}
    outputs: tuple[Output, ...] = ()
    branch: str | None = None
    warnings: tuple[str, ...] = ()


def source_from_working_tree(workspace: Workspace, store: Store | None) -> Source:
    """Captures the working tree: staged, modified and new files that are not ignored, and changed data.

    Data that was changed since `dvc add` is added to the cache and gets a new pointer in the snapshot, so that the run
    sees what the user sees; the user's own pointer stays as it is.

    Raises:
        EnvironmentProblemError: before the first commit.
        UnsavedWorkError: in the middle of a conflict, or with uncommitted work in a submodule.
        UsageError: when a new file is too large for git.
    """
    from branchlab.git.snapshot import check_snapshot, read_working_tree, write_snapshot

    repository = workspace.repository
    status = read_working_tree(repository)
    parent = check_snapshot(repository, status, workspace.settings.max_file_bytes)
    # Written before the data is looked at: what is edited while gigabytes are hashed is of the next run.
    tree = write_snapshot(repository, status)
    warnings = [
        f"{safe_text(path)} is a git repository of its own and is not part of the run" for path in status.nested
    ]
    warnings += [
        f"project.link names {safe_text(path)}, and nothing is there"
        for path in workspace.settings.link
        if not os.path.exists(os.path.join(workspace.root, path))
    ]
    outputs = _outputs(workspace, status) if store else []
    source = Source(parent, tree, branch=status.branch, warnings=tuple(warnings))
    return _with_data(workspace, store, source, outputs)


def source_from_commit(workspace: Workspace, commit: str) -> Source:
    """Takes a commit as it is."""
    return Source(commit, outputs=tuple(outputs_at(workspace, commit)))


def source_from_capture(workspace: Workspace, store: Store | None, commit: str) -> Source:
    """Takes the code that was captured when a run started; of data that changed since `dvc add`, what there is now."""
    return _with_data(workspace, store, Source(commit), outputs_at(workspace, commit))


def source_from_index(
    workspace: Workspace, store: Store | None, commit: str, files: Mapping[str, str], made: Sequence[str] = ()
) -> Source:
    """Takes the code of a commit with the pointers of an index, content ids by path; data as `source_from_capture`.

    What the run logged as `made` by it is no data that changed.
    """
    return _with_data(workspace, store, Source(commit), _outputs_of(workspace, files), made)


def _with_data(
    workspace: Workspace, store: Store | None, source: Source, outputs: list[Output], logged: Sequence[str] = ()
) -> Source:
    """Adds what DVC keeps to a source, and new pointers for what was changed."""
    files: dict[str, bytes] = {}
    warnings = [*source.warnings]
    for old in _changed(workspace, store, outputs, logged):
        fresh = add(store, workspace.root, old.path)._replace(pointer=old.pointer) if store else old
        outputs[outputs.index(old)] = fresh
        files[workspace.prefix + fresh.pointer] = dump_pointer(fresh)
        warnings.append(f"{safe_text(old.path)} changed since dvc add: the run uses and records its new content")
    return source._replace(files=files, outputs=tuple(outputs), warnings=tuple(warnings))


def outputs_at(workspace: Workspace, commit: str) -> list[Output]:
    """Reads the outputs that the pointers of a commit name, with paths relative to the project.

    Raises:
        DamagedError: when a pointer cannot be trusted.
    """
    return _outputs_of(workspace, list_files(workspace.repository, commit, workspace.prefix))


def _outputs_of(workspace: Workspace, files: Mapping[str, str]) -> list[Output]:
    """Reads the pointers among files that are given with their content ids."""
    prefix = workspace.prefix
    blobs = {path: oid for path, oid in files.items() if path.startswith(prefix) and _wanted(path)}
    if not blobs:
        return []
    bodies = dict(zip(blobs, read_objects(workspace.repository, blobs.values()), strict=True))
    found: list[Output] = []
    for path, body in bodies.items():
        if body and is_pointer(path):
            folder = path.rpartition("/")[0]
            pipeline = bodies.get(f"{folder}/dvc.yaml" if folder else "dvc.yaml")
            found += parse_pointer(path.removeprefix(prefix), body.body, pipeline.body if pipeline else b"")
    return found


def used_inputs(workspace: Workspace, source: Source) -> tuple[Output, ...]:
    """Returns what DVC keeps for a run to read; what runs make themselves is left out."""
    made = {*workspace.settings.artifacts}
    directory = workspace.settings.record.directory
    return tuple(
        output for output in source.outputs if output.path not in made and not output.path.startswith(f"{directory}/")
    )


def _wanted(path: str) -> bool:
    return is_pointer(path) or path.rpartition("/")[2] == "dvc.yaml"


def outputs_on_disk(workspace: Workspace) -> list[Output]:
    """Reads the outputs that the pointers of the working tree name; raises as `outputs_at` does."""
    from branchlab.git.snapshot import read_working_tree

    return _outputs(workspace, read_working_tree(workspace.repository))


def _outputs(workspace: Workspace, status: WorkingTree) -> list[Output]:
    """Looks for pointers in the index and among the new files that status found; no folder is walked again."""
    # git's `*` matches slashes as well; `*/dvc.lock` alone would miss the one at the top.
    out = run_git(["ls-files", "-z", "--", "*.dvc", "dvc.lock", "*/dvc.lock"], cwd=workspace.root)
    prefix = workspace.prefix
    new = (path.removeprefix(prefix) for path in status.new if path.startswith(prefix))
    names = {*out.decode(errors="surrogateescape").split("\0"), *new}
    return read_pointers(workspace.root, sorted(name for name in names if is_pointer(name)))


def _changed(workspace: Workspace, store: Store | None, outputs: list[Output], logged: Sequence[str]) -> list[Output]:
    """Finds changed data; leaves out what a run or a pipeline makes itself: others write those pointers."""
    made = {os.path.normpath(path) for path in (*workspace.settings.artifacts, *logged)}
    inputs = [output for output in outputs if output.path not in made and not is_lock(output.pointer)]
    if store is None or not inputs:
        return []
    from branchlab.data.status import changed_outputs

    memory = os.path.join(workspace.repository.state_dir, "digests.json")
    return changed_outputs(store, workspace.root, inputs, memory=memory)
