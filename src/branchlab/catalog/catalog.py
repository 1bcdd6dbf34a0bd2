"""All experiments of a project as one immutable value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from branchlab.experiment import Experiment


class Catalog(NamedTuple):
    """What a project has tried.

    Attributes:
        experiments: newest first; runs that are not recorded yet stand among them with `commit` None.
            Remote-tracking ones are named `origin/exp/…`, archived ones `archive/exp/…`, as git resolves them.
        without_record: branches that the naming rule accepts and that have no record of their own at their tip.
    """

    experiments: tuple[Experiment, ...]
    without_record: tuple[str, ...] = ()
