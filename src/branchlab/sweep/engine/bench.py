"""What trials on one machine share: the project, a session of git, the reaper, and the data that a commit names."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from branchlab.running.source import Source, outputs_at, used_inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.git.session import GitSession
    from branchlab.sweep.engine.reaper import Reaper
    from branchlab.workspace import Workspace


def _now(call: Callable[[], object]) -> None:
    call()


class Bench:
    """What every trial needs; used by several threads.

    Attributes:
        workspace: the project; the checkpoint of the sweep counts as one of its artifacts.
        store: where data is; None without DVC.
        session: reads and writes commits and refs.
        reaper: ends commands when we are gone; None where somebody else does.
        show: takes the output of the commands.
        later: takes a call that no trial has to wait for; makes it at once where there is no janitor.
        judging: held while a judge looks at what others may change.
    """

    def __init__(
        self,
        workspace: Workspace,
        store: Store | None,
        session: GitSession,
        reaper: Reaper | None = None,
        checkpoint: str = "",
        show: Callable[[bytes], None] = lambda _chunk: None,
        later: Callable[[Callable[[], object]], None] = _now,
    ) -> None:
        """Takes what was opened; whoever opened it closes it."""
        self.workspace = with_artifact(workspace, checkpoint)
        self.store = store
        self.session = session
        self.reaper = reaper
        self.show = show
        self.later = later
        self.judging = threading.Lock()
        # never outdated, since a commit is what it is; two threads may fill it with the same
        self._inputs: dict[str, tuple[Output, ...]] = {}

    def inputs(self, commit: str) -> tuple[Output, ...]:
        """Returns what DVC keeps for a run of a commit to read; asked again for one commit, it costs nothing."""
        if self.store is None:
            return ()
        if commit not in self._inputs:
            source = Source(commit, outputs=tuple(outputs_at(self.workspace, commit)))
            self._inputs[commit] = used_inputs(self.workspace, source)
        return self._inputs[commit]


def with_artifact(workspace: Workspace, path: str) -> Workspace:
    """Returns a project that keeps one more output of its runs."""
    settings = workspace.settings
    if not path or path in settings.artifacts:
        return workspace
    return workspace._replace(settings=settings._replace(artifacts=(*settings.artifacts, path)))
