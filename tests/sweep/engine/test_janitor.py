"""What no trial waits for is done in order, and done before the engine ends."""

from __future__ import annotations

import threading
from functools import partial

from branchlab.sweep.engine.janitor import _MOST, Janitor


def test_calls_are_done_in_order_and_before_the_end_though_one_fails() -> None:
    gate = threading.Event()
    done: list[object] = []

    def fail() -> None:
        done.append("failed")
        raise ConnectionError

    with Janitor() as janitor:
        janitor.do(gate.wait)
        for number in range(3):
            janitor.do(partial(done.append, number))
        janitor.do(fail)
        janitor.do(partial(done.append, "last"))
        assert done == []
        gate.set()
    assert done == [0, 1, 2, "failed", "last"]


def test_who_gives_more_than_can_be_done_waits() -> None:
    gate = threading.Event()

    def give() -> None:
        for _ in range(2 * _MOST):
            janitor.do(int)

    with Janitor() as janitor:
        janitor.do(gate.wait)
        giving = threading.Thread(target=give)
        giving.start()
        giving.join(0.2)
        assert giving.is_alive()
        gate.set()
        giving.join()
