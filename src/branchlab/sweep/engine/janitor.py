"""Does what no trial has to wait for, such as removing its run folder once it is on its branch."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_MOST = 64  # calls that may wait: whoever is faster than this for long waits after all


class Janitor:
    """One thread that does one call after the other; a call that fails is left to `doctor`.

    An executor of `concurrent.futures` takes 12 ms to load, and any number of calls.
    """

    def __init__(self) -> None:
        """Starts the thread."""
        self._calls: queue.Queue[Callable[[], object] | None] = queue.Queue(_MOST)
        self._thread = threading.Thread(target=self._work, name="branchlab-janitor")
        self._thread.start()

    def __enter__(self) -> Self:
        """Gives itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Waits until everything is done."""
        self._calls.put(None)
        self._thread.join()

    def do(self, call: Callable[[], object]) -> None:
        """Takes a call; it comes after all that were taken before."""
        self._calls.put(call)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            with suppress(Exception):  # a thread that died would leave the slots waiting for ever
                call()
