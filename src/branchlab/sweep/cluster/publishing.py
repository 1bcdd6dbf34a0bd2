"""Puts what trials start from on the git and the DVC remote, where workers find it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError, EnvironmentProblemError
from branchlab.git.lease import drop_refs, push_ref
from branchlab.git.remote import remote_refs
from branchlab.running.source import source_from_commit, used_inputs
from branchlab.sweep.cluster.delivery import has_data_remote, send_data
from branchlab.sweep.cluster.insisting import insist

if TYPE_CHECKING:
    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.sweep.cluster.site import Site
    from branchlab.workspace import Workspace


class Published:
    """The commits that were pushed below `site.sources`, each once, and the data that belongs to them."""

    def __init__(self, workspace: Workspace, store: Store | None, site: Site) -> None:
        self._workspace = workspace
        self._store = store
        self._site = site
        self._commits: set[str] = set()
        self._sent: set[Output] = set()

    def add(self, commit: str) -> None:
        """Pushes a commit and its data; data first.

        Raises:
            EnvironmentProblemError: when a remote cannot be reached for the patience of the site, or the project has
                data that workers need and no DVC remote.
        """
        if commit in self._commits:
            return
        # rungs bring a commit each, and mostly the same data
        inputs = set(used_inputs(self._workspace, source_from_commit(self._workspace, commit))) - self._sent
        if inputs and self._store and not has_data_remote(self._store, self._site):
            raise EnvironmentProblemError(
                "the project has data, and no DVC remote that workers could fetch it from",
                "dvc remote add -d NAME ADDRESS, with an address that every worker can reach",
            )
        insist(lambda: self._send(commit, inputs), self._site.patience)
        self._sent |= inputs
        self._commits.add(commit)

    def _send(self, commit: str, inputs: set[Output]) -> None:
        send_data(self._store, self._site, sorted(inputs))
        push_ref(self._workspace.repository, self._site.remote, self._site.sources + commit, commit)

    def withdraw(self) -> None:
        """Takes the refs off the remote again, also those that a killed session of this engine left."""
        repository, remote = self._workspace.repository, self._site.remote
        with suppress(BranchlabError):  # the remote is away: a ref too many does no harm
            drop_refs(
                repository, remote, [ref.name for ref in remote_refs(repository, remote, f"{self._site.sources}*")]
            )
