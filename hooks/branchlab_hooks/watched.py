"""What the shell looks at to know whether a commit needs Python at all: the records, and the files of other tools."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.plainfile import read_plain, write_plain
from branchlab.workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace


def watched_file(git_dir: str) -> str:
    """Returns where the list of a working tree lies: lines `project PREFIX`, `record PATH`, `collect PATTERN`."""
    return os.path.join(git_dir, "branchlab", "hooks", "watched")


def consumed_file(git_dir: str) -> str:
    """Returns the file whose time is that of the newest file of another tool that was looked at."""
    return os.path.join(git_dir, "branchlab", "hooks", "consumed")


def write_watched(repository: Repository, projects: Sequence[Workspace]) -> None:
    """Writes the list for the shell; where that fails, each commit asks Python."""
    lines = [f"project {project.prefix}" for project in projects]
    lines += [f"record {project.record_path}" for project in projects]
    lines += [f"collect {project.prefix}{pattern}" for project in projects for pattern in project.settings.collect]
    text = "".join(f"{line}\n" for line in lines if "\n" not in line).encode(errors="surrogateescape")
    path = watched_file(repository.git_dir)
    with suppress(OSError):
        # The line of an experiment makes the content another one, so that it is forgotten here.
        if read_plain(path) != text:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write_plain(path, text)


def watched_projects(workspace: Workspace) -> list[Workspace]:
    """Returns the projects of the list; empty where there is none, or one of them is gone."""
    repository = workspace.repository
    text = read_plain(watched_file(repository.git_dir)) or b""
    lines = text.decode(errors="surrogateescape").split("\n")
    prefixes = [line.removeprefix("project ") for line in lines if line.startswith("project ")]
    found = [workspace_of(repository._replace(prefix=prefix)) for prefix in prefixes]
    whole = all(
        project.initialised and project.prefix == prefix for project, prefix in zip(found, prefixes, strict=True)
    )
    return found if whole else []


def is_experiment(repository: Repository, branch: str) -> bool:
    """Tells whether a commit on this branch recorded for the project at the top, under the settings of now."""
    text = read_plain(watched_file(repository.git_dir)) or b""
    return f"experiment {branch}\n".encode(errors="surrogateescape") in text


def remember_experiment(repository: Repository, branch: str) -> None:
    """Spares the next commit on this branch the naming rule; `write_watched` forgets it when the settings change."""
    with suppress(OSError), open(watched_file(repository.git_dir), "ab") as file:
        file.write(f"experiment {branch}\n".encode(errors="surrogateescape"))


def write_consumed(repository: Repository, moment: int) -> None:
    """Remembers that files of other tools up to a time, in nanoseconds, need not be looked at again."""
    path = consumed_file(repository.git_dir)
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # Made where it is missing; its time is all that it holds.
        with open(path, "ab"):
            os.utime(path, ns=(moment, moment))


def read_consumed(repository: Repository) -> int:
    """Returns the time that was remembered, 0 for none."""
    try:
        return os.stat(consumed_file(repository.git_dir)).st_mtime_ns
    except OSError:
        return 0
