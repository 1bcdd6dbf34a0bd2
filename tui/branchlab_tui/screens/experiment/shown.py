"""What was read of the experiment that is shown; parts come one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab.git.history import CommitInfo
    from branchlab.project import Settings
    from branchlab.reading.exhibit import Exhibit
    from branchlab.reading.pulse import Pulse
    from branchlab_tui.model.library import Curves, DifferenceRead, Points


class Problem(NamedTuple):
    """Why something cannot be shown, and what to do about it."""

    what: str
    hint: str = ""


class Shown(NamedTuple):
    """What is known by now; None stands for what is not read yet.

    Attributes:
        key: its row key.
        one: its row.
        settings: of the project.
        exhibit: its record.
        difference: from the baseline.
        baseline: the baseline's row, None when it has no record.
        curves: by metric.
        ghost: the baseline's curves.
        resources: what it used over time.
        here: which of its inputs and outputs lie on this machine.
        commits: of its branch, newest first.
        log: where its output lies; empty where it is kept elsewhere only, None where it was not kept.
        log_read: whether that is known.
        pulse: how it stands while it lives.
        problems: by part, why it cannot be read.
    """

    key: str
    one: Experiment
    settings: Settings
    exhibit: Exhibit | None = None
    difference: DifferenceRead | None = None
    baseline: Experiment | None = None
    curves: Curves | None = None
    ghost: Curves | None = None
    resources: Mapping[str, Points] = {}
    here: Mapping[str, bool] | None = None
    commits: Sequence[CommitInfo] | None = None
    log: str | None = None
    log_read: bool = False
    pulse: Pulse | None = None
    problems: Mapping[str, Problem] = {}

    @property
    def live(self) -> bool:
        """Whether it runs."""
        return self.one.status == "running"

    @property
    def against(self) -> str:
        """What it is compared with, in a word."""
        if self.difference is None:
            return "the baseline"
        name = self.difference.difference.b.name
        return f"{name} (where it left)" if self.difference.at_merge_base else name
