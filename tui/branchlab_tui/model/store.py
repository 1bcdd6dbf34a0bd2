"""Reads the experiments of a project: at once what was last answered, then all of it, then only what changed."""

from __future__ import annotations

import os
import time
from operator import attrgetter
from typing import TYPE_CHECKING

from branchlab.catalog.catalog import find_edits, kept_answer, make_answer
from branchlab.catalog.following import FollowedRuns
from branchlab.catalog.row import decode_experiments
from branchlab.catalog.tips import finish_listing, start_listing
from branchlab.errors import EnvironmentProblemError
from branchlab.faults import error_of
from branchlab.git.repository import finish_finding, start_finding
from branchlab.text import safe_text
from branchlab.workspace import workspace_of
from branchlab_tui.model.baseline import read_baseline
from branchlab_tui.model.follow import RefWatch, SettingsWatch
from branchlab_tui.model.live import live_look
from branchlab_tui.model.rows import Places, RawRows
from branchlab_tui.model.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.catalog.answer import Answer
    from branchlab.catalog.following import FollowedRun
    from branchlab.catalog.tips import Listing
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace

_SLICE = 64  # rows that are decoded before other threads get their turn; about a millisecond


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
        self._generation = 0
        self._refs = b""
        self._recorded: list[Experiment] = []
        self._live: Mapping[str, FollowedRun] = {}
        self._runs: set[str] = set()
        self._baseline: Experiment | None = None
        self._shown: Snapshot | None = None
        self._watch(workspace)

    def first(self) -> Snapshot:
        """Returns what was answered last time, without waiting for git; its rows are decoded when they are seen."""
        answer = kept_answer(self._workspace)
        experiments = RawRows(answer.rows if answer else b"")
        return self._show(experiments, complete=False)

    def complete(self) -> Snapshot:
        """Reads everything there is.

        Raises:
            GitError: when git refuses.
            EnvironmentProblemError: when git cannot be started, or the repository is gone.
        """
        self._ref_watch.changed()
        self._settings_watch.changed()
        listing, self._listing = self._listing or start_listing(self._workspace.repository.top), None
        self._take(finish_listing(listing))
        self._look()
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
        if not os.path.isdir(repository.common_dir):
            place = safe_text(repository.top)
            raise EnvironmentProblemError(f"the repository {place} is not there any more", "leave with q")
        reread = self._read_settings(everything=everything)
        moved = self._ref_watch.changed()
        if everything or reread or moved:
            refs = finish_listing(start_listing(repository.top))
            if everything or reread:
                self._refs = b""
            if refs != self._refs:
                self._take(refs)
        if self._look() or everything or self._shown is None or self._shown.problem:
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

    def _watch(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._ref_watch = RefWatch(workspace.repository)
        self._settings_watch = SettingsWatch(workspace.repository)
        self._followed = FollowedRuns(workspace)

    def _read_settings(self, *, everything: bool) -> bool:
        """Opens the project anew when its settings were written; says whether other rows may belong to it now."""
        if not self._settings_watch.changed() and not everything:
            return False
        before = self._workspace
        try:
            after = workspace_of(before.repository)
        except Exception:
            self._settings_watch = SettingsWatch(before.repository)  # so that the next look says it again
            raise
        if after == before:
            return False
        self._workspace = after
        self._followed = FollowedRuns(after)
        self._shown = None
        return True

    def _take(self, refs: bytes) -> None:
        """Brings the recorded experiments to where the refs are."""
        edits = find_edits(self._workspace, self._refs, refs) if self._refs else None
        if edits:
            gone = {(name, commit.decode()) for name, commit in edits.gone}
            kept = [one for one in self._recorded if (one.name, one.commit) not in gone]
            kept += decode_experiments(edits.new) if edits.new else []
            kept.sort(key=attrgetter("name"))
            self._recorded = _newest_first(kept)
        else:
            self._recorded = self._decode(self._answer(refs))
        self._refs = refs
        self._runs = {one.run for one in self._recorded}
        self._baseline = read_baseline(self._workspace, refs)
        self._shown = None

    def _answer(self, refs: bytes) -> Answer:
        kept = kept_answer(self._workspace)
        return kept if kept and kept.refs == refs else make_answer(self._workspace, refs)

    def _decode(self, answer: Answer) -> list[Experiment]:
        """Decodes all rows in slices; the program stays quick meanwhile. Rows that are known stay the same objects."""
        known = {(one.name, one.commit): one for one in self._recorded}
        lines = answer.rows.split(b",\n")[:-1]
        found: list[Experiment] = []
        for start in range(0, len(lines), _SLICE):
            found += decode_experiments(lines[start : start + _SLICE])
            time.sleep(0)
        return [known.get((one.name, one.commit), one) for one in found] if known else found

    def _look(self) -> bool:
        """Looks at the runs that are not recorded and says whether anything about them is new."""
        before, self._live = self._live, self._followed.look(self._runs)
        return before.keys() != self._live.keys() or any(
            seen.experiment is not before[run].experiment for run, seen in self._live.items()
        )

    def _show_all(self) -> Snapshot:
        rows = [seen.experiment for seen in self._live.values()]
        return self._show(_newest_first([*rows, *self._recorded]) if rows else self._recorded, complete=True)

    def _show(self, experiments: Sequence[Experiment], *, complete: bool) -> Snapshot:
        self._generation += 1
        self._shown = Snapshot(
            self._generation,
            self._workspace,
            experiments,
            Places(experiments),
            head=_head(self._workspace),
            baseline=self._baseline,
            complete=complete,
            live=live_look(self._live),
        )
        return self._shown


def _newest_first(experiments: Iterable[Experiment]) -> list[Experiment]:
    return sorted(experiments, key=lambda one: one.started or "", reverse=True)


def _head(workspace: Workspace) -> str:
    """Returns the branch that is checked out, empty when none is."""
    try:
        with open(os.path.join(workspace.repository.git_dir, "HEAD"), "rb") as file:
            text = file.read(4096).decode(errors="surrogateescape").strip()
    except OSError:
        return ""
    if text.endswith("/.invalid"):  # what git writes there when refs are kept in tables
        from branchlab.git.refs import current_branch

        text = f"ref: {current_branch(workspace.repository) or ''}"
    return text.removeprefix("ref: refs/heads/") if text.startswith("ref: refs/heads/") else ""
