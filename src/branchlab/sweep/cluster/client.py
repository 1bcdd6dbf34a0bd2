"""Reaches a Dask cluster; the only place that imports `distributed` on the engine's side."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from branchlab.errors import BranchlabError, EnvironmentProblemError, UsageError
from branchlab.sweep.cluster.devices import RESOURCE
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONNECT_SECONDS = 10.0
_LOUD = ("client", "core", "comm", "comm.core", "utils", "batched")


def connect(address: str, timeout: float = CONNECT_SECONDS) -> Any:
    """Connects to a scheduler and returns a `distributed.Client`, whose methods have no types.

    Args:
        address: `tcp://host:8786`, `tls://host:8786`, `host:8786`, or the path of a scheduler file.
        timeout: seconds to wait for it.

    Raises:
        EnvironmentProblemError: when Dask is not installed, or no scheduler answers.
        UsageError: when the address is none.
    """
    try:
        import distributed
    except ImportError:
        raise EnvironmentProblemError(
            "trials on a cluster need Dask, and it is not installed", "pip install 'branchlab[distributed]'"
        ) from None
    _keep_quiet()
    open_client: Any = distributed.Client
    is_file = os.path.isfile(address)
    problem: BranchlabError
    try:
        return open_client(
            None if is_file else address,
            scheduler_file=address if is_file else None,
            timeout=timeout,
            set_as_default=False,
            name="branchlab",
        )
    except (OSError, TimeoutError):
        problem = EnvironmentProblemError(
            f"no Dask scheduler answers at {safe_text(address)}",
            "dask scheduler starts one, dask worker ADDRESS its workers (docs/distributed.md)",
        )
    except (ValueError, TypeError, KeyError) as error:
        problem = UsageError(
            f"{safe_text(address)} is no address of a scheduler: {safe_text(str(error))}", "use tcp://HOST:8786"
        )
    # A client that could not be made closes itself when it is collected. If that happens while the next one is made,
    # both wait for the same lock for ever.
    gc.collect()
    raise problem


def _keep_quiet() -> None:
    """Lets Dask say nothing on its own: what goes wrong is said by whoever waits for an answer."""
    import logging

    import dask

    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1PiB"})  # a judge brings the curves of others
    for name in _LOUD:
        logging.getLogger(f"distributed.{name}").setLevel(logging.CRITICAL + 1)


@contextmanager
def reached(client: Any) -> Iterator[None]:
    """Asks the scheduler for something, within.

    Raises:
        ConnectionError: when it is gone. Dask says so with an OSError, and with others once it has closed the client.
    """
    try:
        yield
    except TimeoutError:
        raise
    except Exception as error:
        if isinstance(error, OSError) or client.status in ("closing", "closed"):
            raise ConnectionError(str(error)) from None
        raise


def slots_by_worker(client: Any, gpus: int) -> Mapping[str, int]:
    """Returns how many jobs each worker runs at a time: one a thread, and where jobs need devices, as many as it has.

    Raises:
        ConnectionError: when the scheduler is gone.
    """
    with reached(client):
        threads: Mapping[str, int] = client.nthreads()
        if not gpus:
            return threads
        try:
            known = client.scheduler_info(n_workers=-1)["workers"]
        except TypeError:  # before distributed 2025.5 it tells of all workers, and takes no number
            known = client.scheduler_info()["workers"]
    devices = {name: int(worker.get("resources", {}).get(RESOURCE, 0)) for name, worker in known.items()}
    return {name: min(count, devices.get(name, 0) // gpus) for name, count in threads.items()}
