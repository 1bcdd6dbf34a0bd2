"""Wires the program together: views, the reading thread, and what changes the repository."""

from __future__ import annotations

import gc
import os
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

from branchlab_tui.frame import keep_frame
from branchlab_tui.leaving import came_too_late
from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.messages.state_changed import StateChanged
from branchlab_tui.model.beginning import begin_session
from branchlab_tui.model.library import Library
from branchlab_tui.model.session import save_session
from branchlab_tui.screens.base import View
from branchlab_tui.theme.themes import choose_theme, register_themes
from branchlab_tui.type_ahead import TypeAhead
from branchlab_tui.workers.failing import Failures
from branchlab_tui.workers.reading import Reading

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.worker import Worker

    from branchlab_tui.messages.filter_chosen import FilterChosen
    from branchlab_tui.messages.perform import Perform
    from branchlab_tui.messages.snapshot_read import SnapshotRead
    from branchlab_tui.model.store import Store
    from branchlab_tui.performing.performer import Performer

_ASKED_FIRST = "branchlab_tui.widgets.query_bar.query_bar"  # loads inputs, which the start leaves out


class BranchlabApp(TypeAhead):
    """The terminal UI of one project.

    Args:
        store: what reads the experiments; its first snapshot is shown at once.
        query: filter to begin with, instead of the one that was remembered.
        view: saved view to begin with.
        theme: theme to begin with.
        fresh: forget how the table looked last time.
        sweep: name of a sweep to show over the table.
    """

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = []

    def __init__(
        self,
        store: Store,
        *,
        query: str | None = None,
        view: str = "",
        theme: str = "",
        fresh: bool = False,
        sweep: str = "",
    ) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)  # else Textual paints it in greys
        self.store = store
        self.snapshot = store.first()
        self.session = begin_session(self.snapshot.workspace, query=query, view=view, theme=theme, fresh=fresh)
        self.library = Library(self.snapshot.workspace)
        self.reading = Reading(store)
        self.activity = ""
        self._failures = Failures()
        self._sweep = sweep
        self._performer: Performer | None = None
        register_themes(self)
        self.theme = choose_theme(self.session.theme)
        self.stylesheet.set_variables(self.get_css_variables())  # those of our theme, before any sheet is read

    def get_default_screen(self) -> Screen[Any]:
        """Begins with the table of experiments."""
        return self._make_view("experiments", ())

    def refresh_css(self, animate: bool = True) -> None:  # noqa: FBT001, FBT002 - Textual's
        """Styles everything anew; not before there is a screen, for nothing has other colours by then."""
        if self.screen_stack:
            super().refresh_css(animate=animate)

    def on_ready(self) -> None:
        """Begins to read and to watch once the first rows stand on the screen."""
        self.reading.start(self)
        if self._sweep:
            self.post_message(OpenView("sweep", place=self._sweep))

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        """Ends the program and keeps what stands on the screen for the next start."""
        if len(self.screen_stack) == 1 and self.is_running:  # the table: the next start begins with it
            workspace = self.snapshot.workspace
            strips = self.screen._compositor.render_strips()  # noqa: SLF001 - as Textual's screenshots do
            lines = [strip.render(self.console) for strip in strips]
            keep_frame(workspace.repository.state_dir, workspace.prefix, (self.size.width, self.size.height), lines)
        super().exit(result, return_code, message)

    def _handle_exception(self, error: Exception) -> None:
        """Ends the program with a traceback, but not for what a view could not do because it was being taken away."""
        if not came_too_late(error):
            super()._handle_exception(error)

    def on_unmount(self) -> None:
        """Ends the reading thread and keeps what the user set."""
        self.reading.stop()
        if self._performer:  # not the property, which would load it for nothing
            self._performer.jobs.close()
        self.library.close()
        save_session(self.snapshot.workspace, self.session)

    @property
    def performer(self) -> Performer:
        """What changes the repository; loaded when it is first needed."""
        if self._performer is None:
            from branchlab_tui.performing.performer import Performer

            self._performer = Performer(self)
        return self._performer

    @property
    def view(self) -> View:
        """The view on top, whatever dialogs stand over it."""
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, View))

    def on_snapshot_read(self, message: SnapshotRead) -> None:
        """Hands a new look at the repository to every view."""
        if not self.is_running:  # its widgets are being taken away
            return
        if message.snapshot.complete and not gc.isenabled():
            gc.freeze()  # ten thousand rows that stay would be looked through again and again, between two keys
            gc.enable()
            Thread(target=import_module, args=(_ASKED_FIRST,), daemon=True).start()
        self.snapshot = message.snapshot
        self.library.use(message.snapshot.workspace)
        for screen in self.screen_stack:
            if isinstance(screen, View) and screen.is_mounted:
                screen.take_snapshot(message.snapshot)

    def on_state_changed(self, message: StateChanged) -> None:
        """Remembers how the table looks; another baseline can be taken back."""
        before = self.session.table.baseline
        if message.state.baseline != before:
            self.performer.pinned(before, message.state.baseline)
        self.session = self.session._replace(table=message.state)
        for screen in self.screen_stack:
            if isinstance(screen, View):
                screen.state = message.state

    def on_filter_chosen(self, message: FilterChosen) -> None:
        """Goes to the table and shows what a query finds."""
        self._back_to_table()
        self.on_state_changed(StateChanged(self.session.table._replace(query=message.query)))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Says when something that was asked for failed."""
        self._failures.tell(self, event)

    def on_perform(self, message: Perform) -> None:
        """Does something to the repository."""
        self.performer.start(message.action, message.keys, message.values)

    def on_open_view(self, message: OpenView) -> None:
        """Shows a view: one that is open, else over the table or who asks to come back, else in place of the top."""
        if message.view == "experiments":
            self._back_to_table()
            return
        keys = message.keys or self.view.subjects
        if any(isinstance(screen, View) and message.view == screen.VIEW for screen in self.screen_stack):
            while message.view != self.view.VIEW:
                self.pop_screen()
            self.view.show_keys(keys)
            self.view.show_place(message.place)
            return
        made = self._make_view(message.view, keys)
        made.place = message.place
        if message.over or self.view.VIEW == "experiments":
            self.push_screen(made)
        else:
            self.switch_screen(made)

    async def action_back(self) -> None:
        """Goes one step back; leaves from the table."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Ends the program; asks first when that stops what is being done."""
        if self._performer and self._performer.jobs.active:
            self._performer.ask_to_leave()
        else:
            self.exit(0)

    def action_cancel(self) -> None:
        """Stops what is being done."""
        self.performer.cancel()

    def action_reread(self) -> None:
        """Reads everything again."""
        self.reading.again()

    def action_undo(self) -> None:
        """Takes the last change back."""
        self.performer.undo()

    def action_redo(self) -> None:
        """Does again what was taken back."""
        self.performer.redo()

    def action_log(self) -> None:
        """Shows what was done."""
        self.performer.show_log()

    def action_keys(self) -> None:
        """Shows every key of the view."""
        from branchlab_tui.screens.dialogs.keys.screen import KeysDialog

        self.push_screen(KeysDialog(self.view.VIEW), self.run_chosen)

    def action_palette(self) -> None:
        """Lets the user find an action."""
        from branchlab_tui.screens.dialogs.palette.screen import Palette

        self.push_screen(Palette(self.view.VIEW), self.run_chosen)

    def action_command_line(self) -> None:
        """Lets the user type a command."""
        from branchlab_tui.screens.dialogs.command_line.screen import CommandLine

        self.push_screen(CommandLine(self.view), self.run_chosen)

    async def run_chosen(self, action: str | None) -> None:
        """Runs what was chosen in a dialog, as if its key had been pressed in the view."""
        if action:
            await self.run_action(action, self.view)

    def action_change_theme(self) -> None:
        """Takes the next theme."""
        from branchlab_tui.theme.themes import next_theme

        self.take_theme(next_theme(self.theme))

    def take_theme(self, name: str) -> None:
        """Takes a theme and remembers it."""
        self.theme = name
        self.session = self.session._replace(theme=name)

    def _back_to_table(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def _make_view(self, view: str, keys: tuple[str, ...]) -> View:
        """Makes a view; its module is loaded when it is first asked for."""
        module = import_module(f"branchlab_tui.screens.{view}.screen")
        made: View = module.SCREEN(self.snapshot, self.session.table, self.library, keys)
        return made
