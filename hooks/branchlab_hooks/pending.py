"""What a commit that is being made still needs, kept in the git directory of its working tree.

`pre-commit` writes the folder; the hooks after it are plain shell and act on it (`sh/pending.sh`). Each file there is
what one git command reads. The commit may end at any moment: the folder then waits, and the next commit either finds
that HEAD holds the record and finishes the work, or takes the record out of the index again.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.git.index import index_lines
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab.git.index import Entry
    from branchlab.git.repository import Repository

FOLDER = "branchlab-pending"


class Pending(NamedTuple):
    """What the hooks after `pre-commit` have to do.

    Attributes:
        record: path and content id of the record.
        trailers: lines for the message.
        run: id of the run whose folder and ref go away afterwards; empty for a record that was there already.
        entries: what the record changes in the index.
        before: what the index held there.
        kept: paths whose files in the working tree are not to be replaced.
    """

    record: Entry
    trailers: Sequence[str]
    run: str = ""
    entries: Sequence[Entry] = ()
    before: Sequence[Entry] = ()
    kept: frozenset[str] = frozenset()


def write_pending(repository: Repository, pending: Pending) -> None:
    """Writes the folder; it appears as a whole.

    Raises:
        OSError: when it cannot be written, or one is there that the next commit has to look at.
    """
    target = os.path.join(repository.git_dir, FOLDER)
    fresh = f"{target}.{os.getpid()}"
    # git wants an id of nothing but zeros as long as its own: 40 letters, or 64.
    size = len(pending.record.oid)
    changed = [entry.path for entry in pending.entries if entry.path not in pending.kept]
    absent = {entry.path for entry in pending.entries if not entry.oid}
    files = {
        "record": f"{pending.record.oid} {pending.record.path}\n".encode(errors="surrogateescape"),
        "trailers": "".join(f"{line}\n" for line in pending.trailers).encode(errors="surrogateescape"),
        # Nothing in it, not even a line break: `read` fails there, and the shell takes no run away.
        "run": f"{pending.run}\n".encode() if pending.run else b"",
        "entries": index_lines(pending.entries, size),
        "before": index_lines(pending.before, size),
        "written": _paths((path for path in changed if path not in absent), "\0"),
        # sh/pending.sh reads these by line for `rm`: a name with a line break stays in the working tree.
        "removed": _paths((path for path in changed if path in absent and "\n" not in path), "\n"),
    }
    try:
        os.mkdir(fresh)
        for name, content in files.items():
            with open(os.path.join(fresh, name), "wb") as file:
                file.write(content)
        # Refused by the system where a folder with files is: what is pending is never replaced.
        os.rename(fresh, target)
    except OSError:
        _remove(fresh)
        raise


def is_pending(repository: Repository) -> bool:
    """Tells whether an earlier commit left something to be settled first."""
    return os.path.isdir(os.path.join(repository.git_dir, FOLDER))


def drop_pending(repository: Repository) -> None:
    """Removes the folder, when what it tells could not be begun."""
    _remove(os.path.join(repository.git_dir, FOLDER))


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _paths(paths: Iterable[str], end: str) -> bytes:
    return "".join(f"{path}{end}" for path in paths).encode(errors="surrogateescape")
