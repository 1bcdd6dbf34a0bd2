"""Tries again what a network that is gone for a while has refused."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from branchlab.errors import EnvironmentProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_PAUSE, _LONGEST_PAUSE, _LOOK = 0.5, 30.0, 0.1
T = TypeVar("T")


def insist(action: Callable[[], T], patience: float, given_up: Callable[[], bool] = bool) -> T:
    """Calls `action` until it succeeds; pauses double from 0.5 s to 30 s.

    Args:
        action: what may be refused.
        patience: seconds after which its error is final.
        given_up: tells during a pause that nobody wants the result any more.

    Raises:
        EnvironmentProblemError: the last error of `action`.
    """
    end = time.monotonic() + patience
    pause = _FIRST_PAUSE
    while True:
        try:
            return action()
        # no other kind: damage and mistakes do not heal while one waits
        except EnvironmentProblemError:
            until = time.monotonic() + pause
            if until > end or given_up():
                raise
            while time.monotonic() < until and not given_up():
                time.sleep(_LOOK)
            pause = min(2 * pause, _LONGEST_PAUSE)
