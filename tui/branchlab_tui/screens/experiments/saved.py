"""Saved views: named ways to look at the table that a team keeps in branchlab.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.text import safe_text
from branchlab_tui.messages.perform import Perform
from branchlab_tui.model.error_line import error_line
from branchlab_tui.screens.experiments.choosing import Choosing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.project import SavedView
    from branchlab_tui.widgets.picker.choice import Choice
    from branchlab_tui.widgets.picker.picker import Picked

_SAVE = "save:"
_VIEW = "view:"
_USUAL = "usual"


class Saved(Choosing):
    """Takes, saves and deletes views."""

    def action_saved_views(self) -> None:
        """Lets the user take a view, save what is shown under a name, or delete one."""
        from branchlab_tui.widgets.picker.choice import Choice
        from branchlab_tui.widgets.picker.picker import Picker

        views = self.snapshot.workspace.settings.views
        choices = [Choice(f"{_VIEW}{name}", name, describe(view)) for name, view in views.items()]
        choices.append(Choice(_USUAL, "as usual", "everything, newest first"))
        dialog = Picker(
            "Views in branchlab.toml", choices, offers=self._offers, deletes="delete the view {} from branchlab.toml?"
        )
        self.app.push_screen(dialog, self._take_view)

    def take_view(self, name: str) -> None:
        """Shows the table as a saved view has it."""
        from branchlab_tui.model.saved_views import require_view

        try:
            self.change(require_view(self.snapshot.workspace.settings, name, self.state))
        except BranchlabError as error:
            self._tell_error(error)

    def save_view(self, name: str) -> None:
        """Saves how the table looks under a name."""
        self.post_message(Perform("save_view", (), {"name": name}))

    def delete_view(self, name: str) -> None:
        """Deletes a saved view."""
        from branchlab_tui.model import saved_views

        workspace = self.snapshot.workspace

        # In this process, unlike all other changes: no command of the shell writes or deletes a view.
        def work() -> None:
            try:
                saved_views.delete_view(workspace, name)
            except BranchlabError as error:
                self.app.call_from_thread(self._tell_error, error)
            else:
                words = f"deleted the view {safe_text(name)} from branchlab.toml"
                self.app.call_from_thread(self.notify, words, markup=False)

        self.run_worker(work, thread=True, group="views", name="branchlab.toml", exit_on_error=False)

    def _offers(self, text: str) -> Sequence[Choice]:
        from branchlab_tui.widgets.picker.choice import Choice

        if not text:
            return (Choice(_SAVE, "save what is shown: / and a name", mark="+"),)
        known = text in self.snapshot.workspace.settings.views
        words = f"{'put what is shown in place of' if known else 'save what is shown as'} {text}"
        return (Choice(f"{_SAVE}{text}", words, mark="+"),)

    def _take_view(self, picked: Picked | None) -> None:
        if picked is None:
            return
        what, _, name = picked.key.partition(":")
        if picked.what == "delete" and what == "view":
            self.delete_view(name)
        elif what == "view":
            self.take_view(name)
        elif what == "usual":
            usual = type(self.state)()
            # What the table looks like goes back; where the user stands, what is marked and compared stays.
            kept = {key: getattr(self.state, key) for key in ("cursor", "column", "marked", "baseline", "preview")}
            self.change(usual._replace(**kept))
        elif name:
            self.save_view(name)

    def _tell_error(self, error: BranchlabError) -> None:
        self.notify(error_line(error), markup=False, severity="error")


def describe(view: SavedView) -> str:
    """Returns what a view is in a few words."""
    parts = [
        view.query,
        f"sort {', '.join(view.sort)}" if view.sort else "",
        f"by {view.group}" if view.group else "",
        "front" if view.front else "",
        f"{len(view.columns)} columns" if view.columns else "",
    ]
    return safe_text(" · ".join(part for part in parts if part) or "everything")
