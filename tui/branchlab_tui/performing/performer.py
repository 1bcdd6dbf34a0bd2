"""Does what changes the repository: asks first where that is due, and takes it back."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab_tui.actions.registry import find_action
from branchlab_tui.messages.state_changed import StateChanged
from branchlab_tui.performing.jobs import Jobs
from branchlab_tui.performing.plan import Plan, RefusedError
from branchlab_tui.performing.undoing import Step, Undoing
from branchlab_tui.performing.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.actions.action import Action
    from branchlab_tui.app import BranchlabApp
    from branchlab_tui.performing.command import Command
    from branchlab_tui.performing.process import Ended

# Actions with a form or a list of their own, each in the module of its name.
_ASKED = frozenset(
    ("new", "run_again", "rename", "note", "record", "restore", "copy", "edit", "gates", "export", "save_view")
)


class Performer:
    """What the program can do to the repository.

    Args:
        app: the program.

    Attributes:
        voice: tells the user what came of it.
        jobs: runs the commands.
    """

    def __init__(self, app: BranchlabApp) -> None:
        self.app = app
        self.voice = Voice(app)
        self.jobs = Jobs(app, self.voice)
        self._undoing = Undoing()
        self._own_baseline: str | None = None  # one that is on its way to the screens because of an undo

    def start(self, action: str, keys: Sequence[str], values: Mapping[str, str]) -> None:
        """Does an action to the experiments with these row keys; `values` are answers that need not be asked for."""
        found = find_action(action)
        snapshot = self.app.snapshot
        ones = [one for key in keys if (one := snapshot.find(key))]
        try:
            if found:
                _check_number(found, ones)
            if action in _ASKED:
                import_module(f"branchlab_tui.performing.asking.{action}").begin(self, ones, values)
                return
            from branchlab_tui.performing.simple import PLANS

            plan = PLANS[action](ones, snapshot)
        except RefusedError as error:
            self.voice.refuse(error)
            return
        except (BranchlabError, OSError) as error:  # no room for a temporary folder, settings that are broken by now
            self.voice.refuse(error_of(error))
            return
        if found and found.danger in ("ask", "type"):
            self.ask(plan)
        else:
            self.go(plan)

    def ask(self, plan: Plan, then: Callable[[Ended], None] | None = None) -> None:
        """Asks whether to do it, then does it as `go` would."""
        question = f"{plan.label[:1].upper()}{plan.label[1:]}?"
        self._confirm(question, plan.meaning, plan.command.line, plan.typed, lambda: self.go(plan, then))

    def go(
        self, plan: Plan, then: Callable[[Ended], None] | None = None, last: Callable[[], object] | None = None
    ) -> None:
        """Runs a plan.

        Args:
            plan: what to do.
            then: called in place of what else follows when it worked.
            last: called in the end however it went.
        """
        follow = then or (lambda ended: self._worked(plan, ended))
        if plan.detached:
            self.jobs.run_alone(plan, follow)
        else:
            self.jobs.run(plan, follow, last or (lambda: None))

    def cancel(self) -> None:
        """Stops what was started last."""
        if not self.jobs.cancel():
            self.voice.say("Nothing is being done. Q leaves the program.")

    def ask_to_leave(self) -> None:
        """Asks whether the program may end although something is being done."""
        meaning = [
            "This is stopped, and can be done again later:",
            *(f"  {job.plan.label}" for job in self.jobs.active),
        ]
        self._confirm("Leave now?", meaning, "", "", lambda: self.app.exit(0))

    def undo(self) -> None:
        """Takes the newest change back."""
        step = self._undoing.next_undo()
        if step is None:
            self.voice.say("There is nothing to take back.")
        elif step.baseline:
            self._set_baseline(step.baseline[0])
            self._undoing.undone(step)
            self.voice.say(f"Took back: {step.label}. Z does it again.")
        else:
            self._run_all(step.back, f"undo: {step.label}", lambda: self._undoing.undone(step), "Z does it again.")

    def redo(self) -> None:
        """Does again what was taken back last."""
        step = self._undoing.next_redo()
        if step is None:
            self.voice.say("There is nothing to do again.")
        elif step.baseline:
            self._set_baseline(step.baseline[1])
            self._undoing.redone(step)
            self.voice.say(f"Did again: {step.label}. z takes it back.")
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
        if not self.jobs.entries:
            self.voice.say("Nothing was done yet.")
            return
        from branchlab_tui.screens.dialogs.log.log import Log

        self.app.push_screen(Log(self.jobs.entries))

    def _confirm(
        self, question: str, meaning: Sequence[str], command: str, typed: str, then: Callable[[], None]
    ) -> None:
        from branchlab_tui.screens.dialogs.confirm.confirm import Confirm

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual gives the answer by place
            if yes:
                then()

        # A toast of before would lie over the question.
        self.app.clear_notifications()
        self.app.push_screen(Confirm(question, meaning, command, typed), answered)

    def _worked(self, plan: Plan, ended: Ended) -> None:
        back = plan.back(ended) if plan.back else ()
        if back:
            self._undoing.did(Step(plan.label, (plan.command,), back))
        lines = ended.words.strip().splitlines()
        said = plan.done or (lines[-1] if lines else plan.label)
        self.voice.say(f"✓ {said}" + (" · z undoes it" if back else ""))

    def _run_all(self, commands: Sequence[Command], label: str, worked: Callable[[], None], after: str) -> None:
        """Runs commands one after the other; the first that fails ends it."""
        command, *rest = commands

        def then(_ended: Ended) -> None:
            if rest:
                self._run_all(rest, label, worked, after)
                return
            worked()
            self.voice.say(f"✓ {label} · {after}")

        self.go(Plan(label, command), then)

    def _set_baseline(self, key: str) -> None:
        # Where nothing changes no word of it comes back, and the next choice of the user would be taken for it.
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
