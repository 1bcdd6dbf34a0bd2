"""Brings files of an experiment into the user's working tree, after a check that nothing unsaved is in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.data.checkout import require_objects, restore
from branchlab.data.pointer import dump_pointer
from branchlab.data.status import changed_outputs
from branchlab.data.store import find_store, missing_objects, why_no_store
from branchlab.errors import EnvironmentProblemError, UnsavedWorkError
from branchlab.git.objects import read_object, read_objects
from branchlab.git.process import GitError, run_git
from branchlab.git.snapshot import read_working_tree
from branchlab.plainfile import read_file
from branchlab.record.format import parse_record
from branchlab.running.artifacts import ignore_files
from branchlab.running.harvest import Harvest
from branchlab.running.pipelines import is_lock
from branchlab.running.source import outputs_at, outputs_on_disk
from branchlab.running.write import check_places, write_files
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.workspace import Workspace


_DATA_FOLLOWS = {"BRANCHLAB_DATA": "0"}  # so that our own hook leaves it alone


def apply_parameters(workspace: Workspace, commit: str) -> Callable[[], list[str]]:
    """Checks that the parameter files of a commit can be brought, and returns what brings them.

    Raises:
        UnsavedWorkError: when a file has changes that are in no commit.
    """
    names = workspace.settings.params
    specs = [f"{commit}:{workspace.prefix}{name}" for name in names]
    contents = dict(zip(names, read_objects(workspace.repository, specs), strict=True))
    files = {
        workspace.prefix + name: found.body
        for name, found in contents.items()
        if found and found.body != read_file(workspace.root, name)
    }
    check_places(workspace, files)
    status = read_working_tree(workspace.repository)
    for path in files:
        if path in status.changed or path in status.new or path in status.unmerged:
            raise UnsavedWorkError(f"{safe_text(path)} has changes that are in no commit", "commit or stash them first")

    def bring() -> list[str]:
        write_files(workspace, Harvest(files))
        return sorted(files)

    return bring


def apply_outputs(workspace: Workspace, store: Store | None, commit: str) -> Callable[[], list[str]]:
    """Checks that the outputs of a commit's run can be brought, and returns what brings them with their pointers.

    Raises:
        UnsavedWorkError: when a file with content of its own is in the way.
        EnvironmentProblemError: when the cache lacks an output.
    """
    text = read_object(workspace.repository, f"{commit}:{workspace.record_path}")
    record = parse_record(text.body, workspace.record_path) if text and text.kind == "blob" else None
    made = {path for path, file in record.data.items() if file.output} if record else set()
    known = outputs_at(workspace, commit)  # of a pipeline's outputs the lock file tells, which is DVC's to write
    outputs = [output for output in known if output.path in made and not is_lock(output.pointer)]
    if not outputs:
        return list
    if store is None:
        what, remedy = why_no_store(workspace.repository, workspace.prefix)
        raise EnvironmentProblemError(f"{what}, so it has no cache", remedy)
    check_places(workspace, [workspace.prefix + output.pointer for output in outputs])
    require_objects(store, outputs)
    # Stricter than `restore`, which replaces a changed file whose content the cache has.
    refuse_changed(workspace, store, {output.path for output in outputs})

    def bring() -> list[str]:
        restore(store, workspace.root, outputs)
        paths = [workspace.prefix + output.path for output in outputs]
        pointers = {workspace.prefix + output.pointer: dump_pointer(output) for output in outputs}
        ignores = ignore_files(workspace, workspace.repository.top, paths)
        write_files(workspace, Harvest({**pointers, **ignores}))
        return sorted([*pointers, *ignores, *paths])

    return bring


def switch_to(workspace: Workspace, store: Store | None, branch: str) -> list[str]:
    """Switches to a branch together with its data; returns the paths that were brought.

    Raises:
        UnsavedWorkError: when data was changed and is not in the cache.
        GitError: when git refuses to switch.
        EnvironmentProblemError: when the branch was switched to, but its data is not in the cache.
    """
    # Read before git moves: afterwards the old pointers are gone, and nobody knows what they had placed.
    before = outputs_on_disk(workspace) if store else []
    if store:
        refuse_changed(workspace, store, {output.path for output in before})
    _switch(workspace, branch)
    # Again, since `.dvc` may have come with the branch.
    store = store or find_store(workspace.root, workspace.repository.top, workspace.repository.common_dir)
    return bring_data(workspace, store, branch, before) if store else []


def bring_data(workspace: Workspace, store: Store, branch: str, before: list[Output]) -> list[str]:
    """Brings the data of the branch that was just switched to; returns the paths that changed.

    Args:
        workspace: the project.
        store: its cache.
        branch: short name, for words.
        before: outputs of the branch that was left: what is no longer one is removed.

    Raises:
        UnsavedWorkError: when data in the way was changed and is not in the cache; nothing is touched.
        EnvironmentProblemError: when the cache lacks an output; the others were brought.
    """
    after = outputs_on_disk(workspace)
    lacking = missing_objects(store, after)
    restored = restore(store, workspace.root, [output for output in after if output not in lacking], previous=before)
    if lacking:
        raise EnvironmentProblemError(
            f"switched to {safe_text(branch)}, but the DVC cache lacks {safe_text(lacking[0].path)}",
            f"branchlab pull {safe_text(branch)}, then dvc checkout",
        )
    return [*restored.placed, *restored.removed]


def _switch(workspace: Workspace, branch: str) -> None:
    try:
        # Without --no-guess git would make a branch that only the remote has.
        run_git(["switch", "--no-guess", "--end-of-options", branch], cwd=workspace.repository.top, env=_DATA_FOLLOWS)
    except GitError as error:
        # git's words, which LC_ALL=C.UTF-8 keeps in English; the files follow, one a line behind a tab.
        if "would be overwritten" not in error.stderr:
            raise
        path = next((line.strip() for line in error.stderr.splitlines() if line.startswith("\t")), "the working tree")
        raise UnsavedWorkError(
            f"{safe_text(path)} has changes that {safe_text(branch)} would overwrite", "commit or stash them first"
        ) from None


def refuse_changed(workspace: Workspace, store: Store, paths: set[str]) -> None:
    """Makes sure that tracked data in the way is as its pointer says.

    Raises:
        UnsavedWorkError: when it was changed.
    """
    outputs = [output for output in outputs_on_disk(workspace) if output.path in paths]
    for output in changed_outputs(store, workspace.root, outputs):
        path = safe_text(output.path)
        raise UnsavedWorkError(f"{path} was changed and is in no commit", f"dvc add {path}, or remove it")
