"""Finds the repository and says what kind it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.git.process import GitError, finish_git, run_git, start_git
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    import subprocess


class Repository(NamedTuple):
    """A git repository as seen from one of its working trees; all paths absolute.

    Attributes:
        top: the working tree.
        git_dir: the git directory of this working tree.
        common_dir: the git directory that all working trees share.
        prefix: the caller's folder relative to `top`, "" or with a trailing slash.
        object_format: `sha1` or `sha256`.
        shallow: history was cut when it was cloned.
    """

    top: str
    git_dir: str
    common_dir: str
    prefix: str = ""
    object_format: str = "sha1"
    shallow: bool = False

    @property
    def state_dir(self) -> str:
        """Where branchlab keeps what is never committed."""
        return os.path.join(self.common_dir, "branchlab")


# A folder of the working tree may look like a bare repository, and its `config` would say which programs git starts.
_OWN_ONLY = ("-c", "safe.bareRepository=explicit")
_QUESTIONS = (
    *_OWN_ONLY,
    "rev-parse",
    "--is-bare-repository",
    "--is-inside-work-tree",
    "--is-shallow-repository",
    "--show-object-format",
    "--path-format=absolute",  # for those behind it; --show-toplevel is not asked, it fails in a bare one
    "--git-dir",
    "--git-common-dir",
    "--show-prefix",
)
_ANSWERS = 7


def find_repository(cwd: str) -> Repository:
    """Asks git where the folder `cwd` stands.

    Raises:
        EnvironmentProblemError: outside a repository, in a bare one, in a git directory, or without git.
    """
    return finish_finding(start_finding(cwd), cwd)


def start_finding(cwd: str) -> subprocess.Popen[bytes]:
    """Starts to ask, so that something else can be done meanwhile; `finish_finding` takes the answer."""
    return start_git(_QUESTIONS, cwd=cwd)


def finish_finding(process: subprocess.Popen[bytes], cwd: str) -> Repository:
    """Takes the answer of `start_finding`; raises as `find_repository` does."""
    try:
        answers = finish_git(process, _QUESTIONS).decode(errors="surrogateescape")
    except GitError as error:
        if "not a git repository" in error.stderr:
            raise _no_repository(cwd) from None
        if "cannot use bare repository" in error.stderr:
            # For safe.bareRepository the folder .git is a bare repository, too, when one stands in it.
            raise _no_working_tree(cwd, is_bare=".git" not in os.path.realpath(cwd).split("/")) from None
        raise
    bare, inside, shallow, object_format, git_dir, common_dir, prefix = _split(answers, cwd)
    if bare == "true" or inside != "true":
        raise _no_working_tree(git_dir if bare == "true" else cwd, is_bare=bare == "true")
    top = _strip_prefix(os.path.realpath(cwd), prefix)
    return Repository(top, git_dir, common_dir, prefix, object_format, shallow == "true")


def _no_working_tree(place: str, *, is_bare: bool) -> EnvironmentProblemError:
    if is_bare:
        return EnvironmentProblemError(
            f"{safe_text(place)} is a bare repository", "branchlab needs a working tree: clone it"
        )
    inside = ".git" in os.path.realpath(place).split("/")
    asked = [*_OWN_ONLY, "config", "--default", "", "core.worktree"]
    tree = "" if inside else os.fsdecode(run_git(asked, cwd=place)).removesuffix("\n")
    if tree:
        remedy = f"core.worktree leads to {safe_text(tree)}: go there"
        return EnvironmentProblemError(f"{safe_text(place)} is not in the working tree of its repository", remedy)
    return EnvironmentProblemError(
        f"{safe_text(place)} is inside a .git directory", "go to the working tree of the repository"
    )


def _no_repository(cwd: str) -> EnvironmentProblemError:
    what = f"{safe_text(cwd)} is not in a git repository"
    if "GIT_DIR" in os.environ:  # a hook around us sets it as well, so it is not obeyed
        remedy = "branchlab does not go by GIT_DIR: write 'gitdir: FOLDER' into a file .git at the top of the tree"
        return EnvironmentProblemError(what, remedy)
    return EnvironmentProblemError(what, "git init, then branchlab init")


def _split(answers: str, cwd: str) -> list[str]:
    """Splits the seven answers; git ends each with a line feed, which a folder's name may hold as well."""
    lines = answers.split("\n")
    if len(lines) == _ANSWERS + 1:
        return lines[:-1]
    asked = [["--path-format=absolute", "--git-dir"], ["--path-format=absolute", "--git-common-dir"], ["--show-prefix"]]
    paths = [
        run_git([*_OWN_ONLY, "rev-parse", *options], cwd=cwd).decode(errors="surrogateescape") for options in asked
    ]
    return [*lines[:4], *(path.removesuffix("\n") for path in paths)]


def _strip_prefix(cwd: str, prefix: str) -> str:
    for _ in range(prefix.count("/")):
        cwd = os.path.dirname(cwd)
    return cwd
