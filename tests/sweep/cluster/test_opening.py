"""What keeps a cluster from being used is said in one line before anything is started."""

from __future__ import annotations

import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

import branchlab
from branchlab.errors import EnvironmentProblemError, UsageError
from branchlab.sweep.cluster import opening
from branchlab.sweep.cluster.client import connect, reached
from branchlab.sweep.cluster.clone import existing_clone
from branchlab.sweep.cluster.greeting import greet
from branchlab.sweep.cluster.opening import open_cluster
from branchlab.sweep.cluster.site import site_of
from branchlab.workspace import open_workspace
from cluster_on_loopback import WORKERS, in_a_process
from waiting import wait_until

if TYPE_CHECKING:
    from cluster_on_loopback import Lab
    from scratch_repository import ScratchRepository


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EnvironmentProblemError) as caught:
        connect("tcp://127.0.0.1:1")
    assert caught.value.hint == "pip install 'branchlab[distributed]'"


def test_the_module_that_the_engine_imports_does_not_load_dask() -> None:
    done = in_a_process("import branchlab.sweep.cluster.opening, sys; print('distributed' in sys.modules)")
    assert done == "False"


def test_an_address_where_nobody_answers_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(EnvironmentProblemError, match=r"no Dask scheduler answers at tcp://127.0.0.1"):
        connect(f"tcp://127.0.0.1:{port}", timeout=0.3)


@pytest.mark.parametrize("address", ["nonsense://127.0.0.1:1", "not-a-file.json"])
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises((UsageError, EnvironmentProblemError)) as caught:
        connect(address, timeout=0.3)
    assert address in caught.value.message


def test_a_project_without_a_git_remote_is_refused_before_dask_is_asked(project: ScratchRepository) -> None:
    with pytest.raises(EnvironmentProblemError, match="no git remote"):
        open_cluster(open_workspace(str(project.path)), None, "wide", "tcp://127.0.0.1:1")


def test_a_relative_address_of_the_git_remote_is_made_absolute(project: ScratchRepository) -> None:
    project.git("remote", "add", "origin", "../shared.git")
    project.git("config", "remote.origin.pushurl", "me@host:shared.git")
    site = site_of(open_workspace(str(project.path)), "wide")
    assert (site.address, site.push_address) == (str(project.path.parent / "shared.git"), "me@host:shared.git")
    assert (site.name, site.mail) == ("Ada Example", "ada@example.org")


def test_workers_with_another_version_get_no_trials(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branchlab, "__version__", "9.9")
    with pytest.raises(
        EnvironmentProblemError, match=r"no worker of .* can run trials: branchlab is .* there and 9.9 here"
    ):
        lab.workers()


def test_a_greeted_worker_without_a_clone_makes_none(lab: Lab) -> None:
    site = site_of(open_workspace(str(lab.mine.path)), "wide")
    assert greet(site).problem == ""
    assert existing_clone(site) is None


@pytest.mark.parametrize(
    ("status", "raised", "seen"),
    [
        ("running", OSError("connection closed"), ConnectionError),
        ("closed", RuntimeError("client is closed"), ConnectionError),
        ("closing", AttributeError("no scheduler"), ConnectionError),
        ("running", RuntimeError("a fault"), RuntimeError),
        ("running", TimeoutError(), TimeoutError),
    ],
)
def test_whatever_a_closed_client_says_is_the_scheduler_gone(
    status: str, raised: Exception, seen: type[Exception]
) -> None:
    with pytest.raises(seen), reached(SimpleNamespace(status=status)):
        raise raised


def test_a_client_that_nobody_gets_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Mock(**{"wait_for_workers.side_effect": OSError("connection closed")})
    monkeypatch.setattr(opening, "site_of", lambda *_found, **_given: None)
    monkeypatch.setattr(opening, "connect", lambda _address: client)
    with pytest.raises(EnvironmentProblemError, match="the Dask scheduler at tcp://there:1 is gone"):
        open_cluster(Mock(), None, "wide", "tcp://there:1")
    client.close.assert_called_once_with()


@pytest.mark.prove
def test_a_scheduler_that_goes_while_a_worker_is_awaited_is_said(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in WORKERS:
        lab.farm.kill(name)
    workspace, address = open_workspace(str(lab.mine.path)), str(lab.farm.scheduler_file)
    clients: list[object] = []

    def connected(where: str) -> object:
        clients.append(connect(where))
        return clients[0]

    monkeypatch.setattr(opening, "connect", connected)
    with ThreadPoolExecutor() as threads:
        opened = threads.submit(open_cluster, workspace, None, "wide", address, join=60.0)
        wait_until(lambda: clients)
        lab.farm.kill("scheduler")
        problem = opened.exception(timeout=40)
    assert isinstance(problem, EnvironmentProblemError)
    assert problem.message == f"the Dask scheduler at {address} is gone"
