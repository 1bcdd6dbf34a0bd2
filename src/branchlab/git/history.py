"""The history of a branch, through GitPython's object model: the only file that imports it.

It is read-only and goes by full object ids: GitPython reads every packed ref again for each name it looks up, and
takes names for options.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.git.process import last_line
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.git.repository import Repository


class CommitInfo(NamedTuple):
    """What a list of commits shows of one; `seconds` is the commit time since the epoch."""

    oid: str
    seconds: int
    author: str
    subject: str


def commits_of(repository: Repository, tip: str, path: str, limit: int) -> list[CommitInfo]:
    """Returns the newest commits that changed `path` along the first parents of the commit `tip`, newest first.

    Raises:
        EnvironmentProblemError: in a repository with SHA-256 ids, which GitPython cannot read, or a damaged one.
    """
    return _walk(repository, tip, limit, paths=f":(top,literal){path}")


def commits_since(repository: Repository, base: str, tip: str, limit: int) -> list[CommitInfo]:
    """Returns the newest commits along the first parents of the commit `tip` that the commit `base` does not reach.

    Raises:
        EnvironmentProblemError: as `commits_of` does.
    """
    return _walk(repository, f"{base}..{tip}", limit)


def _walk(repository: Repository, revisions: str, limit: int, paths: str = "") -> list[CommitInfo]:
    if repository.object_format != "sha1":
        raise EnvironmentProblemError(
            "the history of a SHA-256 repository cannot be read: GitPython knows SHA-1 only", "git log shows it"
        )
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # else the import itself raises where git is not on the PATH
    from git import Repo  # noqa: TID251 - this is the one place
    from git.exc import GitError as GitPythonError  # noqa: TID251 - this is the one place

    try:
        with Repo(repository.top, search_parent_directories=False, expand_vars=False) as repo:
            repo.git.update_environment(**_environment(repository))
            commits = repo.iter_commits(revisions, paths=paths, first_parent=True, max_count=limit)
            return [
                CommitInfo(commit.hexsha, commit.committed_date, commit.author.name or "", str(commit.summary))
                for commit in commits
            ]
    except (GitPythonError, ValueError, OSError) as error:
        said = str(error)
        reason = last_line(said.partition("stderr: '")[2].rstrip("'") or said) or type(error).__name__
        raise EnvironmentProblemError(f"the history cannot be read: {reason:.200}", "git fsck") from None


def _environment(repository: Repository) -> dict[str, str]:
    """Names every place itself: GitPython hands on what a hook around us has set, and nothing can be unset."""
    return {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_COMMON_DIR": repository.common_dir,
        "GIT_DIR": repository.git_dir,
        "GIT_NAMESPACE": "",
        "GIT_OBJECT_DIRECTORY": os.path.join(repository.common_dir, "objects"),
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_WORK_TREE": repository.top,
        "LC_ALL": "C.UTF-8",
    }
