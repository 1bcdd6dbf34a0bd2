"""Strikes a scene at every call there is, and tells of all points at which a promise did not hold."""

from __future__ import annotations

import traceback
from itertools import count
from typing import TYPE_CHECKING

from struck_commands import play, strike_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from faulty_calls import Blow, Striker, Struck
    from struck_commands import Stage

ENOUGH = 5  # broken points of which to tell


def strike_every_call(
    striker: Striker,
    stage: Stage,
    blows: Callable[[int], Iterable[Blow]],
    check: Callable[[Stage, Struck], None] = lambda _stage, _struck: None,
    until: str = "",
) -> int:
    """Strikes at the first call, the second and so on, each time in a fresh repository, until there is none left.

    Args:
        striker: what strikes.
        stage: where.
        blows: what is done at the call with this number.
        check: what else must hold.
        until: ends before the first call whose line has this text; the rest of the way is another scene's.

    Returns:
        The number of cases.
    """
    broken: list[str] = []
    cases = 0
    for at in count(1):
        struck = None
        for blow in blows(at):
            try:
                struck = play(stage, strike_in(striker, stage, blow))
                check(stage, struck)
                assert struck.struck or struck.code == 0, struck  # it ended before it came to this call
            except AssertionError:
                broken.append(f"{stage.scene.name}, {blow}:\n{traceback.format_exc(limit=-3)}")
                continue
            cases += bool(struck.struck)
            if not struck.struck or (until and until in struck.struck):
                break
        if len(broken) >= ENOUGH or (struck and (not struck.struck or (until and until in struck.struck))):
            break
    assert not broken, "\n\n".join(broken)
    return cases
