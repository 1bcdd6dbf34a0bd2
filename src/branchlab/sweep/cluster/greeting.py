"""What each worker is asked before it gets a trial: its version, and what an earlier sweep left with it."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from branchlab.data.store import find_store
from branchlab.faults import error_of
from branchlab.sweep.cluster.clone import Clone, existing_clone
from branchlab.sweep.cluster.delivery import deliver_owed
from branchlab.tuples import NamedTuple
from branchlab.workspace import workspace_of

if TYPE_CHECKING:
    from branchlab.sweep.cluster.site import Site


class Greeting(NamedTuple):
    """What a worker answered.

    Attributes:
        host: the machine.
        version: of branchlab there.
        problem: why it could not push what it owes; that is kept.
    """

    host: str
    version: str
    problem: str = ""


def greet(site: Site) -> Greeting:
    """Delivers what this worker's clone owes, and says who it is; the task that Dask gives to each worker."""
    from branchlab import __version__

    host = socket.gethostname()
    try:
        repository = existing_clone(site)
        if repository is None:
            return Greeting(host, __version__)
        workspace = workspace_of(repository._replace(prefix=site.prefix))
        store = find_store(os.path.join(repository.top, site.prefix), repository.top, repository.common_dir)
        deliver_owed(Clone(workspace, store), site)
    except Exception as error:  # noqa: BLE001 - a clone that cannot be used is said, and made again by the first trial
        return Greeting(host, __version__, problem=error_of(error).message)
    return Greeting(host, __version__)
