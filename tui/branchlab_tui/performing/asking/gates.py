"""The report of the gates, as CI would write it."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from branchlab.errors import ExitCode
from branchlab_tui.performing.command import branchlab
from branchlab_tui.performing.plain_report import plain_report
from branchlab_tui.performing.plan import Plan, check_branch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.performing.performer import Performer
    from branchlab_tui.performing.process import Ended

_VERDICTS = {
    ExitCode.OK: "● every gate holds",
    ExitCode.FAILED: "✗ a gate fails",
    ExitCode.ENVIRONMENT: "! the gates cannot be judged",
}


def begin(performer: Performer, ones: Sequence[Experiment], _values: Mapping[str, str]) -> None:
    """Judges one experiment and shows the report."""
    one = ones[0]
    check_branch(one, "judged by gates", "i records it first")
    folder = tempfile.TemporaryDirectory(prefix="branchlab-")  # no `with`: the command ends later, `last` removes it
    path = os.path.join(folder.name, "report.md")

    def show(ended: Ended) -> None:
        from branchlab_tui.screens.dialogs.report.report import Report

        verdict = _VERDICTS[ExitCode(ended.code)]
        said = f"\n{ended.words}" if ended.words.strip() else ""
        text = plain_report(_read(path)) + said
        performer.app.push_screen(Report(f"{one.name}: {verdict}", text, bad=ended.code == ExitCode.FAILED))

    command = branchlab("ci", f"--head={one.name}", f"--md={path}")
    # A gate that fails is the answer here, not a command that went wrong.
    plan = Plan(f"gates of {one.name}", command, accepted=tuple(map(int, _VERDICTS)))
    performer.go(plan, show, folder.cleanup)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
