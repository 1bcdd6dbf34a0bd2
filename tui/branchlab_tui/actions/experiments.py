"""Actions about experiments that change the repository; the program performs them through the commands of the shell."""

from __future__ import annotations

from branchlab_tui.actions.action import Action

EXPERIMENTS: tuple[Action, ...] = ()
