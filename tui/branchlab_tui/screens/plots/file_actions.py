"""Opens the file of an entry in other programs."""

from __future__ import annotations

import os
import subprocess
from functools import partial
from typing import TYPE_CHECKING, cast

from branchlab.errors import BranchlabError
from branchlab.text import safe_text
from branchlab_tui.model.error_line import error_line
from branchlab_tui.performing.editor import editor_command, open_editor
from branchlab_tui.performing.plan import RefusedError
from branchlab_tui.screens.overlaid.view import OverlaidView
from branchlab_tui.screens.plots.messages.file_here import FileHere
from branchlab_tui.screens.plots.opening import opener

if TYPE_CHECKING:
    from branchlab.experiment import Experiment
    from branchlab_tui.app import BranchlabApp
    from branchlab_tui.screens.plots.choice import Choice
    from branchlab_tui.screens.plots.files import Files
    from branchlab_tui.screens.plots.messages.file_here import How


class FileActions(OverlaidView):
    """What a screen can do with the file of what it shows."""

    @property
    def choice(self) -> Choice | None:
        """What is looked at; None while there is nothing."""
        raise NotImplementedError

    @property
    def files(self) -> Files:
        """The files of the plots."""
        raise NotImplementedError

    def action_open_file(self) -> None:
        """Opens the file in the program of the desktop."""
        self._bring("open")

    def action_edit_file(self) -> None:
        """Opens the file in the user's editor."""
        self._bring("edit")

    def on_file_here(self, message: FileHere) -> None:
        """Opens what the worker brought."""
        if message.problem:
            self.notify(safe_text(message.problem), severity="warning", markup=False)
        elif message.how == "edit":
            self._edit(message.path)
        else:
            self._open(message.path)

    def _bring(self, how: How) -> None:
        choice = self.choice
        subject = next((one for one in self.shown.shown if choice and one.key == choice.own), None)
        if choice is None or subject is None or not choice.entry.path or choice.entry.section == "slices":
            self.notify("there is no file behind this", markup=False)
            return
        entry = choice.entry
        # The list has names below `plots/`; the library knows where each run has that folder.
        path = self.known[subject.key].plots[entry.path] if entry.logged else entry.path
        work = partial(self._bring_and_tell, subject.experiment, path, how, logged=entry.logged)
        self.run_worker(work, thread=True, exclusive=True, group="file", name=path, exit_on_error=False)

    def _bring_and_tell(self, one: Experiment, path: str, how: How, *, logged: bool) -> None:
        try:
            found, problem = self.files.bring(one, path, logged=logged), ""
        except (BranchlabError, OSError) as error:
            found, problem = "", error_line(error)
        if not found and not problem:
            problem = f"{path} is not on this machine: u fetches it"
        self.post_message(FileHere(found, problem, how))

    def _open(self, path: str) -> None:
        command = opener()
        if not command:
            # Over ssh there is mostly no desktop here, but one where the terminal is: OSC 52 reaches its clipboard.
            self.app.copy_to_clipboard(path)
            self.notify(f"no desktop here; the path is copied: {safe_text(path)}", markup=False)
            return
        nothing = subprocess.DEVNULL
        try:
            # In a session of its own, as it outlives this program. What it prints would be written over the screen.
            subprocess.Popen([*command, path], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
        except OSError as error:
            self.notify(safe_text(error_line(error)), severity="error", markup=False)

    def _edit(self, path: str) -> None:
        performer = cast("BranchlabApp", self.app).performer
        try:
            open_editor(performer, [*editor_command(os.environ), path])
        except RefusedError as error:
            performer.voice.refuse(error)
