"""Reads a sweep file, checks it against the parameter files, and makes the plan."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, get_args

from branchlab.errors import NotFoundError
from branchlab.naming import slugify
from branchlab.parameters.placeholders import fill_command
from branchlab.sweep import sections
from branchlab.sweep.held import Held
from branchlab.sweep.plan import Method, Mode, Plan
from branchlab.sweep.ranges import parse_space
from branchlab.sweep.sections import ABOVE_ZERO, COUNT, SEED
from branchlab.sweep.space import check_value, shown, size
from branchlab.table_reader import COMMAND, FILE_BYTES, FLAG, SIZE, TEXT, TEXTS, Kind, TableReader, mistake, parse_table
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.project import Settings
    from branchlab.sweep.held import Read
    from branchlab.workspace import Workspace

SWEEP_FILE = "sweep.toml"
NAME_LENGTH = 60  # leaves room for number and digest in a branch name
MOST_TRIALS = 10_000  # the number in a branch name has four places

TABLES = ("sweep", "space", "budget", "resources", "pruning", "fidelity", "repeats", "population")
_KEYS: dict[str, Kind] = {
    **dict.fromkeys(("name", "method", "mode", "value", "checkpoint"), TEXT),
    "seed": SEED,
    "batch": SIZE,
    "command": COMMAND,
    "metrics": TEXTS,
    "reference": FLAG,
    "seconds": ABOVE_ZERO,
    "second_chance": COUNT,
}


def load_plan(workspace: Workspace, path: str = SWEEP_FILE) -> Plan:
    """Returns the plan of a sweep file in the working tree, by its path relative to the project or absolute.

    Raises:
        NotFoundError: when there is no such file; else as `parse_plan`.
    """
    from branchlab.plainfile import read_file, read_plain
    from branchlab.running.parameters import read_parameters

    # one byte more than `parse_table` takes, so that it sees a file that is too large
    text = read_plain(os.path.join(workspace.root, path), FILE_BYTES + 1)
    if text is None:
        raise NotFoundError(f"there is no sweep file {safe_text(path)}", "branchlab sweep new proposes one")

    # the working tree, as `sweep run` takes it; `resume` reads the commit that the sweep began with
    def read(name: str) -> bytes | None:
        return read_file(workspace.root, name)

    params = read_parameters(workspace.settings.params, read)
    return parse_plan(text, path.removeprefix(f"{workspace.root}/"), workspace.settings, params, read)


def parse_plan(
    text: bytes, source: str, settings: Settings, params: Mapping[str, Any], read: Read | None = None
) -> Plan:
    """Returns the plan of a sweep file.

    Args:
        text: the file.
        source: its path, for messages; the default name of the sweep is its stem.
        settings: of the project.
        params: what the parameter files hold, nested.
        read: gives the content of a parameter file that an entry of the space names with `file`.

    Raises:
        UsageError: for a key, type, value or range that cannot be, with its place and the remedy; for a `{name}` in the
            command that is no parameter.
        DamagedError: for bytes that are not TOML, or a parameter file that cannot be read.
    """
    stem = os.path.splitext(os.path.basename(source))[0]
    source = safe_text(source)
    table = parse_table(text, source, "only the sweep in this file")
    reader = TableReader(source)
    reader.known(table, "", TABLES)
    held = Held(params, read, {})
    fields = _sweep(reader, reader.table(table, "sweep"), stem)
    space, defaults = parse_space(reader, reader.table(table, "space"), held)
    plan = Plan(
        **fields,
        space=space,
        defaults=defaults,
        budget=sections.parse_budget(reader, reader.table(table, "budget"), settings.sweep.price_per_hour),
        resources=sections.parse_resources(reader, reader.table(table, "resources")),
        pruning=sections.parse_pruning(reader, table.get("pruning", [])),
        population=sections.parse_population(reader, reader.table(table, "population")),
    )
    if "fidelity" in table:
        fidelity = sections.parse_fidelity(reader, reader.table(table, "fidelity"), held, space)
        plan = plan._replace(fidelity=fidelity)
    if "repeats" in table:
        plan = plan._replace(repeats=sections.parse_repeats(reader, reader.table(table, "repeats"), held, space))
    _check_together(reader, plan, has_population="population" in table)
    fill_command(plan.command or settings.command, params)  # for what it refuses alone: values come with each run
    return plan


def _sweep(reader: TableReader, table: Mapping[str, Any], stem: str) -> dict[str, Any]:
    fields = reader.fields(table, "sweep", _KEYS)
    reader.choice(fields, "sweep", "method", get_args(Method))
    reader.choice(fields, "sweep", "mode", get_args(Mode))
    reader.choice(fields, "sweep", "value", ("last", "best"))
    fields["name"] = _name(reader, fields.get("name"), stem)
    if "command" in fields:
        fields["command"] = reader.command(fields["command"], "sweep.command")
    if fields.get("checkpoint"):
        fields["checkpoint"] = reader.inside(fields["checkpoint"])
    for metric in fields.get("metrics", ()):
        sections.refuse_test(reader, "sweep.metrics", metric)
    return fields


def _name(reader: TableReader, name: str | None, stem: str) -> str:
    if name is None:
        # cut in the middle it may end with a mark, which no slug does
        return slugify(stem)[:NAME_LENGTH].rstrip("-.") or "sweep"
    return check_name(name, f"{reader.source}: sweep.name")


def check_name(name: str, place: str = "the name of the sweep") -> str:
    """Returns the name of a sweep.

    Raises:
        UsageError: when it is no slug of at most 60 characters, since it becomes part of branch names.
    """
    good = slugify(name)[:NAME_LENGTH].rstrip("-.")
    if name != good or not name:
        raise mistake(
            f"{place} is {name!r:.80}, and it becomes part of branch names",
            f"write it as {good or 'sweep'}: lower-case letters, digits, '-' and '.', at most {NAME_LENGTH}",
        )
    return name


def _check_together(reader: TableReader, plan: Plan, *, has_population: bool) -> None:
    """Refuses what is fine alone and cannot be done together."""
    source, by_population = reader.source, plan.method == "pbt"
    needing = "method pbt" if by_population else "second_chance" if plan.second_chance else ""
    refused = (
        (
            needing and not plan.checkpoint,
            f"{needing} goes on from checkpoints",
            'name the file that a trial writes: checkpoint = "…"',
        ),
        (has_population and not by_population, "[population] is for population based training", 'set method = "pbt"'),
        (by_population and plan.fidelity, "method pbt has no rungs", "remove [fidelity]"),
        (by_population and plan.repeats, "method pbt trains each member once", "remove [repeats]"),
        (plan.fidelity and plan.repeats, "a trial has rungs or repeats", "remove [fidelity] or [repeats]"),
    )
    for wrong, message, hint in refused:
        if wrong:
            raise mistake(f"{source}: {message}", hint)
    _check_end(reader, plan)


def _check_end(reader: TableReader, plan: Plan) -> None:
    source, budget = reader.source, plan.budget
    points = plan.method in ("grid", "brute")
    count = size(plan.space, points=points)
    if points and count is None:
        # without `when`: the parameters that it names are not in a space of one
        name = next(one.name for one in plan.space if size((one._replace(when={}),), points=True) is None)
        raise mistake(
            f"{source}: method {plan.method} cannot take every value of space.{name}",
            "give it points = 5, or a step, or list its values",
        )
    ends = (budget.trials, budget.hours, budget.cost, budget.patience, budget.min_gain)
    if plan.method == "pbt" or any(end is not None for end in ends):
        return
    if count is None:
        raise mistake(f"{source}: the sweep would never end", "add [budget] with trials = 50, or hours, or patience")
    if count > MOST_TRIALS:
        raise mistake(f"{source}: the space has {count:.6g} combinations", "add [budget] with trials = 50")


def cautions(plan: Plan) -> tuple[str, ...]:
    """Returns what looks unwanted and still can be done, one line each: a default outside of its range."""
    said = []
    for parameter in plan.space:
        default = plan.defaults.get(parameter.name)
        problem = check_value(parameter, default) if parameter.name in plan.defaults else None
        if problem and plan.reference:
            said.append(
                f"{safe_text(parameter.name)} {problem}; trial 0 has this value of the parameter file all the same"
            )
    jobs = plan.resources.jobs
    if plan.mode == "batch" and jobs is not None and jobs > plan.batch:
        said.append(f"{jobs} jobs share batches of {plan.batch} trials: set batch = {jobs}, or some wait")
    seconds = plan.seconds
    if seconds is not None and seconds < 1:
        said.append(f"every trial is ended after {shown(seconds)} s")
    return tuple(said)
