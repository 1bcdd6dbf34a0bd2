"""What `sweep run` and `sweep resume` share: options, the session with its display, and the words at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.cli.run import positive
from branchlab.errors import ExitCode, InterruptedRunError
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.project import Project
    from branchlab.cli.terminal import Terminal
    from branchlab.sweep.engine.loop import Result
    from branchlab.sweep.engine.session import Opened, Options
    from branchlab.sweep.plan import Plan
    from branchlab.sweep.trial import Trial


def add_going_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what both commands take."""
    parser.add_argument("-j", "--jobs", type=positive, metavar="N", help="trials at a time; default: resources.jobs")
    parser.add_argument("--part", default="", metavar="K/N", help="run the Kth of N parts; others may run the rest")
    parser.add_argument("--issue", default="", help="number or key of the issue, where the naming rule has one")
    parser.add_argument("--detach", action="store_true", help="go on when this terminal is closed")
    parser.add_argument("--dry-run", action="store_true", help="print what would run next, and run nothing")
    parser.add_argument("--json", action="store_true", help="print the trials of this session as JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="show problems only")


def options_of(arguments: argparse.Namespace, *, resume: bool) -> Options:
    """Returns what a person said beside the plan."""
    from branchlab.sweep.engine.session import Options

    return Options(arguments.jobs, arguments.part, arguments.issue, resume)


def go(project: Project, plan: Plan, options: Options, arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Runs a session and says how it ended.

    Raises:
        InterruptedRunError: when somebody asked to stop.
        BranchlabError: what kept it from going on.
    """
    from branchlab.cli.sweeps.display import Display
    from branchlab.running.stopping import listen_for_stop
    from branchlab.sweep.engine.session import run_sweep
    from branchlab.sweep.engine.slots import make_slots
    from branchlab.sweep.space import size

    slots = len(make_slots(plan.resources, options.jobs))
    points = size(plan.space, points=plan.method == "grid")
    displays: list[Display] = []

    def observe(opened: Opened) -> Display:
        displays.append(Display(terminal, opened, points, quiet=arguments.quiet))
        displays[0].begin(slots)
        return displays[0]

    with listen_for_stop() as stop:
        try:
            result = run_sweep(project.workspace, project.store, plan, options, stop, observe)
        finally:
            for display in displays:
                display.end()
    return conclude(plan, result, arguments, terminal)


def conclude(plan: Plan, result: Result, arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Says how a session ended; raises as `go` does."""
    name = safe_text(plan.name)
    if arguments.json:
        from branchlab.report.formats import to_json

        terminal.data(to_json([_public(trial) for trial in result.trials]))
    if result.problem is not None:
        raise result.problem
    if result.interrupted:
        raise InterruptedRunError(
            f"sweep {name} was stopped after {len(result.trials)} trials", f"branchlab sweep resume {name} goes on"
        )
    if not arguments.quiet:
        count = f"{len(result.trials)} new trials" if result.trials else "no new trial"
        terminal.words(f"sweep {name} ended with {count}: {result.why}. branchlab sweep best {name}")
    return ExitCode.OK


def _public(trial: Trial) -> dict[str, object]:
    return {
        "number": trial.number,
        "name": trial.branch,
        "commit": trial.commit,
        "status": trial.status,
        "values": dict(trial.values),
        "metrics": dict(trial.metrics),
        "seconds": round(trial.seconds, 3),
        "reason": trial.reason,
        "reused": trial.reused,
    }
