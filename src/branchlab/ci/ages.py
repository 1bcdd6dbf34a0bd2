"""How long ago the content of a data path came into the repository."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from branchlab.compare.gates import DataAge
from branchlab.data.pointer import LOCK_FILE, parse_pointer, pointer_path
from branchlab.errors import BranchlabError
from branchlab.git.ancestry import changes, cut_commits
from branchlab.git.objects import read_objects
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from branchlab.git.ancestry import Change
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace


class Aged(NamedTuple):
    """The age of a path's content; `cut` when a shallow clone lacks the history that would tell, so it is at least."""

    age: DataAge
    cut: bool = False


def data_ages(workspace: Workspace, head: str, paths: Iterable[str], now: float) -> dict[str, Aged]:
    """Returns for each path when the commit that brought its content was authored, seen from `now`.

    The author's time counts: a rebase makes data no fresher. A path that neither git nor a DVC pointer knows has
    no age.
    """
    return {path: _age(workspace, head, path, now) for path in paths}


def _age(workspace: Workspace, head: str, path: str, now: float) -> Aged:
    brought = _brought(workspace, head, path)
    if brought is None:
        return Aged(DataAge(path, None, ""))
    # The clock of an author may be ahead.
    age = DataAge(path, max(now - brought.seconds, 0.0), brought.commit)
    return Aged(age, brought.commit in cut_commits(workspace.repository))


def _brought(workspace: Workspace, head: str, path: str) -> Change | None:
    """Returns the commit since which a path has the content it has; a folder's pointer stands for what is in it."""
    repository, prefix = workspace.repository, workspace.prefix
    pointers = list(_pointers(path))
    pipelines = [posixpath.join(posixpath.dirname(pointer), "dvc.yaml") for pointer in pointers]
    specs = [f"{head}:{prefix}{name}" for name in (*pointers, *pipelines, path)]
    *found, own = [
        item.body if item and item.kind in ("blob", "tree") else None for item in read_objects(repository, specs)
    ]
    # `found` has the pipelines behind the pointers, each beside its own.
    for pointer, content, pipeline in zip(pointers, found, found[len(pointers) :], strict=False):
        known = _Pointer(prefix, pointer, pipeline or b"", path)
        if content is not None and (digest := known.digest(content)):
            return _since(repository, changes(repository, head, [prefix + pointer]), known, digest)
    return None if own is None else next(iter(changes(repository, head, [prefix + path])), None)


def _pointers(path: str) -> Iterator[str]:
    """Yields the pointers that may name a path: its own and that of each folder above it, then lock files."""
    above = [path]
    while folder := posixpath.dirname(above[-1]):
        above.append(folder)
    yield from map(pointer_path, above)
    yield from (posixpath.join(folder, LOCK_FILE) for folder in [*above[1:], ""])


class _Pointer(NamedTuple):
    """A pointer that may name a path; `pipeline` is the dvc.yaml beside a lock file."""

    prefix: str
    name: str
    pipeline: bytes
    path: str

    def digest(self, content: bytes) -> str | None:
        """Returns the digest that the pointer gives to the path or a folder above it."""
        try:
            outputs = parse_pointer(self.name, content, self.pipeline)
        except BranchlabError:
            return None
        return next((out.md5 for out in outputs if f"{self.path}/".startswith(f"{out.path}/")), None)


def _since(repository: Repository, history: Sequence[Change], pointer: _Pointer, digest: str) -> Change | None:
    specs = [f"{change.commit}:{pointer.prefix}{pointer.name}" for change in history]
    since = None
    for change, item in zip(history, read_objects(repository, specs), strict=True):
        # The same content may have come and gone before: only its last stay counts.
        if item is None or pointer.digest(item.body) != digest:
            break
        since = change
    return since
