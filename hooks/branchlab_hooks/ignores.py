"""The `.gitignore` files that a record adds a line to, while the user has edits there that are not staged."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.git.objects import read_object
from branchlab.plainfile import read_plain
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.git.index import Entry
    from branchlab.running.harvest import Harvest
    from branchlab.workspace import Workspace


class Edited(NamedTuple):
    """The two contents of a `.gitignore`: in the commit, and in the working tree with the user's own edits."""

    staged: bytes
    own: bytes


def edited_ignores(workspace: Workspace, found: Harvest, before: Mapping[str, Entry]) -> dict[str, Edited]:
    """Returns those files of a record by path whose edits must not get into the commit.

    Args:
        workspace: the project.
        found: the files of a record; a `.gitignore` among them is that of the working tree with lines added.
        before: what the index holds, by path.
    """
    edited: dict[str, Edited] = {}
    for path in (path for path in found.files if path.rpartition("/")[2] == ".gitignore"):
        old = read_plain(os.path.join(workspace.repository.top, path)) or b""
        indexed = before[path].oid if path in before else ""
        # Neither in the index nor on the disk: the file is all ours, and no edit can be in it.
        if indexed != _blob_id(workspace, old) and (indexed or old):
            kept = read_object(workspace.repository, indexed) if indexed else None
            added = found.files[path].removeprefix(old)
            staged = kept.body if kept else b""
            gap = b"" if not staged or staged.endswith(b"\n") else b"\n"
            # The line break before the added lines closed the user's last line, which the commit does not have.
            edited[path] = Edited(staged + gap + added.lstrip(b"\n"), found.files[path])
    return edited


def _blob_id(workspace: Workspace, content: bytes) -> str:
    import hashlib

    # As if git had no filters: a file with converted line ends counts as edited, and so keeps them.
    digest = hashlib.new(workspace.repository.object_format, b"blob %d\0%b" % (len(content), content))
    return digest.hexdigest()
