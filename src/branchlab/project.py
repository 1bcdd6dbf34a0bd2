"""The settings of a project: what branchlab.toml says, checked, with every default in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from branchlab.table_reader import (
    COMMAND,
    FILE_BYTES,
    FLAG,
    SIZE,
    TEXT,
    TEXTS,
    Kind,
    TableReader,
    is_number,
    mistake,
    of_form,
    parse_table,
    table_of,
)
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS_FILE = "branchlab.toml"
SETTINGS_BYTES = FILE_BYTES

Goal = Literal["maximize", "minimize"]
Strategy = Literal["optimize", "constraint", "store"]
Delta = Literal["value", "both", "delta", "percent"]


class Naming(NamedTuple):
    """The rule for branch names; `branchlab.naming` applies it. `strict` refuses a bad name when it is made."""

    pattern: str = "exp/{type}/{slug}"
    types: tuple[str, ...] = ("model", "data", "feature", "tune", "fix")
    exempt: tuple[str, ...] = ("main", "release/*")
    strict: bool = False


class MetricRule(NamedTuple):
    """What the team agreed on about one metric.

    Attributes:
        goal: None when nobody said; such a metric is shown, never judged.
        strategy: `optimize`, `constraint` or `store`.
        threshold: a comparison such as `>= 0.90`; the gate of a constraint.
        max_regression: allowed loss against the baseline, absolute (`0.01`) or relative (`1%`).
        tolerance: difference, absolute or relative, up to which two values count as the same.
        unit: shown behind the value.
        why: the business reason.
        measured_on: data paths the metric depends on; empty means all inputs.
        required: a record without this metric fails in CI; a constraint is required anyway.
        max_regression_from_best: allowed loss against the best value the baseline ever had.
        slices: keys (`region`) of the slices that the four gates below look at; empty means all.
        slice_thresholds: comparison by slice (`region=eu`).
        worst_slice: comparison that the worst slice must hold.
        max_slice_regression: allowed loss of each slice against the same slice of the baseline.
        max_slice_gap: allowed distance between the best and the worst slice; a percentage is one of the best.
    """

    goal: Goal | None = None
    strategy: Strategy = "store"
    threshold: str = ""
    max_regression: str = ""
    tolerance: str = ""
    unit: str = ""
    why: str = ""
    measured_on: tuple[str, ...] = ()
    required: bool = False
    max_regression_from_best: str = ""
    slices: tuple[str, ...] = ()
    slice_thresholds: Mapping[str, str] = {}
    worst_slice: str = ""
    max_slice_regression: str = ""
    max_slice_gap: str = ""


class RecordSettings(NamedTuple):
    """Where the record lies, relative to the project, and when a curve is too long for git."""

    metrics: str = "metrics.toml"
    directory: str = "metrics"
    history_bytes: int = 256 * 1024


class HookSettings(NamedTuple):
    """What the git hooks do.

    Attributes:
        record: a commit on an experiment branch takes up the newest unrecorded run of this branch.
        push_data: a push sends the data of the pushed experiments first; otherwise it is refused where data is missing.
        checkout_data: a switch of branches brings the data of the new one.
    """

    record: bool = True
    push_data: bool = True
    checkout_data: bool = False


class CiSettings(NamedTuple):
    """What `branchlab ci` judges beyond single metrics.

    Attributes:
        front: metrics, two or more, on whose Pareto front an experiment must stand: the baseline must not dominate it.
        confidence: how sure a loss over seeds or folds must be before it fails, between 0.5 and 1.
        min_slice_rows: slices with fewer rows are shown and not judged.
        max_age: oldest age of data by its path, such as `30d`: how long ago its content came into the repository.
    """

    front: tuple[str, ...] = ()
    confidence: float = 0.95
    min_slice_rows: int = 0
    max_age: Mapping[str, str] = {}


class SweepSettings(NamedTuple):
    """What all sweeps of a project share.

    Attributes:
        price_per_hour: of one slot, in the currency of `budget.cost`; a sweep may have its own.
    """

    price_per_hour: float = 0.0


class SavedView(NamedTuple):
    """A named way to look at the experiments, as `ls` and the terminal UI share it.

    Attributes:
        query: which are shown.
        sort: columns, most important first; `-accuracy` from the top down.
        columns: in order; none for the usual ones.
        group: what rows are grouped by, empty for no groups.
        delta: how metrics show their difference from the baseline.
        only_changed: leave out columns that are the same everywhere.
        front: only what no other beats in every optimised metric.
    """

    query: str = ""
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    group: str = ""
    delta: Delta = "value"
    only_changed: bool = False
    front: bool = False


class Settings(NamedTuple):
    """branchlab.toml. Paths are relative to the project's folder.

    Attributes:
        command: what `branchlab run` executes when no command is given.
        params: parameter files (TOML, YAML, JSON), later ones win.
        artifacts: outputs to track with DVC.
        collect: metric files of other tools to read after a run.
        link: git-ignored paths a run needs in its worktree.
        data: paths that are not tracked by DVC and still decide whether runs are comparable.
        not_code: files and folders that decide nothing, such as documents; with a leading slash from the top of the
            repository. A change there leaves a record one of this code.
        baseline: the branch experiments are compared with.
        max_file_bytes: a new file beyond this stops a run.
    """

    command: tuple[str, ...] = ()
    params: tuple[str, ...] = ("params.toml",)
    artifacts: tuple[str, ...] = ()
    collect: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    not_code: tuple[str, ...] = ()
    baseline: str = "main"
    max_file_bytes: int = 10_000_000
    naming: Naming = Naming()
    record: RecordSettings = RecordSettings()
    hooks: HookSettings = HookSettings()
    ci: CiSettings = CiSettings()
    sweep: SweepSettings = SweepSettings()
    metrics: Mapping[str, MetricRule] = {}
    views: Mapping[str, SavedView] = {}


def parse_settings(text: bytes, source: str = SETTINGS_FILE) -> Settings:
    """Reads branchlab.toml.

    Raises:
        UsageError: for a key, type or value that is not understood; the message names the place.
        DamagedError: for bytes that are not TOML.
    """
    source = safe_text(source)
    table = parse_table(text, source, "settings only in this file")
    reader = TableReader(source)
    reader.known(table, "", ("project", "naming", "record", "hooks", "ci", "metrics", "views", "sweep"))
    fields = reader.fields(reader.table(table, "project"), "project", _PROJECT_KEYS)
    if "command" in fields:
        fields["command"] = reader.command(fields["command"], "project.command")
    naming = Naming(**reader.fields(reader.table(table, "naming"), "naming", _NAMING_KEYS))
    record = RecordSettings(**reader.fields(reader.table(table, "record"), "record", _RECORD_KEYS))
    record = record._replace(metrics=reader.inside(record.metrics), directory=reader.inside(record.directory))
    # The slashes: a folder `metrics.d` beside a file `metrics` is fine.
    if f"{record.directory}/".startswith(f"{record.metrics}/"):
        raise mistake(f"{source}: record.metrics and record.directory name the same place", 'as in "metrics.toml"')
    for key in fields.keys() & {"params", "artifacts", "link"}:
        fields[key] = tuple(map(reader.inside, fields[key]))
    hooks = HookSettings(**reader.fields(reader.table(table, "hooks"), "hooks", _HOOKS_KEYS))
    sweep = SweepSettings(**reader.fields(reader.table(table, "sweep"), "sweep", _SWEEP_KEYS))
    if "not_code" in fields:  # a leading slash means the top of the repository here; `inside` would refuse it
        fields["not_code"] = tuple(
            "/" * path.startswith("/") + reader.inside(path[path.startswith("/") :]) for path in fields["not_code"]
        )
    metrics = {name: _metric(reader, name, rule) for name, rule in reader.table(table, "metrics").items()}
    ci = _ci(reader, reader.table(table, "ci"), metrics)
    views = {name: _view(reader, name, view) for name, view in reader.table(table, "views").items()}
    return Settings(
        **fields, naming=naming, record=record, hooks=hooks, ci=ci, sweep=sweep, metrics=metrics, views=views
    )


_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_ALLOWANCE = of_form('a number or percentage in quotes, such as "0.01" or "1%"', rf"(?!-){_NUMBER} ?%?", finite=True)
_COMPARISON = of_form('a comparison in quotes, such as ">= 0.90"', rf"(?:>=|<=|>|<) ?{_NUMBER}", finite=True)
_COMPARISONS = table_of('a table of comparisons, such as { "region=eu" = ">= 0.90" }', _COMPARISON)
_DURATION = of_form('a number of hours, days or weeks in quotes, such as "30d"', r"[1-9][0-9]{0,5} ?[hdw]")
_DURATIONS = table_of('a table of ages by path, such as { "data/valid.csv" = "30d" }', _DURATION)
_CONFIDENCE = Kind(
    "a number from 0.5 up to, and without, 1",
    lambda value: isinstance(value, float) and 0.5 <= value < 1,  # noqa: PLR2004 - half is a coin's
)
_PRICE = Kind("a price of 0 or more", lambda value: is_number(value) and 0 <= value < float("inf"))
# A table becomes the fields of its tuple: a key here without such a field is a TypeError for who writes it.
_PROJECT_KEYS: dict[str, Kind] = {
    "command": COMMAND,
    **dict.fromkeys(("params", "artifacts", "collect", "link", "data", "not_code"), TEXTS),
    "baseline": TEXT,
    "max_file_bytes": SIZE,
}
_NAMING_KEYS: dict[str, Kind] = {"pattern": TEXT, "types": TEXTS, "exempt": TEXTS, "strict": FLAG}
_HOOKS_KEYS: dict[str, Kind] = {"record": FLAG, "push_data": FLAG, "checkout_data": FLAG}
_CI_KEYS: dict[str, Kind] = {
    "front": TEXTS, "confidence": _CONFIDENCE, "min_slice_rows": SIZE, "max_age": _DURATIONS,
}  # fmt: skip
_SWEEP_KEYS: dict[str, Kind] = {"price_per_hour": _PRICE}
_VIEW_KEYS: dict[str, Kind] = {
    **dict.fromkeys(("query", "group", "delta"), TEXT),
    **dict.fromkeys(("sort", "columns"), TEXTS),
    **dict.fromkeys(("only_changed", "front"), FLAG),
}
_RECORD_KEYS: dict[str, Kind] = {"metrics": TEXT, "directory": TEXT, "history_bytes": SIZE}
_METRIC_KEYS: dict[str, Kind] = {
    **dict.fromkeys(("goal", "strategy"), TEXT),
    "threshold": _COMPARISON,
    **dict.fromkeys(("max_regression", "tolerance"), _ALLOWANCE),
    **dict.fromkeys(("unit", "why"), TEXT),
    "measured_on": TEXTS,
    "required": FLAG,
    "max_regression_from_best": _ALLOWANCE,
    "slices": TEXTS,
    "slice_thresholds": _COMPARISONS,
    "worst_slice": _COMPARISON,
    **dict.fromkeys(("max_slice_regression", "max_slice_gap"), _ALLOWANCE),
}
_ONE_SIDED = ("max_regression", "max_regression_from_best", "worst_slice", "max_slice_regression", "max_slice_gap")


def _view(reader: TableReader, name: str, table: Any) -> SavedView:
    view = SavedView(**reader.entry(table, f"views.{name}", _VIEW_KEYS))
    reader.choice(view._asdict(), f"views.{name}", "delta", ("value", "both", "delta", "percent"))
    return view


def _metric(reader: TableReader, name: str, table: Any) -> MetricRule:
    source, place = reader.source, f"metrics.{name}"
    fields = reader.entry(table, place, _METRIC_KEYS)
    reader.choice(fields, place, "goal", ("maximize", "minimize"))
    reader.choice(fields, place, "strategy", ("optimize", "constraint", "store"))
    rule = MetricRule(**fields)
    if rule.strategy == "constraint" and not rule.threshold:
        raise mistake(f"{source}: {place} is a constraint without a threshold", 'add threshold = "…"')
    if rule.strategy == "optimize" and rule.goal is None:
        raise mistake(f"{source}: {place} is optimised without a goal", 'add goal = "maximize"')
    judged = next((key for key in _ONE_SIDED if getattr(rule, key) and rule.goal is None), "")
    if judged:
        raise mistake(f"{source}: {place}.{judged} needs a goal", 'add goal = "maximize", or "minimize"')
    return rule


def _ci(reader: TableReader, table: dict[str, Any], metrics: Mapping[str, MetricRule]) -> CiSettings:
    source, ci = reader.source, CiSettings(**reader.fields(table, "ci", _CI_KEYS))
    for name in ci.front:
        if name not in metrics or metrics[name].goal is None:
            raise mistake(f"{source}: ci.front names {name!r}, which has no goal", f"add [metrics.{name}]")
    if len(ci.front) == 1:
        raise mistake(f"{source}: ci.front names one metric", "a front takes two or more: use max_regression")
    return ci._replace(max_age={reader.inside(path): age for path, age in ci.max_age.items()})


def check_rule(name: str, table: Mapping[str, Any], source: str) -> MetricRule:
    """Returns the rule of one metric from what stands in its table.

    Raises:
        UsageError: for a key, type or value that is not understood; the message begins with `source`.
    """
    return _metric(TableReader(source), name, dict(table))


def goal_of(settings: Settings, metric: str) -> Goal | None:
    """Returns the goal of a metric; slices and splits (`test.accuracy`) inherit it from the metric's own name."""
    for name in (metric, metric.rpartition(".")[2]):
        if name in settings.metrics:
            return settings.metrics[name].goal
    return None


def goals_of(settings: Settings) -> dict[str, Goal | None]:
    """Returns the goal of each metric that the settings name, in their order; None where they say none."""
    return {metric: rule.goal for metric, rule in settings.metrics.items()}


def within(rule: MetricRule, before: float, after: float) -> bool:
    """Tells whether two values of a metric count as the same by its `tolerance`; a percentage is one of `before`."""
    text = rule.tolerance
    if before == after or not text:
        return before == after
    allowed = float(text.rstrip("% ")) * (1 + 1e-9)  # 1.01 is within 1 % of 1, whatever binary fractions say
    return abs(after - before) <= (allowed / 100 * abs(before) if text.endswith("%") else allowed)
