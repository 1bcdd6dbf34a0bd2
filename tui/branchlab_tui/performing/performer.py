"""Does what changes the repository: asks first where that is due, runs the command, and says how it went."""

from __future__ import annotations

import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from branchlab.text import safe_text
from branchlab_tui.actions.registry import find_action
from branchlab_tui.messages.state_changed import StateChanged
from branchlab_tui.performing.detached import Detached
from branchlab_tui.performing.entry import Entry
from branchlab_tui.performing.job import Job
from branchlab_tui.performing.plan import Plan, RefusedError
from branchlab_tui.performing.process import Ended
from branchlab_tui.performing.undoing import Step, Undoing
from branchlab_tui.performing.words import explain
from branchlab_tui.screens.base import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.actions.action import Action
    from branchlab_tui.app import BranchlabApp

_SHOWN_AFTER = 0.3  # seconds; most commands end before, and the strip would only flicker
_PATIENT = 2.0  # seconds after which the user may be typing elsewhere, so that no dialog opens by itself
_LOOK = 0.5  # seconds between two looks at what runs detached
_SECONDS = 6.0  # a toast stays
# Actions with a form or a list of their own, and the module that opens it.
_ASKED = {
    "new": "new",
    "run_again": "run_again",
    "rename": "rename",
    "note": "note",
    "record": "record",
    "restore": "restore",
    "copy": "copy",
    "edit": "edit",
    "gates": "gates",
    "export": "export",
    "save_view": "save_view",
}


