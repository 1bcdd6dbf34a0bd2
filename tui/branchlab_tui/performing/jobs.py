"""Commands at work: each in a worker of its own, in the log, and in the strip over the footer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from branchlab_tui.performing.detached import Detached
from branchlab_tui.performing.entry import Entry
from branchlab_tui.performing.job import Job
from branchlab_tui.performing.process import Ended

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab_tui.app import BranchlabApp
    from branchlab_tui.performing.plan import Plan
    from branchlab_tui.performing.voice import Voice

_SHOWN_AFTER = 0.3  # seconds; most commands end before, and the strip would only flicker
_LOGGED = 1 << 16  # characters of data that the log keeps: an exported table would be megabytes on the screen
_LOOK = 0.5  # seconds between two looks at what runs detached


class Jobs:
    """Runs commands; the reading thread looks again after each.

    Attributes:
        entries: everything that was run, oldest first.
        active: what is being done, newest last.
    """

    def __init__(self, app: BranchlabApp, voice: Voice) -> None:
        self.entries: list[Entry] = []
        self.active: list[Job] = []
        self._app = app
        self._voice = voice
        self._detached: list[Detached] = []

    @property
    def root(self) -> str:
        """The folder that commands run in."""
        return self._app.snapshot.workspace.root

    def run(self, plan: Plan, then: Callable[[Ended], None], last: Callable[[], object]) -> None:
        """Runs a command; `then` is called when it worked, `last` however it went."""
        job = Job(plan, self.root, self._enter(plan))
        self.active.append(job)
        self._app.set_timer(_SHOWN_AFTER, self.show)

        def work() -> None:
            try:
                ended = job.process.run(lambda text: self._app.call_from_thread(self._moved, job, text))
            except OSError as error:
                ended = _not_started(plan, error)
            try:
                # Waits for `then`, which reads what `last` takes away.
                self._app.call_from_thread(self._ended, job, ended, then)
            finally:
                last()

        self._app.run_worker(work, name=plan.label, group="performing", thread=True, exit_on_error=False)

    def run_alone(self, plan: Plan, then: Callable[[Ended], None]) -> None:
        """Starts a command that goes on without us, and looks now and then how it does."""
        number = self._enter(plan)
        try:
            detached = Detached(plan.command, self.root)
        except OSError as error:
            self._voice.fail(plan.label, _not_started(plan, error), plan.command.line)
            return
        self._detached.append(detached)
        self._voice.say(f"Started: {plan.label}. It goes on when you leave; ! stops it.")

        def look() -> None:
            ended = detached.look()
            if ended is None:
                return
            timer.stop()
            self._detached.remove(detached)
            self.entries[number] = self.entries[number]._replace(ended=ended)
            self._app.reading.look()
            if ended.code:
                self._voice.fail(plan.label, ended, plan.command.line)
            else:
                then(ended)

        timer = self._app.set_interval(_LOOK, look)
        self._app.reading.look()

    def cancel(self) -> bool:
        """Stops what was started last; returns whether there was something."""
        if self.active:
            self.active[-1].cancel()
            self.show()
        return bool(self.active)

    def close(self) -> None:
        """Kills everything, for the end of the program; what is detached goes on."""
        for job in self.active:
            job.cancel()
            job.cancel()  # twice: that kills
        for detached in self._detached:
            detached.leave()

    def show(self) -> None:
        """Shows what goes on in the footers, or that nothing does."""
        from branchlab_tui.widgets.footer.footer import KeyFooter

        more = f"  (+{len(self.active) - 1} more)" if len(self.active) > 1 else ""
        self._app.activity = self.active[-1].line + more if self.active else ""
        for screen in self._app.screen_stack:
            for footer in screen.query(KeyFooter):
                footer.show_activity(self._app.activity)

    def _enter(self, plan: Plan) -> int:
        self.entries.append(Entry(len(self.entries), plan.command, time.time()))
        return len(self.entries) - 1

    def _moved(self, job: Job, text: str) -> None:
        job.progress = text
        if job in self.active and self._app.activity:
            self.show()

    def _ended(self, job: Job, ended: Ended, then: Callable[[Ended], None]) -> None:
        self.active.remove(job)
        self.entries[job.entry] = self.entries[job.entry]._replace(ended=ended._replace(out=ended.out[:_LOGGED]))
        if not self._app.is_running:  # no screen is left to say it on
            return
        self.show()
        self._app.reading.look()
        if ended.cancelled:
            self._voice.say(f"Cancelled: {job.plan.label}")
        elif ended.code not in job.plan.accepted or (ended.code and not ended.out):
            self._voice.fail(job.plan.label, ended, job.plan.command.line)
        else:
            then(ended)


def _not_started(plan: Plan, error: OSError) -> Ended:
    words = f"branchlab: error: {plan.command.program} cannot be started: {error.strerror}\n"
    return Ended(127, "", words, 0.0)
