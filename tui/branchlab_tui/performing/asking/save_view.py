"""How the table looks, kept under a name in branchlab.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab_tui.model.saved_views import save_view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.performing.performer import Performer


def begin(performer: Performer, _ones: Sequence[Experiment], values: Mapping[str, str]) -> None:
    """Saves it in a worker; the reading thread sees the new settings by itself."""
    app, name = performer.app, values["name"]
    workspace, state = app.snapshot.workspace, app.session.table

    def work() -> None:
        try:
            save_view(workspace, name, state)
        except BranchlabError as error:
            app.call_from_thread(performer.voice.refuse, error)
        else:
            app.call_from_thread(performer.voice.say, f"✓ saved the view {name} in branchlab.toml")
            app.reading.look()

    app.run_worker(work, name="branchlab.toml", group="views", thread=True, exit_on_error=False)
