"""The comma lists of `run -S`: every combination is a trial of a small sweep, in slots as those of any other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.cli.progress import RunDisplay
from branchlab.cli.run import conclude
from branchlab.git.objects import read_objects
from branchlab.parameters.overrides import label, parse_override
from branchlab.plainfile import read_file
from branchlab.record.format import parse_record
from branchlab.running.execute import Outcome
from branchlab.running.names import choose_name, user_name
from branchlab.running.parameters import read_parameters, set_parameters
from branchlab.running.recording import Recorded
from branchlab.running.stopping import listen_for_stop
from branchlab.tracking.state import read_state

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from branchlab.cli.project import Project
    from branchlab.cli.terminal import Terminal
    from branchlab.errors import ExitCode
    from branchlab.experiment import Scalar
    from branchlab.parameters.overrides import Assignment, Override
    from branchlab.running.names import Name
    from branchlab.running.source import Source
    from branchlab.sweep.engine.grid import Combination
    from branchlab.sweep.plan import Plan
    from branchlab.sweep.trial import Trial
    from branchlab.tracking.state import EndedStatus
    from branchlab.workspace import Workspace


# A trial may also end pruned, but a grid has no pruner: what is neither of these was stopped.
_STATUSES: dict[str, EndedStatus] = {"finished": "finished", "failed": "failed"}


def run_combinations(
    project: Project,
    source: Source,
    arguments: argparse.Namespace,
    command: tuple[str, ...],
    grid: Sequence[tuple[Assignment, ...]],
    note: str,
    terminal: Terminal,
) -> ExitCode:
    """Runs a grid and records each combination; raises as `run_grid` and `conclude` do."""
    from branchlab.sweep.engine.grid import grid_name, run_grid

    workspace = project.workspace
    overrides = [parse_override(text) for text in arguments.overrides]
    plan = _plan(workspace, overrides, grid_name())
    combinations = _combinations(workspace, source, arguments, grid, overrides, plan)
    for warning in source.warnings:
        terminal.words(f"branchlab: {warning}")
    display = RunDisplay(terminal, len(combinations), workspace.settings.metrics)
    watch = _Watch(workspace, display, terminal)
    with listen_for_stop() as stop:
        result = run_grid(
            workspace,
            project.store,
            source,
            plan,
            combinations,
            command=command,
            jobs=arguments.jobs,
            note=note,
            stop=stop,
            observer=watch,
            show=display.take,
        )
    if result.problem is not None:
        raise result.problem
    return conclude(watch.outcomes, len(combinations), workspace, terminal, as_json=arguments.json)


def _plan(workspace: Workspace, overrides: Sequence[Override], name: str) -> Plan:
    from branchlab.sweep.typed_grid import plan_from_grid

    def read(path: str) -> bytes | None:
        return read_file(workspace.root, path)

    return plan_from_grid(overrides, name, read_parameters(workspace.settings.params, read), read)


def _typed(workspace: Workspace, overrides: Sequence[Override]) -> list[dict[str, Scalar]]:
    """Returns for each override the values by how they were written, with the types of the parameter file."""
    typed: list[dict[str, Scalar]] = []
    for override in overrides:
        # One value at a time: in the plan of all, `0.1` and `1e-1` are one, and places no longer match what was typed.
        alone = {text: _plan(workspace, [override._replace(values=(text,))], "one") for text in override.values}
        typed.append({text: plan.space[0].choices[0] for text, plan in alone.items()})
    return typed


def _combinations(
    workspace: Workspace,
    source: Source,
    arguments: argparse.Namespace,
    grid: Sequence[tuple[Assignment, ...]],
    overrides: Sequence[Override],
    plan: Plan,
) -> list[Combination]:
    from branchlab.sweep.engine.grid import Combination

    names, typed = [parameter.name for parameter in plan.space], _typed(workspace, overrides)
    found = []
    for assignments in grid:
        values = {name: of[one.value] for name, of, one in zip(names, typed, assignments, strict=True)}
        edited = set_parameters(workspace.settings.params, lambda name: read_file(workspace.root, name), assignments)
        files = {workspace.prefix + name: content for name, content in edited.items()}
        found.append(Combination(_name(workspace, source, arguments, assignments), values, files))
    return found


def _name(
    workspace: Workspace, source: Source, arguments: argparse.Namespace, assignments: Sequence[Assignment]
) -> Name:
    return choose_name(
        workspace.settings.naming,
        arguments.name,
        current=source.branch,
        label=label(assignments),
        run="",  # its values name a combination, so the id of its run is not asked for
        user=user_name(),
        issue=arguments.issue,
    )


class _Watch:
    """Shows a line for each run that ended, and keeps how it ended."""

    def __init__(self, workspace: Workspace, display: RunDisplay, terminal: Terminal) -> None:
        self.outcomes: list[Outcome] = []
        self._workspace, self._display, self._terminal = workspace, display, terminal

    def started(self, _trial: Trial) -> None:
        """Counts a run as active."""
        self._display.began()

    def ended(self, trial: Trial, warnings: tuple[str, ...]) -> None:
        """Shows how a run ended."""
        outcome = self._outcome(trial, warnings)
        self.outcomes.append(outcome)
        self._display.ended(outcome)

    def draining(self, running: int) -> None:
        """Says what Ctrl-C did, and what it does next."""
        self._terminal.words(f"no further run starts, {running} may end; Ctrl-C again stops them")

    def look(self) -> None:
        """Shows nothing new."""

    def _outcome(self, trial: Trial, warnings: tuple[str, ...]) -> Outcome:
        recorded, folder, code = None, "", 0
        if trial.commit:
            path = self._workspace.record_path
            # The engine tells of trials; what `conclude` shows of a run is in the record alone.
            found = next(read_objects(self._workspace.repository, [f"{trial.commit}:{path}"]))
            recorded = Recorded(trial.branch, trial.commit, parse_record(found.body, path)) if found else None
            code = (recorded.record.run.exit_code if recorded else None) or 0
        elif trial.run:
            folder = os.path.join(self._workspace.runs_dir, trial.run)
            state = read_state(folder)
            code = (state.exit_code if state else None) or 0
        status = _STATUSES.get(trial.status, "stopped")
        return Outcome(trial.run, trial.branch, status, code, trial.seconds, folder, recorded, warnings)
