"""Keeps the files of plots that were read, and knows which have to be."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.tuples import NamedTuple
from branchlab_tui.screens.plots.reading import PlotFile, bring_here, read_plot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.model.library import Library
    from branchlab_tui.screens.overlaid.subjects import Subject
    from branchlab_tui.screens.plots.choice import Choice
    from branchlab_tui.screens.plots.reading import Material

FileKey = tuple[str, str]
_TABLES = ("plots",)
_PLACES = ("images", "files")


class Held(NamedTuple):
    """A file as it was read.

    Attributes:
        experiment: as it was known then; a live run may have written the file anew since.
        content: a table, where the bytes lie (empty when they are not here), or why neither could be had.
    """

    experiment: Experiment
    content: PlotFile | str | Exception


class Wanted(NamedTuple):
    """A file that has to be read: whose, its path as the library knows it, and whether as a table."""

    key: FileKey
    experiment: Experiment
    path: str
    table: bool
    logged: bool


class Files:
    """The files of plots; reading them blocks."""

    def __init__(self, library: Library) -> None:
        self.tables: dict[FileKey, PlotFile] = {}
        self.places: dict[FileKey, str | Exception] = {}
        self._library = library
        self._asked: dict[FileKey, Experiment] = {}
        self._folder: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Removes what was written for other programs."""
        if self._folder is not None:
            self._folder.cleanup()

    def ask(self, choice: Choice, subjects: Sequence[Subject], materials: Mapping[str, Material]) -> list[Wanted]:
        """Returns the files of an entry that are not known as they are now; each is asked for once."""
        entry = choice.entry
        if entry.section not in (*_TABLES, *_PLACES):
            return []
        table = entry.section in _TABLES
        found = []
        for subject in subjects:
            key = (subject.key, entry.path)
            # Tables are laid over each other; of images and other files one is shown.
            mine = subject.key in entry.holders if table else subject.key == choice.own
            # By identity: a snapshot brings another row for a run that logged something, and then its files may be new.
            if mine and self._asked.get(key) is not subject.experiment:
                self._asked[key] = subject.experiment
                path = materials[subject.key].plots[entry.path] if entry.logged else entry.path
                found.append(Wanted(key, subject.experiment, path, table, entry.logged))
        return found

    def forget(self) -> None:
        """Asks for every file again the next time it is wanted; what was read stays until then."""
        self._asked.clear()

    def read(self, wanted: Sequence[Wanted]) -> dict[FileKey, Held]:
        """Reads files; runs in a thread."""
        return {one.key: Held(one.experiment, self._read(one)) for one in wanted}

    def take(self, found: Mapping[FileKey, Held]) -> None:
        """Keeps what was read; what is the same as before stays the same object, so that nothing is drawn anew."""
        for key, held in found.items():
            if isinstance(held.content, PlotFile):
                if self.tables.get(key) != held.content:
                    self.tables[key] = held.content
            else:
                self.places[key] = held.content

    def bring(self, one: Experiment, path: str, *, logged: bool) -> str:
        """Returns where other programs can open a file; raises and blocks as `bring_here` does."""
        if self._folder is None:
            # Only now: tables and plots are read without it.
            self._folder = TemporaryDirectory(prefix="branchlab-")
        return bring_here(self._library, one, path, self._folder.name, logged=logged)

    def _read(self, one: Wanted) -> PlotFile | str | Exception:
        if one.table:
            return read_plot(self._library, one.experiment, one.path)
        try:
            return self.bring(one.experiment, one.path, logged=one.logged)
        except (BranchlabError, OSError) as error:
            return error
