"""Keeps what a run made: artifacts go to the DVC cache with a pointer on the branch, small files into the commit."""

from __future__ import annotations

import os
import posixpath
import stat
from typing import TYPE_CHECKING

from branchlab.data.gitignore import with_ignored
from branchlab.data.pointer import check_place, pointer_path
from branchlab.data.store import add, why_no_store
from branchlab.errors import BranchlabError, EnvironmentProblemError
from branchlab.git.process import run_git
from branchlab.plainfile import read_plain
from branchlab.text import format_bytes, safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.running.place import Place
    from branchlab.workspace import Workspace


KEPT_FILES = ("history.parquet", "history_full.csv", "output.log")


class Kept(NamedTuple):
    """What was put into the cache.

    Attributes:
        artifacts: outputs of the run, as the record names them.
        files: other files that are kept the same way (the log, a full curve).
        declared: every path that counts as the run's own output, made or not.
        stale: pointers of declared artifacts that this run did not make.
        ignores: `.gitignore` files that git needs beside them, by path relative to the top.
        warnings: what could not be kept, one line each.
    """

    artifacts: tuple[Output, ...] = ()
    files: tuple[Output, ...] = ()
    declared: frozenset[str] = frozenset()
    stale: tuple[str, ...] = ()
    ignores: Mapping[str, bytes] = {}
    warnings: tuple[str, ...] = ()

    @property
    def outputs(self) -> tuple[Output, ...]:
        """All that needs a pointer."""
        return (*self.artifacts, *self.files)

    def joined(self, other: Kept) -> Kept:
        """Returns both together."""
        return Kept(
            (*self.artifacts, *other.artifacts),
            (*self.files, *other.files),
            self.declared | other.declared,
            (*self.stale, *other.stale),
            {**self.ignores, **other.ignores},
            (*self.warnings, *other.warnings),
        )


def keep_artifacts(workspace: Workspace, store: Store | None, place: Place | None, logged: Sequence[str]) -> Kept:
    """Puts the declared and logged artifacts that exist into the cache; what git tracks already stays with git."""
    if place is None:
        return Kept()
    named = sorted({posixpath.normpath(path) for path in (*workspace.settings.artifacts, *logged)})
    wanted = [path for path in named if not check_place(path)]
    outside = tuple(f"{safe_text(path)} is not kept: it {problem}" for path in named if (problem := check_place(path)))
    if not wanted:  # `git ls-files` without a path would list the whole project
        return Kept(warnings=outside)
    try:
        tracked = _tracked(place.project, wanted)
    except EnvironmentProblemError as error:
        # Declared all the same: data that the run made is none that it read, also where it is not kept.
        return Kept(declared=frozenset(wanted), warnings=(*outside, f"no artifact is kept: {error.message}"))
    outputs: list[Output] = []
    stale: list[str] = []
    warnings = [*outside]
    for path in wanted:
        if path in tracked:
            continue
        if not os.path.exists(os.path.join(place.project, path)):
            # The pointer came with the code: left there, it would give out the model of an earlier run as this one's.
            stale.append(pointer_path(path))
            continue
        if store is None:
            warnings.append(f"{safe_text(path)} is not kept: {_no_store(workspace)}")
            continue
        try:
            outputs.append(add(store, place.project, path))
        except BranchlabError as error:
            warnings.append(f"{safe_text(path)} is not kept: {error.message}")
    ignores = _ignores(workspace, place, [output.path for output in outputs])
    return Kept(tuple(outputs), (), frozenset(wanted), tuple(stale), ignores, tuple(warnings))


def keep_file(workspace: Workspace, store: Store | None, folder: str, name: str, path: str) -> Kept:
    """Puts one file of the run folder into the cache, to appear as `path` of the project."""
    if store is None:
        return Kept(warnings=(f"{name} is not kept in full: {_no_store(workspace)}",))
    output = add(store, folder, name)._replace(path=path, pointer=pointer_path(path))
    ignore = f"{posixpath.dirname(path)}/.gitignore"
    before = _read(os.path.join(workspace.root, ignore))
    return Kept(files=(output,), ignores={workspace.prefix + ignore: with_ignored(before, *KEPT_FILES)})


