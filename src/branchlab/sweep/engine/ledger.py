"""What the engine knows of the trials of its sweep: read from the study at the start, and kept while they end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from branchlab.sweep.engine.workers import INTERRUPTED
from branchlab.sweep.objectives import told as told_of
from branchlab.sweep.pruning.bank import Bank

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.sweep.plan import Objectives, Plan
    from branchlab.sweep.pruning.curve import Curve
    from branchlab.sweep.trial import Told, Trial


class Ledger:
    """The trials that ended, those that run, and the curves that others are compared with.

    Attributes:
        bank: the curves of the trials that ended before the last `compare`.
        busy: seconds that the commands of all trials took together.
    """

    def __init__(
        self,
        plan: Plan,
        objectives: Objectives,
        trials: Iterable[Trial] = (),
        curves: Mapping[int, Curve] | None = None,
        judging: threading.Lock | None = None,
    ) -> None:
        """Takes in a study; of trials with one number but other values, all are told to methods.

        Args:
            plan: the sweep.
            objectives: what it is judged by.
            trials: as the study has them.
            curves: what they logged, by number.
            judging: held while the bank changes.
        """
        self.bank = Bank(plan.pruning, objectives)
        self.busy = 0.0
        self._judging = judging or threading.Lock()
        self._plan, self._objectives = plan, objectives
        self._ended: dict[int, list[Trial]] = {}
        self._told: dict[int, list[Told]] = {}
        self._running: dict[int, Trial] = {}
        self._waiting: list[tuple[Trial, Curve]] = []
        for trial in trials:
            if is_done(trial):
                self._note(trial)
                # of an earlier session: `compare` below takes in all of them
                self._waiting.append((trial, (curves or {}).get(trial.number, {})))
        self.compare()

    @property
    def trials(self) -> list[Trial]:
        """All that ended, by number."""
        return [trial for number in sorted(self._ended) for trial in self._ended[number]]

    @property
    def count(self) -> int:
        """How many numbers ended."""
        return len(self._ended)

    def find(self, number: int) -> Trial | None:
        """Returns a trial that ended."""
        found = self._ended.get(number)
        return found[-1] if found else None

    def begin(self, trial: Trial) -> None:
        """Notes that a trial runs."""
        self._running[trial.number] = trial

    def end(self, trial: Trial, curve: Curve) -> None:
        """Notes how a trial ended, in place of how it stood on a rung below; one that was interrupted is forgotten."""
        self._running.pop(trial.number, None)
        if is_done(trial):
            # with other values it is the trial of a teammate
            others = [other for other in self._ended.get(trial.number, ()) if other.values != trial.values]
            self._ended[trial.number] = others
            self._told.pop(trial.number, None)
            self._note(trial)
            self._waiting.append((trial, curve))

    def compare(self) -> None:
        """Lets trials be compared with all that ended so far."""
        for trial, curve in self._waiting:
            # one that failed or was stopped did not end for its curve
            if curve and trial.status in ("finished", "pruned"):
                with self._judging:
                    self.bank.add(trial.number, curve, finished=trial.status == "finished", metrics=trial.metrics)
        self._waiting.clear()

    def compared(self) -> list[Told]:
        """Returns what trials told that others are compared with by now."""
        waiting = {trial.number for trial, _ in self._waiting}
        return [told for told in self.told() if told.number not in waiting]

    def told(self, *, below: int | None = None, running: bool = False) -> list[Told]:
        """Returns what a method is told, by number: trials below a number, and where asked those that run."""
        found = [told for number in sorted(self._ended) for told in self._told_at(number)]
        if below is not None:
            found = [told for told in found if told.number < below]
        if running:
            live = [trial for number, trial in self._running.items() if number not in self._ended]
            found += told_of(self._plan, self._objectives, live)
            found.sort(key=lambda told: told.number)
        return found

    def by_rung(self, *, below: int | None = None, running: bool = False) -> dict[int, list[Told]]:
        """Returns what trials told by the rung that they ran on last; one that runs is on the rung it runs on."""
        found: dict[int, list[Told]] = {}
        for number in sorted(self._ended):
            if below is not None and number >= below:
                break
            if number not in self._running or not running:
                for trial, told in zip(self._ended[number], self._told_at(number), strict=True):
                    found.setdefault(trial.rung, []).append(told)
        for trial in self._running.values() if running else ():
            found.setdefault(trial.rung, []).extend(told_of(self._plan, self._objectives, [trial]))
        return found

    def _told_at(self, number: int) -> Sequence[Told]:
        if number not in self._told:
            self._told[number] = told_of(self._plan, self._objectives, self._ended[number])
        return self._told[number]

    def _note(self, trial: Trial) -> None:
        self._ended.setdefault(trial.number, []).append(trial)
        self.busy += 0.0 if trial.reused else trial.seconds
        self._told.pop(trial.number, None)


def is_done(trial: Trial) -> bool:
    """Tells whether a trial ended for good: not one that runs, nor one that was interrupted and runs again."""
    return trial.status != "running" and not (trial.status == "stopped" and trial.reason == INTERRUPTED)
