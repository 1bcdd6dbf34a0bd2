"""Every rule of the settings, applied to the record of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.verdict import BestEver, DataAge, Evidence, GateKind, GateResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.compare.difference import Side
    from branchlab.project import Settings

__all__ = ["BestEver", "DataAge", "Evidence", "GateKind", "GateResult", "judge"]


def judge(
    settings: Settings, base: Side | None, head: Side, best: Mapping[str, BestEver], ages: Mapping[str, DataAge]
) -> tuple[GateResult, ...]:
    """Returns what every gate says, passed or not, the most important first.

    `base` is None when there is no record to compare with; `best` is by metric, `ages` by path.
    """
    del settings, base, head, best, ages
    return ()
