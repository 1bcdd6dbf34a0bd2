"""Opens a file of a difference in the user's own editor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab.git.objects import read_object
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.performing.editor import editor_command, open_copy, open_editor
from branchlab_tui.performing.plan import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.model.library import DifferenceRead
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.performing.performer import Performer

_TAKE_LINES = ("vi", "vim", "nvim", "nano", "emacs", "micro", "kak", "joe", "mg", "ed")  # they go to the line of `+7`


def open_file(performer: Performer, snapshot: Snapshot, read: DifferenceRead, path: str, line: int) -> None:
    """Opens the real file where A is checked out, else a copy of A's that nobody can change; B's where A has none.

    Args:
        performer: gives the terminal to the editor, and says what went wrong.
        snapshot: says what is checked out.
        read: the difference that is shown.
        path: of the file, from the top of the repository.
        line: number to go to, where the editor takes one.

    Raises:
        RefusedError: when no editor is set.
    """
    editor = editor_command(os.environ)
    at = [f"+{line}"] if os.path.basename(editor[0]) in _TAKE_LINES else []
    own = os.path.join(snapshot.workspace.repository.top, path)
    # Only what is checked out can be edited in place; of all else git keeps the content, and no file is there.
    if read.difference.a.name == snapshot.head and os.path.isfile(own):
        open_editor(performer, [*editor, *at, own])
        performer.app.reading.look()
        return

    def work() -> None:
        try:
            content = _content(snapshot, read, path)
        except RefusedError as error:
            performer.app.call_from_thread(performer.voice.refuse, error)
        except (BranchlabError, OSError) as error:  # git cannot read the commit, or not be started
            performer.app.call_from_thread(performer.voice.refuse, error_of(error))
        else:
            copy = Copy(os.path.basename(path), content, read.difference.a.name)
            performer.app.call_from_thread(_show_copy, performer, copy, [*editor, *at])

    performer.app.run_worker(work, name=path, group="file", thread=True, exclusive=True, exit_on_error=False)


class Copy(NamedTuple):
    """A file as an experiment has it: its name, its content, and the name of the experiment."""

    name: str
    content: bytes
    experiment: str


def _show_copy(performer: Performer, copy: Copy, editor: Sequence[str]) -> None:
    if open_copy(performer, editor, copy.name, copy.content):
        performer.voice.say(f"This was a copy. B checks {copy.experiment} out.")


def _content(snapshot: Snapshot, read: DifferenceRead, path: str) -> bytes:
    # B first, then A in `trees`: A's content unless the file was deleted there.
    for tree in reversed(read.trees or ()):
        found = read_object(snapshot.workspace.repository, f"{tree}:{path}")
        if found is not None and found.kind == "blob":
            return found.body
    raise RefusedError(f"{safe_text(path)} is in no commit yet", "i makes a branch of a run that has ended")