class Performer:
    """What is done, what was done, and what can be taken back.

    Args:
        app: the program; its reading thread looks again after each command.
    """

    def __init__(self, app: BranchlabApp) -> None:
        self.app = app
        self.entries: list[Entry] = []
        self.jobs: list[Job] = []
        self._detached: list[Detached] = []
        self._undoing = Undoing()
        self._own_baseline: str | None = None  # one that is on its way to the screens because of an undo

    @property
    def root(self) -> str:
        """The folder that commands run in."""
        return self.app.snapshot.workspace.root

    def start(self, action: str, keys: Sequence[str], values: Mapping[str, str]) -> None:
        """Does an action to the experiments with these row keys; `values` are answers that need not be asked for."""
        found = find_action(action)
        snapshot = self.app.snapshot
        ones = [one for key in keys if (one := snapshot.find(key))]
        try:
            if found:
                _check_number(found, ones)
            if action in _ASKED:
                module = import_module(f"branchlab_tui.performing.asking.{_ASKED[action]}")
                module.begin(self, ones, values)
                return
            from branchlab_tui.performing.simple import PLANS

            plan = PLANS[action](ones, snapshot)
        except RefusedError as error:
            self.refuse(error)
            return
        if found and found.danger in ("ask", "type"):
            self.ask(plan)
        else:
            self.go(plan)

    def ask(self, plan: Plan, then: Callable[[Ended], None] | None = None) -> None:
        """Asks whether to do it, then does it as `go` would."""
        from branchlab_tui.screens.dialogs.confirm.confirm import Confirm

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual gives the answer by place
            if yes:
                self.go(plan, then)

        self.app.clear_notifications()
        question = f"{plan.label[:1].upper()}{plan.label[1:]}?"
        self.app.push_screen(Confirm(question, plan.meaning, plan.command.line, plan.typed), answered)

    def go(self, plan: Plan, then: Callable[[Ended], None] | None = None) -> None:
        """Runs a plan in a worker of its own; `then` is called in place of what else follows when it worked."""
        if plan.detached:
            self._start_alone(plan)
            return
        job = Job(plan, self.root, self._enter(plan))
        self.jobs.append(job)
        self.app.set_timer(_SHOWN_AFTER, self.show_activity)
        self._work(job, then or (lambda ended: self._worked(plan, ended)))

    def cancel(self) -> None:
        """Stops what was started last."""
        if self.jobs:
            self.jobs[-1].cancel()
            self.show_activity()
        else:
            self.say("Nothing is being done. Q leaves the program.")

    def close(self) -> None:
        """Stops everything, for the end of the program; what is detached goes on."""
        for job in self.jobs:
            job.cancel()
            job.cancel()
        for detached in self._detached:
            detached.leave()

    def ask_to_leave(self) -> None:
        """Asks whether the program may end although something is being done."""
        from branchlab_tui.screens.dialogs.confirm.confirm import Confirm

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual gives the answer by place
            if yes:
                self.app.exit(0)

        going = [job.plan.label for job in self.jobs]
        meaning = ["This is stopped, and can be done again later:", *(f"  {label}" for label in going)]
        self.app.push_screen(Confirm("Leave now?", meaning, ""), answered)

    def undo(self) -> None:
        """Takes the newest change back."""
        step = self._undoing.next_undo()
        if step is None:
            self.say("There is nothing to take back.")
        elif step.baseline:
            self._set_baseline(step.baseline[0])
            self._undoing.undone(step)
            self.say(f"Took back: {step.label}. Z does it again.")
        else:
            self._run_all(step.back, f"undo: {step.label}", lambda: self._undoing.undone(step), "Z does it again.")

    def redo(self) -> None:
        """Does again what was taken back last."""
        step = self._undoing.next_redo()
        if step is None:
            self.say("There is nothing to do again.")
        elif step.baseline:
            self._set_baseline(step.baseline[1])
            self._undoing.redone(step)
            self.say(f"Did again: {step.label}. z takes it back.")
        else:
            self._run_all(step.commands, f"redo: {step.label}", lambda: self._undoing.redone(step), "z takes it back.")

    def pinned(self, before: str, after: str) -> None:
        """Remembers that another baseline was chosen, unless that was taking one back."""
        if after == self._own_baseline:
            self._own_baseline = None
            return
        label = f"baseline {after}" if after else "baseline of the project"
        self._undoing.did(Step(label, baseline=(before, after)))

    def show_log(self) -> None:
        """Shows what was done."""
        if not self.entries:
            self.say("Nothing was done yet.")
            return
        from branchlab_tui.screens.dialogs.log.log import Log

        self.app.push_screen(Log(self.entries))

    def say(self, text: str) -> None:
        """Says something in passing, in place of what was said before."""
        self.app.clear_notifications()
        self.app.notify(safe_text(text), timeout=_SECONDS, markup=False)

    def refuse(self, error: RefusedError) -> None:
        """Says why something cannot be done."""
        text = f"{error.message}. {error.hint}." if error.hint else f"{error.message}."
        self.app.clear_notifications()
        self.app.notify(safe_text(text), severity="warning", timeout=_SECONDS, markup=False)

    def fail(self, title: str, ended: Ended, command: str) -> None:
        """Shows what a command said that did not work: at once where the user waits for it, else as a toast."""
        what, hint, rest = explain(ended.words)
        if ended.seconds > _PATIENT or not isinstance(self.app.screen, View):
            text = f"{safe_text(title)}: {what}" + (f". {hint}" if hint else "") + " (` shows the log)"
            self.app.notify(text, title="✗ failed", severity="error", timeout=2 * _SECONDS, markup=False)
            return
        from branchlab_tui.screens.dialogs.report.failure import Failure

        self.app.push_screen(Failure(title, what, hint, rest, command, ended.code))

    def show_activity(self) -> None:
        """Shows what goes on in the footers, or that nothing does."""
        from branchlab_tui.widgets.footer.footer import KeyFooter

        line = self.jobs[-1].line if self.jobs else ""
        more = f"  (+{len(self.jobs) - 1} more)" if len(self.jobs) > 1 else ""
        self.app.activity = line + more
        for screen in self.app.screen_stack:
            for footer in screen.query(KeyFooter):
                footer.show_activity(line + more)

    def _enter(self, plan: Plan) -> int:
        self.entries.append(Entry(len(self.entries), plan.command, time.time()))
        return len(self.entries) - 1

    def _work(self, job: Job, then: Callable[[Ended], None]) -> None:
        def work() -> None:
            try:
                ended = job.process.run(lambda text: self.app.call_from_thread(self._moved, job, text))
            except OSError as error:
                words = f"branchlab: error: {job.plan.command.program} cannot be started: {error.strerror}\n"
                ended = Ended(127, "", words, 0.0)
            self.app.call_from_thread(self._ended, job, ended, then)

        self.app.run_worker(work, name=job.plan.label, group="performing", thread=True, exit_on_error=False)

    def _start_alone(self, plan: Plan) -> None:
        """Starts what goes on without us, and looks now and then how it does."""
        number = self._enter(plan)
        try:
            detached = Detached(plan.command, self.root)
        except OSError as error:
            self.fail(plan.label, Ended(127, "", f"branchlab: error: {error.strerror}\n", 0.0), plan.command.line)
            return
        self._detached.append(detached)
        self.say(f"Started: {plan.label}. It goes on when you leave; ! stops it.")

        def look() -> None:
            ended = detached.look()
            if ended:
                timer.stop()
                self._detached.remove(detached)
                self.entries[number] = self.entries[number]._replace(ended=ended)
                self.app.reading.look()
                if ended.code:
                    self.fail(plan.label, ended, plan.command.line)
                else:
                    self._worked(plan, ended)

        timer = self.app.set_interval(_LOOK, look)
        self.app.reading.look()

    def _moved(self, job: Job, text: str) -> None:
        job.progress = text
        if job in self.jobs and self.app.activity:
            self.show_activity()

    def _ended(self, job: Job, ended: Ended, then: Callable[[Ended], None]) -> None:
        self.jobs.remove(job)
        self.entries[job.entry] = self.entries[job.entry]._replace(ended=ended)
        self.show_activity()
        self.app.reading.look()
        if ended.cancelled:
            self.say(f"Cancelled: {job.plan.label}")
        elif ended.code not in job.plan.accepted or (ended.code and not ended.out):
            self.fail(job.plan.label, ended, job.plan.command.line)
        else:
            then(ended)

    def _worked(self, plan: Plan, ended: Ended) -> None:
        back = plan.back(ended) if plan.back else ()
        if back:
            self._undoing.did(Step(plan.label, (plan.command,), back))
        lines = ended.words.strip().splitlines()
        said = plan.done or (lines[-1] if lines else plan.label)
        self.say(f"✓ {said}" + (" · z undoes it" if back else ""))

    def _run_all(self, commands: Sequence[Any], label: str, worked: Callable[[], None], after: str) -> None:
        """Runs commands one after the other; the first that fails ends it."""
        command, *rest = commands

        def then(_ended: Ended) -> None:
            if rest:
                self._run_all(rest, label, worked, after)
                return
            worked()
            self.say(f"✓ {label} · {after}")

        self.go(Plan(label, command), then)

    def _set_baseline(self, key: str) -> None:
        if key != self.app.session.table.baseline:
            self._own_baseline = key
        self.app.post_message(StateChanged(self.app.session.table._replace(baseline=key)))


def _check_number(action: Action, ones: Sequence[Experiment]) -> None:
    if action.needs in ("one", "some") and not ones:
        raise RefusedError("There is no experiment here to do that to", "go to a row of the table")
    if action.needs == "one" and len(ones) > 1:
        raise RefusedError(
            f"{action.title} takes one experiment, and {len(ones)} are marked", "esc takes the marks away"
        )
