"""Shows a sweep while it runs: a line for each trial that ended, and on a terminal one line that moves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from branchlab.report.sweep_values import TRIAL_MARKS, called, values_words
from branchlab.report.width import wrap
from branchlab.sweep.analysis.history import is_better
from branchlab.sweep.analysis.progress import progress
from branchlab.sweep.analysis.ranking import value_of, violation
from branchlab.sweep.trial import Study
from branchlab.text import format_duration, format_number, safe_text

if TYPE_CHECKING:
    from branchlab.cli.terminal import Terminal
    from branchlab.sweep.engine.session import Opened
    from branchlab.sweep.trial import Trial

_LOOK_SECONDS = 1.0  # the line counts whole seconds
_MOST_REASON = 100
_UNDER = 7  # columns; what does not fit into the line of a trial stands below its values


class Display:
    """Follows one session of a sweep."""

    def __init__(self, terminal: Terminal, opened: Opened, points: int | None, *, quiet: bool = False) -> None:
        """Knows the trials that were there before.

        Args:
            terminal: where words go.
            opened: the sweep.
            points: how many combinations there are; None for without end.
            quiet: show problems only.
        """
        self._terminal, self._opened, self._points, self._quiet = terminal, opened, points, quiet
        self._running: dict[int, Trial] = {}
        self._best: Trial | None = None
        self._drawn = 0.0
        self._warned: set[str] = set()
        # A star in this session is for what beats the sessions before, too.
        for trial in opened.ledger.trials:
            self._improves(trial)

    def begin(self, slots: int) -> None:
        """Says what is going to happen."""
        opened, plan = self._opened, self._opened.plan
        name, why = opened.method
        reason = f", chosen because {why}" if why else ""
        width = f"{plan.mode} mode, {slots} at a time" if slots > 1 else f"{plan.mode} mode"
        self._say(f"{called(plan.name)}: {name}{reason}; {width}")
        found = opened.recovered
        if found.recorded:
            self._say(f"recorded what had ended before: trial {', '.join(map(str, found.recorded))}")
        if found.interrupted:
            self._say(f"runs again what was interrupted: trial {', '.join(map(str, found.interrupted))}")
        if opened.ledger.count:
            self._say(f"goes on behind {opened.ledger.count} trials{self._best_words()}")

    def started(self, trial: Trial) -> None:
        """Counts a trial as running."""
        self._running[trial.number] = trial
        self._draw(force=True)

    def ended(self, trial: Trial, warnings: tuple[str, ...]) -> None:
        """Shows how a trial ended."""
        self._running.pop(trial.number, None)
        better = self._improves(trial)
        took = "reused" if trial.reused else f"{trial.status} in {format_duration(trial.seconds)}"
        values = values_words(trial.values)
        star = "  ★" if better else ""
        line = f"{TRIAL_MARKS[trial.status][0]} {trial.number:>3}  {values}{self._metrics(trial)}  {took}{star}"
        if trial.reason:
            line += f"  ({safe_text(trial.reason)[:_MOST_REASON]})"
        self._say(*wrap(line, self._terminal.width or None, _UNDER))
        for warning in warnings:
            if warning not in self._warned:  # what one trial is told of, most are
                self._terminal.words(f"branchlab: {warning}")
        self._warned.update(warnings)
        self._draw(force=True)

    def draining(self, running: int) -> None:
        """Says what Ctrl-C did, and what it does next."""
        what = "1 trial runs to its end" if running == 1 else f"{running} trials run to their end"
        self._terminal.moving("")
        self._terminal.words(f"no new trial starts; {what}. Ctrl-C again stops them, and resume runs them again")

    def look(self) -> None:
        """Moves the line once a second."""
        self._draw(force=False)

    def end(self) -> None:
        """Takes the moving line away."""
        self._terminal.moving("")

    def _say(self, *lines: str) -> None:
        self._terminal.moving("")
        for line in () if self._quiet else lines:
            self._terminal.words(line)

    def _metrics(self, trial: Trial) -> str:
        objectives = self._opened.objectives
        names = [*(one.metric for one in objectives.optimize), *(one.metric for one in objectives.constraints)]
        shown = [
            f"{safe_text(name)} {format_number(value)}"
            for name in names
            if (value := value_of(trial, name, self._opened.plan.value)) is not None
        ]
        return "  " + ", ".join(shown) if shown else ""

    def _improves(self, trial: Trial) -> bool:
        """Notes the best of one objective; with several there is none."""
        opened, value = self._opened, self._opened.plan.value
        objective = opened.objectives.optimize[0]
        reached = value_of(trial, objective.metric, value)
        if len(opened.objectives.optimize) > 1 or trial.status != "finished" or reached is None:
            return False
        if violation(opened.objectives, trial) > 0 or reached != reached:  # noqa: PLR0124 - not a number
            return False
        best = value_of(self._best, objective.metric, value) if self._best else None
        if best is not None and not is_better(objective, reached, best):
            return False
        self._best = trial
        return True

    def _best_words(self) -> str:
        if self._best is None:
            return ""
        metric = self._opened.objectives.optimize[0].metric
        value = value_of(self._best, metric, self._opened.plan.value)
        return f", best {safe_text(metric)} {format_number(value or 0.0)} (trial {self._best.number})"

    def _draw(self, *, force: bool) -> None:
        now = time.monotonic()
        if self._quiet or not self._terminal.interactive or (not force and now - self._drawn < _LOOK_SECONDS):
            return
        self._drawn = now
        self._terminal.moving(self._line())

    def _line(self) -> str:
        opened, plan = self._opened, self._opened.plan
        trials = (*opened.ledger.trials, *self._running.values())
        study = Study(plan.name, trials)
        seen = progress(study, plan, opened.objectives, now=time.time(), points=self._points)
        parts = [f"{opened.ledger.count} done, {len(self._running)} running{self._best_words()}"]
        for limit in seen.limits:
            if limit.name in ("trials", "space"):
                parts.append(f"{round(limit.left)} left")
            elif limit.name == "hours":
                parts.append(f"{format_duration(limit.left * 3600)} left")
            elif limit.name == "cost":
                parts.append(f"{format_number(round(limit.left, 2))} to spend")
        if seen.left is not None:
            parts.append(f"ends in {format_duration(seen.left)}")
        return ", ".join(parts)
