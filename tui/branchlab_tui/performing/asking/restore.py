"""What was archived or removed, to bring it back."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab.git.refs import ARCHIVE, TRASH, list_refs
from branchlab.tracking.state import read_state
from branchlab_tui.performing.command import branchlab
from branchlab_tui.performing.plan import Plan
from branchlab_tui.widgets.picker.choice import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace
    from branchlab_tui.performing.performer import Performer
    from branchlab_tui.widgets.picker.picker import Picked


def begin(performer: Performer, _ones: Sequence[Experiment], values: Mapping[str, str]) -> None:
    """Lists what can come back, and restores what is chosen."""
    if values.get("name"):
        performer.go(plan_restore("", values["name"]))
        return
    workspace = performer.app.snapshot.workspace

    def read() -> None:
        try:
            choices = restorable(workspace)
        except (BranchlabError, OSError) as error:
            performer.app.call_from_thread(performer.voice.refuse, error_of(error))
        else:
            performer.app.call_from_thread(_show, performer, choices)

    performer.app.run_worker(
        read, name="the archive", group="restorable", thread=True, exclusive=True, exit_on_error=False
    )


def restorable(workspace: Workspace) -> list[Choice]:
    """Returns what was archived, then what was removed, newest first; the key says how it went and its name."""
    refs = list_refs(workspace.repository, ARCHIVE, TRASH)
    archived = [ref.name.removeprefix(ARCHIVE) for ref in refs if ref.name.startswith(ARCHIVE)]
    removed = sorted((ref.name.removeprefix(TRASH) for ref in refs if ref.name.startswith(TRASH)), reverse=True)
    branches: dict[str, str] = {}
    for name in removed:
        moment, _, branch = name.partition("/")
        branches.setdefault(branch, moment)  # a name that was removed twice: restore takes the newest
    trash = os.path.join(workspace.repository.state_dir, "trash")
    runs = sorted(os.listdir(trash), reverse=True) if os.path.isdir(trash) else []
    return [
        *(Choice(f"archive {name}", name, "archived") for name in archived),  # the key begins with what takes it back
        *(Choice(f"rm {name}", name, f"removed {_when(moment)}") for name, moment in branches.items()),
        *(Choice(f"rm {run}", f"run {run}  {_name_of(os.path.join(trash, run))}", "removed") for run in runs),
    ]


def plan_restore(how: str, name: str) -> Plan:
    """Returns what brings something back, and what puts it away again as it was."""
    back = (branchlab(how, "--", name),) if how else ()
    return Plan(
        f"restore {name}", branchlab("restore", "--", name), f"restored {name}", back=(lambda _: back) if back else None
    )


def _show(performer: Performer, choices: list[Choice]) -> None:
    from branchlab_tui.widgets.picker.picker import Picker

    def answered(picked: Picked | None) -> None:
        if picked is not None:
            how, _, name = picked.key.partition(" ")
            performer.go(plan_restore(how, name))

    if choices:
        performer.app.push_screen(Picker("Restore", choices), answered)
    else:
        performer.voice.say("Nothing was archived or removed.")


def _when(moment: str) -> str:
    """Returns the local time of `20261120T233015.123456789`."""
    try:
        seconds = time.strptime(moment.partition(".")[0] + "UTC", "%Y%m%dT%H%M%S%Z")
    except ValueError:
        return ""
    import calendar

    return time.strftime("%Y-%m-%d %H:%M", time.localtime(calendar.timegm(seconds)))


def _name_of(folder: str) -> str:
    state = read_state(folder)
    return state.name if state else ""
