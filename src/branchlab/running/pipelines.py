"""What a run of a DVC pipeline made: outputs, as `dvc.lock` names them once the stages have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.data.pointer import LOCK_FILE, read_pointers
from branchlab.errors import BranchlabError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.data.pointer import Output
    from branchlab.running.place import Place
    from branchlab.workspace import Workspace


def pipeline_outputs(
    workspace: Workspace, command: Sequence[str], place: Place | None, inputs: Sequence[Output]
) -> list[Output]:
    """Returns the outputs of a pipeline that a command ran; nothing for a command that is not DVC.

    To another command they are data that it read, although stages made them once. What the lock file said when the
    run began is of the run before.

    Args:
        workspace: the project.
        command: what ran.
        place: where it ran; None when that is gone, so that only `inputs` are left.
        inputs: what DVC kept when the run started.
    """
    if not any(word.rpartition("/")[2] == "dvc" for word in command):
        return []
    found = [output for output in inputs if is_lock(output.pointer)]
    if place is None:
        return found
    locks = dict.fromkeys([LOCK_FILE, *(output.pointer for output in found)])
    made = {*workspace.settings.artifacts}
    try:
        return [output for output in read_pointers(place.project, locks) if output.path not in made]
    except BranchlabError:  # a lock file that a command broke is no reason to lose the record
        return found


def is_lock(pointer: str) -> bool:
    """Tells whether a pointer is the lock file of a pipeline."""
    return pointer.rpartition("/")[2] == LOCK_FILE
