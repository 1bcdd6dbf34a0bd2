"""Reads a sweep, and then what is new of it; everything here blocks, so it runs in a worker."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.reading.sweep import Search
    from branchlab.sweep.analysis.importance import Importance
    from branchlab.sweep.watch import Watch
    from branchlab.workspace import Workspace


class Looked(NamedTuple):
    """What a look at a sweep found.

    Attributes:
        name: of the sweep.
        search: the sweep; None when it cannot be read.
        points: how many combinations there are to try, None for without end.
        problem: why it cannot be read.
        hint: what to do about it.
    """

    name: str
    search: Search | None = None
    points: int | None = None
    problem: str = ""
    hint: str = ""


class Follower:
    """Follows one sweep. A look costs what is new; its file is read again when it was changed."""

    def __init__(self, workspace: Workspace, name: str) -> None:
        self.name = name
        self._workspace = workspace
        self._watch: Watch | None = None
        self._found: Looked | None = None
        self._file: tuple[int, int] | None = None

    def look(self) -> Looked:
        """Returns the sweep; the same object as before when nothing is new. Never raises."""
        try:
            return self._look()
        except (BranchlabError, OSError) as error:
            found = error_of(error)
            return Looked(self.name, problem=found.message, hint=found.hint)

    def _look(self) -> Looked:
        from branchlab.sweep.watch import Watch

        found = self._found
        if found is None or found.search is None or self._file != self._stat(found.search):
            found = self._found = self._find()
            return found
        self._watch = self._watch or Watch(self._workspace, self.name)  # not before the second look: it reads all anew
        self._watch.look()
        # The same object otherwise: by that the screen sees that nothing has to be built.
        if self._watch.study.trials != found.search.study.trials:
            found = self._found = found._replace(search=found.search._replace(study=self._watch.study))
        return found

    def _find(self) -> Looked:
        from branchlab.reading.sweep import find_search, points_of

        search = find_search(self._workspace, self.name)
        self._file = self._stat(search)
        return Looked(self.name, search, points_of(search))

    def _stat(self, search: Search) -> tuple[int, int] | None:
        """Returns what tells a sweep file from what it was before."""
        try:
            now = os.stat(os.path.join(self._workspace.root, search.source or "sweep.toml"))
        except OSError:
            # Gone, as after `git switch`: the sweep is known from its records, and read again when a file comes.
            return None
        # Size as well: an edit within one tick of the clock has the same time.
        return now.st_mtime_ns, now.st_size


def read_importance(search: Search, metric: str) -> Importance:
    """Returns how much each parameter matters; takes a second, and says itself when it cannot be told."""
    from branchlab.sweep.analysis.importance import importance, settings_of

    return importance(settings_of(search.study, metric, search.value), metric)
