"""The same experiment once more, on its own code, with other parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab_tui.model.snapshot import command_name
from branchlab_tui.performing.asking.run_again_plan import plan_again
from branchlab_tui.performing.names import NameCheck
from branchlab_tui.performing.parameters import ParameterFiles, problem_of, read_parameter_files
from branchlab_tui.performing.plan import named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.performing.asking.run_again_plan import Again
    from branchlab_tui.performing.performer import Performer


def begin(performer: Performer, ones: Sequence[Experiment], _values: Mapping[str, str]) -> None:
    """Reads its parameters, asks which are to be other, and starts the run."""
    one, workspace = ones[0], performer.app.snapshot.workspace

    def read() -> None:
        try:
            found = read_parameter_files(workspace, command_name(one))
        except (BranchlabError, OSError) as error:
            performer.app.call_from_thread(performer.voice.refuse, error_of(error))
            return
        if found.parameters:  # loads what edits these files, so that the first key typed does not wait for it
            problem_of(found.files, *found.parameters[0])
        performer.app.call_from_thread(_show, performer, one, found)

    performer.app.run_worker(
        read, name="parameters", group="parameters", thread=True, exclusive=True, exit_on_error=False
    )


def _show(performer: Performer, one: Experiment, found: ParameterFiles) -> None:
    from branchlab_tui.screens.dialogs.parameters.screen import RunAgain

    def answered(again: Again | None) -> None:
        if again is not None:
            performer.go(plan_again(again))

    names = NameCheck(performer.app.snapshot)
    performer.app.push_screen(RunAgain(command_name(one), named([one]), found, names), answered)
