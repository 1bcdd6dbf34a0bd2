"""Reads the experiments of a project: at once what was last answered, then all of it, then only what changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.catalog.catalog import kept_answer
from branchlab.catalog.tips import finish_listing, start_listing
from branchlab.errors import EnvironmentProblemError
from branchlab.faults import error_of
from branchlab.git.repository import finish_finding, start_finding
from branchlab.text import safe_text
from branchlab.workspace import workspace_of
from branchlab_tui.model.follow import RefWatch, SettingsWatch, read_head
from branchlab_tui.model.live import live_look
from branchlab_tui.model.recorded import Recorded, newest_first
from branchlab_tui.model.rows import Places, RawRows
from branchlab_tui.model.snapshot import Snapshot, row_key
from branchlab_tui.model.view import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.catalog.answer import Answer
    from branchlab.catalog.following import FollowedRun, FollowedRuns
    from branchlab.catalog.tips import Listing
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace

_HEARD = 20.0  # seconds between two signs of life of a run that only prints


def open_store(cwd: str) -> Store:
    """Opens the project that holds a folder.

    Raises:
        EnvironmentProblemError: when there is no usable repository.
        UsageError: when the settings hold a mistake.
        DamagedError: when the settings are not TOML.
    """
    listing, finding = start_listing(cwd), start_finding(cwd)
    return Store(workspace_of(finish_finding(finding, cwd)), listing)


class Store:
    """Reads one project; each method returns what screens show from then on.

    Args:
        workspace: the project.
        listing: what `start_listing` gave, when the caller started it early.
    """

    def __init__(self, workspace: Workspace, listing: Listing | None = None) -> None:
        self._workspace = workspace
        self._listing = listing
        self._ref_watch = RefWatch(workspace.repository)
        self._settings_watch = SettingsWatch(workspace.repository)
        self._followed: FollowedRuns | None = None
        self._recorded = Recorded()
        self._kept: Answer | None = None
        self._live: Mapping[str, FollowedRun] = {}
        self._head = read_head(workspace.repository)
        self._pending = True  # whether refs may have moved since they were last read
        self._generation = 0
        # What is shown was put together from these recorded experiments and live runs of these row keys.
        self._shown_from: Sequence[Experiment] = ()
        self._laid: set[str] = set()
        self._shown: Snapshot | None = None

    def first(self) -> Snapshot:
        """Returns what was answered last time, without waiting for git; its rows are decoded when they are seen."""
        self._kept = kept_answer(self._workspace)
        experiments = RawRows(self._kept.rows if self._kept else b"")
        self._shown = self._show(experiments, Places(experiments), layout=0)._replace(complete=False)
        return self._shown

    def complete(self) -> Snapshot:
        """Reads everything there is.

        Raises:
            GitError: when git refuses.
            EnvironmentProblemError: when git cannot be started, or the repository is gone.
        """
        self._ref_watch.changed()
        self._settings_watch.changed()
        self._read_refs()
        self._look_at_runs()
        return self._show_all()

    def refresh(self, *, everything: bool = False) -> Snapshot | None:
        """Looks whether anything changed and reads only that; None when nothing did.

        Args:
            everything: read all of it anew, whatever a look says.

        Raises:
            GitError: when git refuses.
            EnvironmentProblemError: when git cannot be started, or the repository is gone.
            UsageError: when the settings hold a mistake by now.
            DamagedError: when the settings are not TOML any more.
        """
        repository = self._workspace.repository
        if not os.path.isdir(repository.git_dir):
            place = safe_text(repository.top)
            raise EnvironmentProblemError(f"the repository {place} is not there any more", "leave with q")
        news = self._read_settings(everything=everything)
        self._pending = self._ref_watch.changed() or self._pending or news or everything
        if self._pending:
            news = self._read_refs(anew=everything) or news
        news = self._look_at_runs() or news
        if news or everything or self._shown is None or self._shown.problem:
            return self._show_all()
        return None

    def failed(self, error: Exception) -> Snapshot | None:
        """Returns what was read before, with the reason why it may be outdated; None when that is shown already."""
        found = error_of(error)
        problem = f"{found.message}; {found.hint}" if found.hint else found.message
        if self._shown and self._shown.problem == problem:
            return None
        shown = self._shown or self.first()
        self._generation += 1
        self._shown = shown._replace(generation=self._generation, problem=problem, complete=True)
        return self._shown

    def _read_settings(self, *, everything: bool) -> bool:
        """Opens the project anew when its settings were written, and says whether they are others by now."""
        if not self._settings_watch.changed() and not everything:
            return False
        before = self._workspace
        try:
            after = workspace_of(before.repository)
        except Exception:
            self._settings_watch.forget()  # the next look says it again
            raise
        if after != before or everything:
            self._workspace = after
            self._followed = None
            self._recorded.forget()
        return after != before

    def _read_refs(self, *, anew: bool = False) -> bool:
        """Asks git where the branches are and reads what moved; says whether anything did."""
        self._pending = True
        listing, self._listing = self._listing or start_listing(self._workspace.repository.top), None
        kept, self._kept = self._kept, None
        moved = self._recorded.take(self._workspace, finish_listing(listing), kept, anew=anew)
        before, self._head = self._head, read_head(self._workspace.repository)
        self._pending = False
        return moved or before != self._head

    def _look_at_runs(self) -> bool:
        """Looks at the runs that are not recorded and says whether anything about them is new."""
        if self._followed is None:
            from branchlab.catalog.following import FollowedRuns  # not for the first snapshot

            self._followed = FollowedRuns(self._workspace)
        before = self._live
        live = self._followed.look(self._recorded.runs)
        news = before.keys() != live.keys() or any(
            seen.experiment is not before[run].experiment or seen.heard - before[run].heard > _HEARD
            for run, seen in live.items()
        )
        if news:
            self._live = live
        return news

    def _show_all(self) -> Snapshot:
        """Shows everything that was read; where only values of live runs are new, all rows keep their places."""
        rows = {row_key(seen.experiment): seen.experiment for seen in self._live.values()}
        shown, recorded = self._shown, self._recorded.experiments
        if shown and shown.layout and self._shown_from is recorded and rows.keys() == self._laid:
            experiments = list(shown.experiments)
            for key, one in rows.items():
                experiments[shown.places[key]] = one
            return self._show(experiments, shown.places, layout=shown.layout)
        self._laid, self._shown_from = set(rows), recorded
        experiments = newest_first([*rows.values(), *recorded]) if rows else recorded
        snapshot = self._show(experiments, Places(experiments), layout=self._generation + 1)
        prepare(snapshot)
        return snapshot

    def _show(self, experiments: Sequence[Experiment], places: Mapping[str, int], *, layout: int) -> Snapshot:
        self._generation += 1
        self._shown = Snapshot(
            self._generation,
            self._workspace,
            experiments,
            places,
            head=self._head,
            baseline=self._recorded.baseline,
            live=live_look(self._live),
            layout=layout,
        )
        return self._shown
