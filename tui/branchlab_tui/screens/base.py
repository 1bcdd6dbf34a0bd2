"""What every view has: a header, keys from the table of actions, a footer, and the newest snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.screen import Screen

from branchlab_tui.actions.everywhere import EVERYWHERE
from branchlab_tui.actions.registry import actions_of
from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.messages.perform import Perform
from branchlab_tui.resizing import NewestSize
from branchlab_tui.widgets.footer.footer import KeyFooter
from branchlab_tui.widgets.header.header import HeaderBar
from branchlab_tui.workers.failing import Failures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.widget import Widget
    from textual.worker import Worker

    from branchlab_tui.actions.action import Action
    from branchlab_tui.model.library import Library
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState


_PROGRAM = frozenset(action.id for action in EVERYWHERE)  # their methods are the program's


def bindings_of(view: str) -> list[Binding]:
    """Returns the key bindings of a view, made from its actions."""
    return [
        # Textual's own footer is not there: `KeyFooter` reads the table of actions instead.
        Binding(",".join(action.keys), action_string(action), action.label, show=False, id=f"{view}.{action.id}")
        for action in actions_of(view)
        if action.keys
    ]


def action_string(action: Action) -> str:
    """Returns what Textual runs for an action."""
    if action.performs:
        return f"perform('{action.id}')"
    if action.id.startswith("view_"):
        return f"open_view('{action.id.removeprefix('view_')}')"
    return f"app.{action.id}" if action.id in _PROGRAM else action.id


class View(NewestSize, Screen[None]):
    """One of the numbered views.

    A subclass names itself in `VIEW`, yields its widgets in `compose_body`, and shows `self.keys` of
    `self.snapshot`; `snapshot_changed` tells it that there is a newer one.

    Attributes:
        snapshot: the newest look at the repository.
        state: how the table looks; its `baseline` is what everything is compared with.
        library: reads records, curves and differences; call it in workers only, it blocks.
        keys: row keys of the experiments this view was opened for.
        place: what to show first once it is read, such as the path of a file; empty for the beginning.
    """

    VIEW: ClassVar[str] = ""

    def __init__(self, snapshot: Snapshot, state: TableState, library: Library, keys: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.snapshot = snapshot
        self.state = state
        self.library = library
        self.keys = keys
        self.place = ""
        self._failures = Failures()

    def compose(self) -> ComposeResult:
        """Puts the view's own widgets between header and footer."""
        yield HeaderBar(self.VIEW, self.snapshot)
        yield from self.compose_body()
        yield KeyFooter(self.VIEW)

    def compose_body(self) -> Iterable[Widget]:
        """Yields the widgets of the view."""
        return ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """Row keys of what an action is about: what is marked, else what the cursor is on."""
        return self.keys

    def take_snapshot(self, snapshot: Snapshot) -> None:
        """Takes a newer look at the repository and shows it."""
        before, self.snapshot = self.snapshot, snapshot
        self.query_one(HeaderBar).show(snapshot)
        self.snapshot_changed(before)

    def snapshot_changed(self, before: Snapshot) -> None:
        """Shows what is new; `before` is what was shown until now."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Says when something could not be read, and makes way for the next look."""
        why = self._failures.tell(self, event)
        if why:
            self.reading_failed(event.worker.group, why)

    def reading_failed(self, group: str, why: str) -> None:
        """Ends what waits for a worker of a group that failed; what it was to bring never comes."""

    def show_keys(self, keys: tuple[str, ...]) -> None:
        """Shows other experiments in this view."""
        self.keys = keys

    def show_place(self, place: str) -> None:
        """Goes to a place, such as the path of a file, as soon as it is known."""
        self.place = place

    def action_perform(self, action: str) -> None:
        """Asks the program to do something to the subjects."""
        self.post_message(Perform(action, self.subjects))

    def action_open_view(self, view: str) -> None:
        """Asks the program for another view of the subjects."""
        self.post_message(OpenView(view, self.subjects))
