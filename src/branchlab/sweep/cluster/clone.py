"""A worker's own clone of the project: made once, kept, and brought to what the sweep starts from."""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from branchlab.data.store import find_store
from branchlab.errors import BranchlabError
from branchlab.git.config import write_config
from branchlab.git.objects import read_objects
from branchlab.git.process import run_git
from branchlab.git.refs import BRANCHES, create_ref, move_ref, read_ref
from branchlab.git.remote import fetch_refs, is_ancestor
from branchlab.git.repository import find_repository
from branchlab.project import SETTINGS_FILE
from branchlab.running.harvest import is_harvested
from branchlab.running.record_run import save_ended
from branchlab.sweep.cluster.site import SOURCES
from branchlab.tracking.state import is_alive, read_state, run_folders
from branchlab.tuples import NamedTuple
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab.data.store import Store
    from branchlab.git.repository import Repository
    from branchlab.sweep.cluster.site import Site
    from branchlab.workspace import Workspace

_RECORDING_SECONDS = 60.0  # a trial that ended is on its branch by then
CLONES_VARIABLE = "BRANCHLAB_CLONES"
_COMPLETE = "branchlab-clone"  # stands in a git directory that was made to its end
# a worker's user may have hooks for all repositories
_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false")


class Clone(NamedTuple):
    """A worker's project; `store` is None where it has no DVC."""

    workspace: Workspace
    store: Store | None


_opened: dict[tuple[str, int, str], Clone] = {}  # by path, making and commit, as this worker has opened them


def clones_folder() -> str:
    """Returns where the clones of this machine lie: `$BRANCHLAB_CLONES`, else the user's cache.

    Each machine has a folder of its own, so that a home that several machines share is no trouble.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    base = os.environ.get(CLONES_VARIABLE) or os.path.join(cache, "branchlab", "clones")
    return os.path.join(os.path.abspath(base), socket.gethostname() or "host")


def clone_path(site: Site) -> str:
    """Returns the folder of the clone for a remote and a person."""
    whose = f"{site.address}\n{site.push_address}\n{site.name}\n{site.mail}"
    stem = os.path.basename(site.address.rstrip("/")).removesuffix(".git") or "project"
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in stem)
    return os.path.join(clones_folder(), f"{safe}-{hashlib.sha256(whose.encode(errors='replace')).hexdigest()[:12]}")


def open_clone(site: Site, base: str, branch: str = "", tip: str = "") -> Clone:
    """Makes or opens the clone, brings a commit, and where settings differ, checks it out.

    Args:
        site: the project.
        base: full id of a commit that the engine has pushed below `site.sources`.
        branch: short name of a branch that goes on from `tip`.
        tip: where that branch stands; empty when it does not exist yet.

    Raises:
        EnvironmentProblemError: when the remote cannot be reached, lacks the commit, or the disk is full.
        UsageError: when the settings of the commit hold a mistake; `DamagedError` when they are no TOML.
    """
    path = clone_path(site)
    key = path, _made(path), base
    if key not in _opened:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with _alone(path):
            clone = _open(site, path, base)
        key = path, _made(path), base
        _opened[key] = clone
    clone = _opened[key]
    if tip:
        _put(clone.workspace.repository, BRANCHES + branch, tip)
    return clone


def _open(site: Site, path: str, base: str) -> Clone:
    if not _made(path):
        _make(site, path)
    repository = find_repository(path)
    _bring(repository, site, base)
    if not _has_settings_of(repository, site.prefix, base):
        run_git([*_QUIET, "checkout", "-f", "-q", "--detach", base], cwd=path)
        if os.path.exists(os.path.join(path, ".gitmodules")):
            run_git([*_QUIET, "submodule", "update", "--init", "--recursive", "--quiet"], cwd=path)
    workspace = open_workspace(os.path.join(path, site.prefix))
    return Clone(workspace, find_store(workspace.root, repository.top, repository.common_dir))


def save_dead_runs(clone: Clone) -> None:
    """Saves what trials logged whose worker was killed, so that their worktrees can be used again.

    Their run folders stay in the clone; the trials themselves have run again elsewhere.
    """
    for folder in run_folders(clone.workspace.runs_dir):
        if not is_harvested(folder) and not is_alive(folder):
            with suppress(BranchlabError, OSError):  # a run that cannot be saved costs a worktree, not a trial
                save_ended(clone.workspace, clone.store, folder)


def busy_branches(clone: Clone) -> set[str]:
    """Returns the branches that some worker of this machine is making: their run folders go away last."""
    busy = set()
    for folder in run_folders(clone.workspace.runs_dir):
        state = read_state(folder)
        if state and (is_alive(folder) or time.time() - os.stat(folder).st_mtime < _RECORDING_SECONDS):
            busy.add(state.name)
    return busy


def existing_clone(site: Site) -> Repository | None:
    """Returns the repository of the clone where there is one already."""
    path = clone_path(site)
    return find_repository(path) if _made(path) else None


def _made(path: str) -> int:
    """Returns a number that tells one making of the clone from the next, 0 while it is not there."""
    try:
        return os.stat(os.path.join(path, ".git", _COMPLETE)).st_mtime_ns
    except OSError:
        return 0


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """Lets one worker of this machine at a time fetch into a clone."""
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(site: Site, path: str) -> None:
    """Makes a repository with nothing in it; what is needed is fetched, not every experiment there is."""
    os.makedirs(path, exist_ok=True)
    # an empty template: else git copies the hooks of this machine's init.templateDir
    run_git(["init", "--quiet", "--template="], cwd=path)
    repository = find_repository(path)
    settings = {
        f"remote.{site.remote}.url": site.address,
        f"remote.{site.remote}.pushurl": site.push_address,
        "user.name": site.name,
        "user.email": site.mail,
    }
    for key, value in settings.items():
        if value:
            write_config(repository, key, value)
    with open(os.path.join(path, ".git", _COMPLETE), "wb"):
        return


def _bring(repository: Repository, site: Site, base: str) -> None:
    if read_ref(repository, SOURCES + base) is None:
        fetch_refs(repository, site.remote, [f"{site.sources}{base}:{SOURCES}{base}"])


def _put(repository: Repository, name: str, tip: str) -> None:
    """Makes a branch that goes on; one left behind is moved forward, one that is ahead is not delivered yet."""
    old = read_ref(repository, name)
    if old is None:
        create_ref(repository, name, tip, reason="branchlab: sweep")
    elif old != tip and is_ancestor(repository, old, tip):
        move_ref(repository, name, tip, old, reason="branchlab: sweep")


def _has_settings_of(repository: Repository, prefix: str, commit: str) -> bool:
    """Tells whether what is checked out has the settings of a commit, branchlab's and DVC's."""
    names = (f"{prefix}{SETTINGS_FILE}", f"{prefix}.dvc/config", ".dvc/config", ".gitmodules")
    specs = [f"{at}:{name}" for at in ("HEAD", commit) for name in names]
    head, *found = (each and each.oid for each in read_objects(repository, ["HEAD", *specs]))
    here, there = found[: len(names)], found[len(names) :]
    has_submodules = there[-1] is not None  # which commit of them is meant stands nowhere in the settings
    return head is not None and here == there and (head == commit or not has_submodules)
