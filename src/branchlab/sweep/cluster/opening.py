"""Opens a cluster for a sweep: reaches it, asks every worker who it is, and brings what was delivered before."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from branchlab.errors import EnvironmentProblemError
from branchlab.sweep.cluster.client import connect, reached
from branchlab.sweep.cluster.fetching import fetch_trials
from branchlab.sweep.cluster.greeting import greet
from branchlab.sweep.cluster.perform import Refused
from branchlab.sweep.cluster.site import PATIENCE_SECONDS, site_of
from branchlab.sweep.cluster.workers import DaskWorkers
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.data.store import Store
    from branchlab.sweep.cluster.site import Site
    from branchlab.workspace import Workspace

JOIN_SECONDS = 60.0
_GREET_SECONDS = 30.0  # for all workers together; one that is busy with something else is asked by its first trial


def open_cluster(
    workspace: Workspace,
    store: Store | None,
    sweep: str,
    address: str,
    *,
    jobs: int | None = None,
    gpus: int = 0,
    part: str = "",
    remote: str = "",
    patience: float = PATIENCE_SECONDS,
    join: float = JOIN_SECONDS,
    tell: Callable[[str], None] = lambda _line: None,
) -> DaskWorkers:
    """Connects to a cluster; the trials that its workers delivered before are branches here then.

    Args:
        workspace: the engine's project.
        store: its DVC side; None without DVC.
        sweep: name of the sweep.
        address: of the scheduler, or the path of a scheduler file.
        jobs: at most so many trials at a time; None for as many as the cluster has threads.
        gpus: devices of a trial.
        part: which share of the sweep this engine runs, `2/3`; empty for the whole.
        remote: git remote that workers fetch from and push to; empty for `origin` or the only one.
        patience: seconds that engine and workers try to reach a remote before they give up.
        join: seconds to wait for the first worker.
        tell: takes what the person who runs the sweep should know, a line at a time.

    Raises:
        EnvironmentProblemError: when Dask is not installed, no scheduler answers, no worker joins or none can be used,
            or the git remote cannot be reached.
        UsageError: when the address is none.
    """
    site = site_of(workspace, sweep, part=part, remote=remote, patience=patience, gpus=gpus)
    client = connect(address)
    try:
        try:
            with reached(client):
                _await_worker(client, address, join)
                workers = DaskWorkers(client, workspace, store, site, jobs=jobs, tell=tell)
                _greet_all(client, site, workers, tell)
                _check_usable(workers, address)
        except ConnectionError:
            gone = f"the Dask scheduler at {safe_text(address)} is gone"
            raise EnvironmentProblemError(gone, "start it again") from None
        fetch_trials(workspace.repository, site)
    # for Ctrl-C, too: the caller gets no workers then, and could not close the client
    except BaseException:
        with suppress(OSError):
            client.close()
        raise
    return workers


def _await_worker(client: Any, address: str, seconds: float) -> None:
    try:
        client.wait_for_workers(1, timeout=seconds)
    except TimeoutError:
        raise EnvironmentProblemError(
            f"no worker has joined the scheduler at {safe_text(address)} within {seconds:.0f} s",
            "dask worker ADDRESS starts one (docs/distributed.md)",
        ) from None


def _greet_all(client: Any, site: Site, workers: DaskWorkers, tell: Callable[[str], None]) -> None:
    """Greets each worker by a task of its own; those that cannot run trials get none."""
    tasks = {
        # a key of its own: Dask answers one that it knows with what came of it before
        name: client.submit(greet, site, workers=[name], pure=False, key=f"branchlab-greet-{client.id}-{number}")
        for number, name in enumerate(client.nthreads())
    }
    end = time.monotonic() + _GREET_SECONDS
    for name, task in tasks.items():
        answer = _read(task, site, max(0.1, end - time.monotonic()))
        if isinstance(answer, Refused):
            workers.bench(answer._replace(worker=name))
        elif answer:
            tell(answer)


def _check_usable(workers: DaskWorkers, address: str) -> None:
    if workers.fit():
        return
    refused = next(iter(workers.benched.values()), None)
    what = f"no worker of {safe_text(address)} can run trials"
    if refused:
        raise EnvironmentProblemError(f"{what}: {refused.message}", refused.hint)
    raise EnvironmentProblemError(what, "trials that need devices: dask worker ADDRESS --resources GPU=1")


def _read(task: Any, site: Site, timeout: float) -> Refused | str:
    try:
        answer = task.result(timeout=timeout)
    except (TimeoutError, OSError):
        return ""
    except ImportError as error:
        return Refused(
            "", "", f"it lacks a package: {safe_text(str(error))}", "pip install 'branchlab[distributed]' there"
        )
    except Exception as error:  # noqa: BLE001 - it may be any other release, which cannot read what it was sent
        return Refused(
            "", "", f"it does not understand this branchlab: {safe_text(str(error))[:200]}", "install the same"
        )
    if answer.version != site.version:
        return Refused(
            "", answer.host, f"branchlab is {answer.version} there and {site.version} here", "install the same"
        )
    return f"{answer.host} keeps trials that it cannot deliver: {answer.problem}" if answer.problem else ""
