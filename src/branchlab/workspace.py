"""A project in a repository: where its files lie and which settings hold."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError, EnvironmentProblemError
from branchlab.git.process import run_git
from branchlab.git.repository import Repository, find_repository
from branchlab.git.sparse import folders_above, left_out
from branchlab.plainfile import read_plain
from branchlab.project import SETTINGS_BYTES, SETTINGS_FILE, Settings, parse_settings
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Workspace(NamedTuple):
    """One project as the user stands in it.

    Attributes:
        repository: the git repository.
        prefix: the project's folder relative to the top of the repository: "" or with a trailing slash.
        settings: what branchlab.toml says, or the defaults.
        initialised: whether there is a branchlab.toml.
    """

    repository: Repository
    prefix: str
    settings: Settings
    initialised: bool

    @property
    def root(self) -> str:
        """The absolute folder of the project."""
        return os.path.join(self.repository.top, self.prefix).rstrip("/") or "/"

    @property
    def record_path(self) -> str:
        """The record's path relative to the top of the repository."""
        return self.prefix + self.settings.record.metrics

    @property
    def runs_dir(self) -> str:
        """Where the run folders of the repository lie."""
        return os.path.join(self.repository.state_dir, "runs")

    def holds(self, project: str) -> bool:
        """Says whether a run of the folder `project` belongs to this project.

        It does also when it was started from another working tree, or before the repository was moved.
        """
        top, prefix = self.repository.top, self.prefix.rstrip("/")
        if project == self.root or not project:
            return True
        inside = f"{project}/".startswith(f"{top}/")
        return not inside and (not prefix or project.endswith(f"/{prefix}"))


def open_workspace(cwd: str) -> Workspace:
    """Opens the project that holds `cwd`: the nearest folder upwards with a branchlab.toml, else the repository.

    Raises:
        EnvironmentProblemError: when there is no usable repository, or the settings cannot be read or are left out by a
            sparse checkout.
        UsageError: when the settings hold a mistake.
        DamagedError: when the settings are not TOML.
    """
    return workspace_of(find_repository(cwd))


def workspace_of(repository: Repository) -> Workspace:
    """Opens the project in a repository that was found already; raises as `open_workspace` does."""
    folders = folders_above(repository.prefix)
    for prefix in folders:
        # One byte more than is allowed, so that `parse_settings` sees that there was more.
        text = read_plain(os.path.join(repository.top, prefix, SETTINGS_FILE), SETTINGS_BYTES + 1)
        if text is not None:
            return Workspace(repository, prefix, parse_settings(text, prefix + SETTINGS_FILE), initialised=True)
    missing = left_out(repository, [prefix + SETTINGS_FILE for prefix in folders])
    if missing:  # the defaults would judge and record by rules that nobody chose
        folder = os.path.dirname(missing) or missing  # with --cone git takes folders only, and has all files at the top
        raise EnvironmentProblemError(
            f"the sparse checkout leaves out {safe_text(missing)}", f"git sparse-checkout add {safe_text(folder)}"
        )
    return Workspace(repository, "", Settings(), initialised=False)


def projects_of(workspace: Workspace) -> Iterator[Workspace]:
    """Yields the project at the top of the working tree, then those in folders below it that git knows.

    Args:
        workspace: what `workspace_of` gave for the top.

    Raises:
        UsageError: when its turn comes, for settings that hold a mistake; `DamagedError` when they are not TOML.
    """
    repository = workspace.repository
    if workspace.initialised:
        yield workspace
    # The star of a pathspec takes slashes as well, so that projects at any depth are found.
    out = run_git(["ls-files", "-z", "--", f"*/{SETTINGS_FILE}"], cwd=repository.top)
    for path in filter(None, out.decode(errors="surrogateescape").split("\0")):
        prefix = path.removesuffix(SETTINGS_FILE)
        below = workspace_of(repository._replace(prefix=prefix))
        if below.initialised and below.prefix == prefix:  # else the file was deleted, and one further up was found
            yield below


def readable_projects(repository: Repository) -> list[Workspace]:
    """Returns the projects of a repository up to one with a mistake in its settings: a check there says the rest."""
    found: list[Workspace] = []
    with suppress(BranchlabError):
        found.extend(projects_of(workspace_of(repository._replace(prefix=""))))
    return found
