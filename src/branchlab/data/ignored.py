"""Which files of a folder DVC leaves out: its own folders, nested projects, and what `.dvcignore` files name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import UsageError
from branchlab.plainfile import read_plain
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".dvcignore"

_ALWAYS = frozenset({".git", ".hg", ".dvc"})


class Ignored(NamedTuple):
    """The rules that hold below a folder; later ones win.

    Attributes:
        rules: the folder of each `.dvcignore` and its patterns.
    """

    rules: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    @classmethod
    def above(cls, folder: str) -> Ignored:
        """Reads the `.dvcignore` files from the project's folder, the one with `.dvc`, down to `folder`'s parent."""
        rules: list[tuple[str, GitIgnoreSpec]] = []
        for place in _parents(os.path.abspath(folder)):
            patterns = _patterns(os.path.join(place, IGNORE_FILE))
            if patterns:
                from pathspec import GitIgnoreSpec

                rules.append((place, GitIgnoreSpec.from_lines(patterns)))
        return cls(tuple(rules))

    def file(self, place: str, name: str) -> bool:
        """Tells whether a file is left out."""
        return name == ".git" or self._matches(place, name)

    def folder(self, place: str, name: str) -> bool:
        """Tells whether a folder is left out; a folder with a `.dvc` of its own is another project."""
        # DVC leaves out nested repositories likewise (dvc/ignore.py, `_update_sub_repo`).
        if name in _ALWAYS or os.path.lexists(os.path.join(place, name, ".dvc")):
            return True
        return self._matches(place, f"{name}/")

    def _matches(self, place: str, name: str) -> bool:
        if not self.rules:
            return False
        path = os.path.join(os.path.abspath(place), name)
        verdict = False
        for folder, spec in self.rules:
            # None where no pattern says anything: the word of a folder further out stays then.
            include = spec.check_file(path[len(folder.rstrip("/")) + 1 :]).include
            if include is not None:
                verdict = include
        return verdict


def _parents(folder: str) -> list[str]:
    """Returns the folders above one up to the one with `.dvc`, outermost first; none outside a project."""
    found: list[str] = []
    while folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
        found.append(folder)
        if os.path.isdir(os.path.join(folder, ".dvc")):
            return found[::-1]
    return []


def _patterns(path: str) -> list[str]:
    try:
        text = (read_plain(path) or b"").decode()
    except UnicodeDecodeError:
        raise UsageError(f"{safe_text(path)} is not UTF-8", "save it as UTF-8, which DVC expects as well") from None
    # Stripped as DVC does it, though git would keep a blank that a backslash protects.
    lines = [line.strip() for line in text.split("\n")]
    return [line for line in lines if line and not line.startswith("#")]
