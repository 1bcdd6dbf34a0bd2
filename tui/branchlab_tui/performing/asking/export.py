"""The table as a file, as `branchlab ls` prints it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab.plainfile import write_plain
from branchlab_tui.model.saved_views import view_of
from branchlab_tui.performing.command import branchlab
from branchlab_tui.performing.plan import Plan, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab.project import Settings
    from branchlab_tui.model.state import TableState
    from branchlab_tui.performing.performer import Performer
    from branchlab_tui.performing.process import Ended


def begin(performer: Performer, _ones: Sequence[Experiment], values: Mapping[str, str]) -> None:
    """Writes what the filter leaves, in the order and with the columns of the table; asks before it replaces a file."""
    form, path = values["format"], os.path.join(performer.jobs.root, os.path.expanduser(values["path"]))
    state = performer.app.session.table
    if os.path.isdir(path):
        raise RefusedError(f"{values['path']} is a folder", "name a file")
    # The command prints and we write: so a table that cannot be listed replaces no file.
    plan = Plan(
        f"export to {values['path']}",
        branchlab(*list_arguments(state, performer.app.snapshot.workspace.settings, form)),
    )

    def write(ended: Ended) -> None:
        if ended.cut:
            hint = f"branchlab ls --{form} > FILE takes a table of any size"
            performer.voice.refuse(RefusedError("The table is too large to be exported from here", hint))
            return
        try:
            write_plain(path, ended.out.encode(errors="surrogateescape"))
        except (OSError, BranchlabError) as error:
            reason = error.message if isinstance(error, BranchlabError) else error.strerror
            problem = f"{values['path']} cannot be written: {reason}"
            performer.voice.refuse(RefusedError(problem, error_of(error).hint))
        else:
            performer.voice.say(f"✓ wrote {values['path']}")

    if not os.path.lexists(path):
        performer.go(plan, write)
        return
    meaning = [f"{path} is there already, and is replaced."]
    performer.ask(plan._replace(meaning=meaning), write)


def list_arguments(state: TableState, settings: Settings, form: str) -> list[str]:
    """Returns the command that lists what a state of the table shows, but for groups, marks and the front."""
    view = view_of(state, settings)
    columns = [key for key in view.columns if not key.startswith("curve:")]
    order = [f"--sort={key}" for key in view.sort]
    chosen = [f"--columns={','.join(columns)}"] if columns else []
    changed = ["--only-changed"] * view.only_changed
    query = ["--", view.query] if view.query else []
    return ["ls", f"--{form}", *order, *chosen, *changed, *query]