def _no_store(workspace: Workspace) -> str:
    what, remedy = why_no_store(workspace.repository, workspace.prefix)
    return f"{what} ({remedy})"


class Leftovers(NamedTuple):
    """What a run left beside what it was asked for.

    Attributes:
        files: content of the small files outside `.gitignore`, by path relative to the top.
        warnings: what of them was not kept, one line each.
        ignored: what git ignores, as `WorkingTree` has it; empty in the user's own tree.
    """

    files: Mapping[str, bytes] = {}
    warnings: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def leftovers_of(
    workspace: Workspace, place: Place | None, known: AbstractSet[str], only: Callable[[str], bool] | None = None
) -> Leftovers:
    """Returns the small files that a run wrote outside `.gitignore`, and what else it left.

    In the user's tree, where somebody else writes too, only those that are known to be of the run (`only`).
    """
    if place is None or not (place.own or only):
        return Leftovers()
    from branchlab.git.snapshot import read_working_tree

    try:
        status = read_working_tree(workspace.repository._replace(top=place.top), ignored=place.own)
    except EnvironmentProblemError as error:
        return Leftovers(warnings=(f"what the command wrote is not kept: {error.message}",))
    skipped = {workspace.prefix + path for path in (*known, *workspace.settings.link)}
    found: dict[str, bytes] = {}
    warnings: list[str] = []
    for path in filter(only, (*status.changed, *status.new)) if only else (*status.changed, *status.new):
        # `.dvc/config.local` is ours, with credentials in it (data/worktree.py), and the project may not ignore it.
        if path in skipped or "/.dvc/" in f"/{path}" or any(path.startswith(f"{folder}/") for folder in skipped):
            continue
        problem = _why_not(os.path.join(place.top, path), workspace.settings.max_file_bytes)
        if problem is None:
            try:
                with open(os.path.join(place.top, path), "rb") as file:
                    found[path] = file.read()
            except OSError as error:
                problem = (error.strerror or "it cannot be read").lower()
        if problem:
            warnings.append(f"{safe_text(path)} is not kept: {problem}; name it under project.artifacts")
    return Leftovers(found, tuple(warnings), status.ignored)


def _why_not(path: str, limit: int) -> str | None:
    """Returns None for a file that a commit may hold, an empty text for one that is gone, else the reason."""
    try:
        status = os.lstat(path)
    except OSError:
        return ""
    if not stat.S_ISREG(status.st_mode):
        return "it is no plain file"
    # The commit gives each of these files the mode 100644 (git/commit.py): a program would come back without its bit.
    if status.st_mode & stat.S_IXUSR:
        return "it is executable"
    return f"it has {format_bytes(status.st_size)}" if status.st_size > limit else None


def _tracked(project: str, paths: Sequence[str]) -> set[str]:
    # Literal, since an artifact `model[1].bin` is no pattern; git itself would match `model1.bin` with it.
    arguments = ["--literal-pathspecs", "ls-files", "-z", "--", *paths]
    return set(run_git(arguments, cwd=project).decode(errors="surrogateescape").split("\0")) - {""}


def _ignores(workspace: Workspace, place: Place, paths: Sequence[str]) -> dict[str, bytes]:
    """Returns the `.gitignore` files that keep artifacts out of git, where no rule does so yet."""
    return ignore_files(workspace, place.top, [workspace.prefix + path for path in paths])


def ignore_files(workspace: Workspace, top: str, paths: Sequence[str]) -> dict[str, bytes]:
    """Returns the content of each `.gitignore` that has to grow, so that git ignores these paths below `top`."""
    if not paths:
        return {}
    from branchlab.git.snapshot import ignored_paths

    ignored = ignored_paths(workspace.repository._replace(top=top), paths)
    found: dict[str, bytes] = {}
    for path in paths:
        if path not in ignored:
            target = posixpath.join(posixpath.dirname(path), ".gitignore")
            # Two artifacts of one folder share its file: the second line goes to what the first one made of it.
            found[target] = with_ignored(found.get(target) or _read(os.path.join(top, target)), path)
    return found


def _read(path: str) -> bytes:
    try:
        return read_plain(path) or b""
    except BranchlabError:
        return b""
