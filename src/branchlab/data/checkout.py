"""Brings DVC's content into the user's own working tree, and never over work that exists nowhere else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from branchlab.data.digest import hash_file, is_executable, walk
from branchlab.data.linking import Method, make_folders, place_file
from branchlab.data.status import is_object
from branchlab.data.store import damaged_object, entries, is_content, missing_objects, object_path, verify
from branchlab.errors import EnvironmentProblemError, UnsavedWorkError, UsageError
from branchlab.text import safe_text, some_of
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store

_METHODS = ("reflink", "copy", "hardlink", "symlink")


class Restored(NamedTuple):
    """What `restore` did: paths relative to the project that were written and removed."""

    placed: tuple[str, ...]
    removed: tuple[str, ...]


class _Step(NamedTuple):
    path: str
    md5: str
    executable: bool
    legacy: bool


def restore(store: Store, project_root: str, outputs: Sequence[Output], *, previous: Iterable[Output] = ()) -> Restored:
    """Makes files and folders in the working tree what the outputs say.

    Everything is checked before anything is touched: that all objects are in the cache and undamaged, and that the
    content of each file in the way is in the cache too. A file is replaced in one rename.

    Args:
        store: the cache.
        project_root: absolute folder that the outputs are relative to.
        outputs: what must be there afterwards.
        previous: outputs that were tracked before; those that are tracked no longer are removed.

    Raises:
        EnvironmentProblemError: when objects are missing from the cache, or the disk refuses.
        DamagedError: when an object does not have its digest, or a path leads through a symbolic link.
        UnsavedWorkError: when a file with content of its own is in the way; the message names it.
    """
    require_objects(store, outputs)
    try:
        placed, in_the_way = _plan(store, project_root, outputs)
        wanted = {output.path for output in outputs}
        for output in previous:
            if output.path not in wanted:
                in_the_way += _files(project_root, output.path)
        _refuse_unsaved(store, project_root, in_the_way)
        for step in placed:
            make_folders(project_root, step.path, dry=True)
            # DVC gives out a damaged object without a word (seen with 3.67), so each one is read.
            if not verify(store, step.md5, legacy=step.legacy):
                raise damaged_object(step.md5)
        return _act(store, project_root, placed, in_the_way)
    except OSError as error:
        place = safe_text(str(error.filename or project_root))
        raise EnvironmentProblemError(
            f"{place} cannot be restored: {error.strerror}", "check room and permissions on the disk"
        ) from None


def require_objects(store: Store, outputs: Sequence[Output]) -> None:
    """Makes sure that the cache holds all that belongs to some outputs.

    Raises:
        EnvironmentProblemError: when it lacks something; the message names the first of them.
    """
    if missing := missing_objects(store, outputs):
        paths = some_of([output.path for output in missing])
        raise EnvironmentProblemError(f"the DVC cache lacks {paths}", "branchlab pull brings the data")


def _plan(store: Store, root: str, outputs: Iterable[Output]) -> tuple[list[_Step], list[str]]:
    """Returns the files to write and the paths of files that have to go, in order."""
    steps: list[_Step] = []
    in_the_way: list[str] = []
    for output in outputs:
        wanted: set[str] = set()
        for entry in entries(store, output):
            path = f"{output.path}/{entry.path}" if entry.path else output.path
            wanted.add(path)
            step = _Step(path, entry.md5, output.executable, output.legacy)
            if not _is_there(store, root, step):
                steps.append(step)
                in_the_way += _files(root, path)
        in_the_way += [path for path in _files(root, output.path) if path not in wanted]
    return steps, list(dict.fromkeys(in_the_way))


def _is_there(store: Store, root: str, step: _Step) -> bool:
    path = os.path.join(root, step.path)
    if not os.path.isfile(path) or is_executable(path) < step.executable:
        return False
    cached = object_path(store, step.md5, legacy=step.legacy)
    # A link is what DVC would place, whatever its object holds; `branchlab doctor --data` reads those.
    if is_object(path, cached):
        return True
    return os.stat(path).st_size == os.stat(cached).st_size and hash_file(path) == step.md5


def _files(root: str, path: str) -> Iterator[str]:
    """Yields the files at and below a path, as far as DVC would count them."""
    place = os.path.join(root, path)
    if os.path.isdir(place) and not os.path.islink(place):
        try:
            for file in walk(place):
                yield f"{path}/{file.path}"
        except UsageError as error:
            raise UnsavedWorkError(error.message, "move it away first") from None
    elif os.path.lexists(place):
        yield path


def _refuse_unsaved(store: Store, root: str, paths: Iterable[str]) -> None:
    unsaved = [path for path in paths if not _is_saved(store, os.path.join(root, path))]
    if unsaved:
        raise UnsavedWorkError(
            f"{some_of(unsaved)} would be overwritten and is saved nowhere else", "dvc add it, or move it away"
        )


def _is_saved(store: Store, path: str) -> bool:
    try:
        md5 = hash_file(path)
        cached = object_path(store, md5)
        return os.path.samefile(path, cached) or is_content(cached, md5)  # a damaged object would save nothing
    except OSError:
        return False


def _act(store: Store, root: str, steps: Iterable[_Step], in_the_way: Iterable[str]) -> Restored:
    steps = list(steps)
    replaced = {step.path for step in steps}
    removed = [path for path in in_the_way if path not in replaced]
    # Removed first: a file may stand where a folder is needed now.
    for path in removed:
        os.unlink(os.path.join(root, path))
        _remove_empty_folders(root, path)
    # As `dvc config cache.type` says: in the user's own tree the user decides, unlike in that of a run.
    methods = tuple(cast("Method", name) for name in store.link_types if name in _METHODS)
    for step in steps:
        make_folders(root, step.path)
        _replace(object_path(store, step.md5, legacy=step.legacy), os.path.join(root, step.path), methods, step)
    return Restored(tuple(step.path for step in steps), tuple(removed))


def _replace(source: str, target: str, methods: Sequence[Method], step: _Step) -> None:
    folder, name = os.path.split(target)
    # 40 characters are 160 bytes at most, and a name may have 255 in all.
    temporary = os.path.join(folder, f".{name[:40]}.{os.urandom(4).hex()}")
    place_file(source, temporary, methods, executable=step.executable)
    try:
        if os.path.isdir(target) and not os.path.islink(target):
            os.rmdir(target)  # emptied before; anything left in it is not ours
        os.replace(temporary, target)
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


def _remove_empty_folders(root: str, path: str) -> None:
    while path := path.rpartition("/")[0]:
        try:
            os.rmdir(os.path.join(root, path))
        except OSError:
            return
