"""One cluster for all tests of a file: to start it costs more than to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cluster_on_loopback import Farm, Lab, make_lab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")  # while it lives, its idle processes take their share of the machine
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    """The cluster's processes."""
    farm = Farm(tmp_path_factory.mktemp("farm"))
    yield farm
    farm.close()


@pytest.fixture
def farm(processes: Farm) -> Iterator[Farm]:
    """A cluster of two workers that run, and no command of an earlier test."""
    processes.forget()
    processes.mend()
    yield processes
    processes.let_go()


@pytest.fixture
def lab(tmp_path: Path, farm: Farm) -> Lab:
    """A project beside the cluster."""
    return make_lab(tmp_path, farm)
