"""Which trials that were ended early are as good as finished."""

from __future__ import annotations

_CONVERGED = ("patience", "plateau")


def converged(reason: str) -> bool:
    """Tells whether a trial was ended since it had converged, by the reason of its judge.

    Its values are final, so it counts as finished, and may be the best; a trial that was ended by any other rule is
    worse than others, or may not go on.
    """
    return reason.partition(":")[0] in _CONVERGED
