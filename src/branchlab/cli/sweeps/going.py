"""What `sweep run` and `sweep resume` share: options, the session with its display, and the words at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.cli.run_options import positive
from branchlab.errors import ExitCode, InterruptedRunError
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.project import Project
    from branchlab.cli.terminal import Terminal
    from branchlab.sweep.engine.loop import Result
    from branchlab.sweep.engine.session import Opened, Options
    from branchlab.sweep.engine.workers import Workers
    from branchlab.sweep.plan import Plan
    from branchlab.sweep.trial import Trial


def add_going_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what both commands take."""
    parser.add_argument("-j", "--jobs", type=positive, metavar="N", help="trials at a time; default: resources.jobs")
    parser.add_argument("--part", default="", metavar="K/N", help="run the Kth of N parts; others may run the rest")
    parser.add_argument(
        "--cluster", default="", metavar="ADDRESS", help="run on the workers of a Dask cluster: scheduler or its file"
    )
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

    if arguments.dry_run:
        return _preview(project, plan, options, arguments, terminal)
    if arguments.detach:
        return _detach(project, plan, arguments, terminal)
    workers = _cluster(project, plan, arguments, terminal) if arguments.cluster else None
    slots = workers.slots if workers else len(make_slots(plan.resources, options.jobs))
    points = size(plan.space, points=plan.method == "grid")
    # Made by `run_sweep` once the sweep is open: what fails before has no line that could stand in the way.
    displays: list[Display] = []

    def observe(opened: Opened) -> Display:
        displays.append(Display(terminal, opened, points, quiet=arguments.quiet))
        displays[0].begin(slots)
        return displays[0]

    with listen_for_stop() as stop:
        try:
            result = run_sweep(project.workspace, project.store, plan, options, stop, observe, workers)
        finally:
            for display in displays:
                display.end()
    return conclude(plan, result, arguments, terminal)


def _cluster(project: Project, plan: Plan, arguments: argparse.Namespace, terminal: Terminal) -> Workers:
    """Reaches the workers of a Dask cluster; raises as `open_cluster` does."""
    from branchlab.sweep.cluster.opening import open_cluster

    return open_cluster(
        project.workspace,
        project.store,
        plan.name,
        arguments.cluster,
        jobs=arguments.jobs,
        gpus=plan.resources.gpus,
        part=arguments.part,
        tell=lambda line: terminal.words(f"branchlab: {line}"),
    )


def _preview(
    project: Project, plan: Plan, options: Options, arguments: argparse.Namespace, terminal: Terminal
) -> ExitCode:
    """Prints what would run next."""
    from branchlab.report.sweep_values import values_words
    from branchlab.sweep.engine.session import preview

    seen = preview(project.workspace, project.store, plan, options)
    if arguments.json:
        from branchlab.report.formats import to_json

        terminal.data(
            to_json([{"number": job.number, "name": job.branch, "values": dict(job.values)} for job in seen.jobs])
        )
        return ExitCode.OK
    name, why = seen.method
    terminal.words(f"{name}{f', chosen because {why}' if why else ''}; {seen.done} trials are there")
    for job in seen.jobs:
        terminal.data(f"{job.number:>4}  {safe_text(job.branch)}  {values_words(job.values)}")
    if seen.why:
        terminal.words(f"nothing further would run: {seen.why}")
    elif plan.mode == "batch":
        terminal.words("what comes behind this batch depends on what it gives")
    return ExitCode.OK


def _detach(project: Project, plan: Plan, arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Starts the same command on its own, and says how to come back."""
    from branchlab.report.sweep_values import called
    from branchlab.sweep.engine.detach import detach
    from branchlab.sweep.engine.share import parse_part
    from branchlab.sweep.methods.choose import batch_size
    from branchlab.sweep.objectives import objectives

    # Refused here, where a person reads it; behind this the words of the sweep go to a log.
    objectives(plan, project.workspace.settings)
    part = parse_part(arguments.part, batch_size(plan)).name
    words = _words(arguments)
    started = detach(project.workspace.repository, plan.name, part, words, terminal.cwd)
    name, log = safe_text(plan.name), safe_text(started.log)
    if started.ended is not None:
        terminal.words(f"{called(plan.name)} has ended already, its words are in {log}")
        return ExitCode.OK
    terminal.words(f"{called(plan.name)} runs on its own, process {started.pid}; this terminal may be closed")
    terminal.words(f"come back with: branchlab sweep status {name}, or tail -f {log}")
    terminal.words(f"stop it with: branchlab sweep stop {name}")
    return ExitCode.OK


def _words(arguments: argparse.Namespace) -> list[str]:
    """Returns the command line again, without `--detach`."""
    words = ["sweep", arguments.action]
    # An option of `add_going_arguments` that is not in this list is lost with --detach.
    for option, value in (
        ("-j", arguments.jobs),
        ("--part", arguments.part),
        ("--issue", arguments.issue),
        ("--cluster", arguments.cluster),
    ):
        words += [option, str(value)] if value else []
    words += [option for option, given in (("--json", arguments.json), ("-q", arguments.quiet)) if given]
    named = getattr(arguments, "file", "") or getattr(arguments, "name", "")
    return [*words, "--", named] if named else words  # a file may be called -x.toml


def conclude(plan: Plan, result: Result, arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Says how a session ended; raises as `go` does."""
    from branchlab.report.sweep_values import called, counted

    name = safe_text(plan.name)
    if arguments.json:
        from branchlab.report.formats import to_json

        terminal.data(to_json([_public(trial) for trial in result.trials]))
    if result.problem is not None:
        hint, go_on = result.problem.hint, f"then branchlab sweep resume {name} goes on"
        # Some problems say themselves how to go on.
        if "sweep resume" not in hint:
            result.problem.hint = f"{hint}; {go_on}" if hint else go_on
        raise result.problem
    if result.interrupted:
        raise InterruptedRunError(
            f"{called(plan.name)} was stopped after {counted(len(result.trials), 'trial')}",
            f"branchlab sweep resume {name} goes on",
        )
    if not arguments.quiet:
        count = counted(len(result.trials), "new trial") if result.trials else "no new trial"
        terminal.words(f"{called(plan.name)} ended with {count}: {result.why}. branchlab sweep best {name}")
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
