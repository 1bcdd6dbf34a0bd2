"""One command at work, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.performing.process import Process

if TYPE_CHECKING:
    from branchlab_tui.performing.plan import Plan


class Job:
    """A plan that is being done; it lives in the log afterwards.

    Attributes:
        plan: what is done.
        process: what runs.
        progress: what it showed last.
        entry: number of its entry in the log.
    """

    def __init__(self, plan: Plan, cwd: str, entry: int) -> None:
        self.plan = plan
        self.process = Process(plan.command, cwd)
        self.progress = ""
        self.entry = entry
        self.cancelled = False

    def cancel(self) -> None:
        """Asks it to stop; the second time it is killed."""
        self.cancelled = True
        self.process.cancel()

    @property
    def line(self) -> str:
        """What the strip shows."""
        progress = "stopping…" if self.cancelled else self.progress
        return f"{self.plan.label}{f'  {progress}' if progress else ''}"
