"""Which devices the commands of one worker see: each has its own while it runs."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.sweep.engine.slots import DEVICES_VARIABLE, named_devices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchlab.sweep.cluster.wanted import Task

RESOURCE = "GPU"  # what `dask worker --resources GPU=2` calls them
_lock = threading.Lock()
_taken: set[str] = set()  # of the process: the threads of a worker are its slots


def check_devices(task: Task) -> None:
    """Makes sure that this worker has the devices that it told Dask of.

    Raises:
        EnvironmentProblemError: when its `CUDA_VISIBLE_DEVICES` names fewer, so that some trial would get none.
    """
    own, number = _own(), _number(task)
    if own is not None and len(own) < number:
        raise EnvironmentProblemError(
            f"it was started with --resources {RESOURCE}={number}, and {DEVICES_VARIABLE} names {len(own)} there",
            f"start the worker with --resources {RESOURCE}={len(own)}, or with {number} devices",
        )


@contextmanager
def taken_devices(count: int, task: Task) -> Iterator[Mapping[str, str]]:
    """Takes devices of this worker and gives the environment that shows them alone; nothing for 0.

    They are those of the worker's own `CUDA_VISIBLE_DEVICES`, else as many as it was started with (`--resources GPU=2`
    are 0 and 1). Dask starts no more tasks than there are devices for, where `check_devices` has nothing to say.
    """
    if not count:
        yield {}
        return
    own = _own()
    names = map(str, range(_number(task))) if own is None else own
    with _lock:
        chosen = [name for name in names if name not in _taken][:count]
        _taken.update(chosen)
    try:
        yield {DEVICES_VARIABLE: ",".join(chosen)}
    finally:
        with _lock:
            _taken.difference_update(chosen)


def _own() -> list[str] | None:
    asked = os.environ.get(DEVICES_VARIABLE)
    return None if asked is None else named_devices(asked)


def _number(task: Task) -> int:
    return int(task.worker.state.total_resources.get(RESOURCE, 0))
