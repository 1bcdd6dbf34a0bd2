"""The one thread that reads the repository and then watches it; what it finds goes to the program as messages."""

from __future__ import annotations

from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING

from branchlab_tui.messages.snapshot_read import SnapshotRead

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.store import Store

PAUSE = 0.5  # seconds between two looks


class Reading:
    """Reads what the first snapshot left out, then looks twice a second whether anything changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ended = Event()
        self._wanted = Event()
        self._everything = False
        self._thread: Thread | None = None

    def start(self, app: App[int]) -> None:
        """Starts the thread; it dies with the program."""
        self._thread = Thread(target=self._follow, args=(app,), name="reading", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread."""
        self._ended.set()  # first: the other wakes the thread, which looks whether it is to end
        self._wanted.set()
        if self._thread:
            self._thread.join(timeout=1)  # git may hang on a dead disk; the thread is a daemon

    def again(self) -> None:
        """Asks for everything to be read again now."""
        self._everything = True  # before it is woken, or it would read only what changed
        self._wanted.set()

    def look(self) -> None:
        """Asks for a look now, as after something was done to the repository."""
        self._wanted.set()

    def _follow(self, app: App[int]) -> None:
        self._post(app, self._store.complete)
        while not self._ended.is_set():
            self._wanted.wait(PAUSE)
            self._wanted.clear()  # before it reads: what is wanted meanwhile is a further look
            everything, self._everything = self._everything, False
            if not self._ended.is_set():
                self._post(app, partial(self._store.refresh, everything=everything))

    def _post(self, app: App[int], read: Callable[[], Snapshot | None]) -> None:
        try:
            snapshot = read()
        except Exception as error:  # noqa: BLE001 - one look that fails must not be the last
            snapshot = self._store.failed(error)
        if snapshot is not None and not self._ended.is_set():
            app.post_message(SnapshotRead(snapshot))
