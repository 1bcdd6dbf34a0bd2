"""Which devices the commands of one worker see: each has its own while it runs."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from branchlab.sweep.engine.slots import DEVICES_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchlab.sweep.cluster.wanted import Task

RESOURCE = "GPU"  # what `dask worker --resources GPU=2` calls them
_lock = threading.Lock()
_taken: set[str] = set()  # of the process: the threads of a worker are its slots


@contextmanager
def taken_devices(count: int, task: Task) -> Iterator[Mapping[str, str]]:
    """Takes devices of this worker and gives the environment that shows them alone; nothing for 0.

    They are those of the worker's own `CUDA_VISIBLE_DEVICES`, else as many as it was started with (`--resources GPU=2`
    are 0 and 1). Dask starts no more tasks than there are devices for.
    """
    if not count:
        yield {}
        return
    own = [name.strip() for name in os.environ.get(DEVICES_VARIABLE, "").split(",") if name.strip()]
    number = int(task.worker.state.total_resources.get(RESOURCE, 0))
    with _lock:
        chosen = [name for name in own or map(str, range(number)) if name not in _taken][:count]
        _taken.update(chosen)
    try:
        yield {DEVICES_VARIABLE: ",".join(chosen)}
    finally:
        with _lock:
            _taken.difference_update(chosen)
