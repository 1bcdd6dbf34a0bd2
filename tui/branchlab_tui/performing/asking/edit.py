"""The parameters of an experiment in the user's own editor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab.git.objects import read_object
from branchlab.reading.origin import find_origin, origin_file
from branchlab_tui.model.snapshot import command_name
from branchlab_tui.performing.editor import editor_command, open_copy, open_editor
from branchlab_tui.performing.plan import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.performing.performer import Performer


def begin(performer: Performer, ones: Sequence[Experiment], _values: Mapping[str, str]) -> None:
    """Opens the parameter file: the real one where its branch is checked out, else a copy that nobody can change."""
    one, snapshot = ones[0], performer.app.snapshot
    editor = editor_command(os.environ)
    if one.commit and one.name == snapshot.head:
        open_editor(performer, [*editor, _own_file(snapshot)])
        performer.app.reading.look()  # what was edited may be the settings
        return

    def read() -> None:
        try:
            name, content = _file_of(snapshot, one)
        except RefusedError as error:
            performer.app.call_from_thread(performer.voice.refuse, error)
        except (BranchlabError, OSError) as error:  # git may end at any time
            performer.app.call_from_thread(performer.voice.refuse, error_of(error))
        else:
            performer.app.call_from_thread(_show_copy, performer, one, editor, name, content)

    performer.app.run_worker(
        read, name="parameters", group="parameters", thread=True, exclusive=True, exit_on_error=False
    )


def _show_copy(performer: Performer, one: Experiment, editor: Sequence[str], name: str, content: bytes) -> None:
    own = f"{command_name(one).replace('/', '-')}-{os.path.basename(name)}"
    if open_copy(performer, editor, own, content):
        performer.voice.say(f"This was a copy. B checks {one.name or one.run} out, r runs it with other parameters.")


def _own_file(snapshot: Snapshot) -> str:
    workspace = snapshot.workspace
    paths = [
        os.path.join(workspace.root, name) for name in (*workspace.settings.params, workspace.settings.record.metrics)
    ]
    found = next((path for path in paths if os.path.isfile(path)), None)
    if found is None:
        raise RefusedError("There is no parameter file here", "project.params of branchlab.toml names them")
    return found


def _file_of(snapshot: Snapshot, one: Experiment) -> tuple[str, bytes]:
    """Returns name and content of the first parameter file of an experiment, else of its record."""
    workspace = snapshot.workspace
    try:
        read = origin_file(workspace, find_origin(workspace, command_name(one)))
        found = ((name, content) for name in workspace.settings.params if (content := read(name)) is not None)
        first = next(found, None)
    except BranchlabError as error:
        first, refused = None, RefusedError(error.message, error.hint)
    else:
        refused = RefusedError(f"{one.name or one.run} has no parameter file", "enter shows what it holds")
    record = read_object(workspace.repository, f"{one.commit}:{workspace.record_path}") if one.commit else None
    if first is None and record is None:
        raise refused
    return first or (workspace.settings.record.metrics, record.body if record else b"")
