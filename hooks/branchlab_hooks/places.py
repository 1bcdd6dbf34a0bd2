"""Where git looks for the hooks of a repository, and whether that folder is ours to write to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from branchlab.git.process import GitError, run_git
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.git.repository import Repository

Kind = Literal["own", "generated", "tracked", "shared", "off"]

HOOKS_PATH = "core.hooksPath"
_NOT_SO = 1  # with which `git config` and `git check-ignore` say no; anything above is a failure


class Place(NamedTuple):
    """The folder of hooks.

    Attributes:
        folder: its absolute path; it need not be there.
        kind: `own` to this repository; `generated` by a tool, which writes it anew now and then; `tracked`: part of
            the project; `shared` with other repositories; `off` when it is no folder, so that no hook runs.
        scope: the configuration that says so (`local`, `worktree`, `global`, `system`, `command`), empty for none.
        setting: what it says.
    """

    folder: str
    kind: Kind
    scope: str = ""
    setting: str = ""

    def path(self, event: str) -> str:
        """The file of one hook."""
        return os.path.join(self.folder, event)


def find_place(repository: Repository) -> Place:
    """Asks git where the hooks of a repository lie; raises `GitError` when its configuration cannot be read."""
    # git rev-parse tells the folder, but not which configuration names it.
    scope, setting = _setting(repository)
    asked = run_git(["rev-parse", "--path-format=absolute", "--git-path", "hooks"], cwd=repository.top)
    folder = os.fsdecode(asked).removesuffix("\n")
    return Place(folder, _kind(repository, folder, scope), scope, setting)


def why_off(place: Place) -> tuple[str, str]:
    """Returns what to say where no hook file can run, and the remedy."""
    if not place.setting:
        return f"{safe_text(place.folder)} is no folder, so git runs no hook files", "move it away"
    what = f"{HOOKS_PATH} is {safe_text(place.setting)}, so git runs no hook files"
    return what, f"git config --{place.scope} --unset {HOOKS_PATH}"


def default_place(repository: Repository) -> Place:
    """Returns where hooks lie when no configuration says otherwise."""
    return Place(os.path.join(repository.common_dir, "hooks"), "own")


def _setting(repository: Repository) -> tuple[str, str]:
    try:
        out = run_git(["config", "-z", "--show-scope", "--get", "--type=path", HOOKS_PATH], cwd=repository.top)
    except GitError as error:
        if error.returncode != _NOT_SO:
            raise
        return "", ""
    scope, setting, *_ = os.fsdecode(out).split("\0")
    return scope, setting


def _kind(repository: Repository, folder: str, scope: str) -> Kind:
    # `core.hooksPath = /dev/null` is the usual way to run none.
    if os.path.exists(folder) and not os.path.isdir(folder):
        return "off"
    real = os.path.realpath(folder)
    if _inside(real, repository.common_dir) or _inside(real, repository.git_dir):
        return "own"
    if _inside(real, repository.top):
        return "generated" if _ignored(repository, folder) else "tracked"
    # Named by the user or the machine, it serves every repository of theirs.
    return "own" if scope in ("local", "worktree") else "shared"


def _inside(path: str, folder: str) -> bool:
    return f"{path}/".startswith(f"{os.path.realpath(folder)}/")


def _ignored(repository: Repository, folder: str) -> bool:
    """Says whether git would never take up the files of a folder in the working tree."""
    # husky's folder holds a .gitignore with `*`: it leaves out the files, not the folder, so a file is asked for.
    # By its real path, because git refuses to look beyond a symbolic link.
    path = os.path.join(os.path.realpath(folder), "pre-commit")
    try:
        run_git(["check-ignore", "--quiet", "--", path], cwd=repository.top)
    except GitError as error:
        if error.returncode != _NOT_SO:
            raise
        return False
    return True
