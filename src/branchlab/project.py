"""The settings of a project: what branchlab.toml says, checked, with every default in one place."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Literal

from branchlab.errors import DamagedError, UsageError
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SETTINGS_FILE = "branchlab.toml"
SETTINGS_BYTES = 1 << 17
SETTINGS_LINE_BYTES = 1 << 12  # a dotted key stands on one line, and costs a TOML parser the square of its length

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
    metrics: Mapping[str, MetricRule] = {}
    views: Mapping[str, SavedView] = {}


def parse_settings(text: bytes, source: str = SETTINGS_FILE) -> Settings:
    """Reads branchlab.toml.

    Raises:
        UsageError: for a key, type or value that is not understood; the message names the place.
        DamagedError: for bytes that are not TOML.
    """
    source = safe_text(source)
    if len(text) > SETTINGS_BYTES:
        raise DamagedError(f"{source} is larger than 128 KiB", "keep settings only in this file")
    if max(map(len, text.split(b"\n"))) > SETTINGS_LINE_BYTES:
        raise DamagedError(f"{source} has a line longer than 4 KiB", "break it: a list may take several lines")
    if b"<<<<<<< " in text and (text.startswith(b"<<<<<<< ") or b"\n<<<<<<< " in text):
        raise DamagedError(f"{source} is not valid TOML: it has conflict markers", "finish the merge: keep one side")
    try:
        table = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else safe_text(str(error))
        raise DamagedError(f"{source} is not valid TOML: {reason}", f"mend {source}") from None
    reader = _Reader(source)
    reader.known(table, "", ("project", "naming", "record", "hooks", "ci", "metrics", "views"))
    project = reader.table(table, "project")
    fields = reader.fields(project, "project", _PROJECT_KEYS)
    if "command" in fields:
        fields["command"] = _command(fields["command"], source)
    naming = Naming(**reader.fields(reader.table(table, "naming"), "naming", _NAMING_KEYS))
    record = RecordSettings(**reader.fields(reader.table(table, "record"), "record", _RECORD_KEYS))
    record = record._replace(metrics=reader.inside(record.metrics), directory=reader.inside(record.directory))
    if f"{record.directory}/".startswith(f"{record.metrics}/"):
        raise _mistake(f"{source}: record.metrics and record.directory name the same place", 'as in "metrics.toml"')
    for key in fields.keys() & {"params", "artifacts", "link"}:
        fields[key] = tuple(map(reader.inside, fields[key]))
    hooks = HookSettings(**reader.fields(reader.table(table, "hooks"), "hooks", _HOOKS_KEYS))
    if "not_code" in fields:
        fields["not_code"] = tuple(
            "/" * path.startswith("/") + reader.inside(path[path.startswith("/") :]) for path in fields["not_code"]
        )
    metrics = {name: reader.metric(name, rule) for name, rule in reader.table(table, "metrics").items()}
    ci = reader.ci(reader.table(table, "ci"), metrics)
    views = {name: reader.view(name, view) for name, view in reader.table(table, "views").items()}
    return Settings(**fields, naming=naming, record=record, hooks=hooks, ci=ci, metrics=metrics, views=views)


_Kind = Literal[
    "text", "texts", "command", "size", "flag", "confidence", "allowance", "comparison", "duration", "comparisons",
    "durations",
]  # fmt: skip
_PROJECT_KEYS: dict[str, _Kind] = {
    "command": "command",
    **dict.fromkeys(("params", "artifacts", "collect", "link", "data", "not_code"), "texts"),
    "baseline": "text",
    "max_file_bytes": "size",
}
_NAMING_KEYS: dict[str, _Kind] = {"pattern": "text", "types": "texts", "exempt": "texts", "strict": "flag"}
_HOOKS_KEYS: dict[str, _Kind] = {"record": "flag", "push_data": "flag", "checkout_data": "flag"}
_CI_KEYS: dict[str, _Kind] = {
    "front": "texts", "confidence": "confidence", "min_slice_rows": "size", "max_age": "durations",
}  # fmt: skip
_VIEW_KEYS: dict[str, _Kind] = {
    **dict.fromkeys(("query", "group", "delta"), "text"),
    **dict.fromkeys(("sort", "columns"), "texts"),
    **dict.fromkeys(("only_changed", "front"), "flag"),
}
_RECORD_KEYS: dict[str, _Kind] = {"metrics": "text", "directory": "text", "history_bytes": "size"}
_METRIC_KEYS: dict[str, _Kind] = {
    **dict.fromkeys(("goal", "strategy"), "text"),
    "threshold": "comparison",
    **dict.fromkeys(("max_regression", "tolerance"), "allowance"),
    **dict.fromkeys(("unit", "why"), "text"),
    "measured_on": "texts",
    "required": "flag",
    "max_regression_from_best": "allowance",
    "slices": "texts",
    "slice_thresholds": "comparisons",
    "worst_slice": "comparison",
    **dict.fromkeys(("max_slice_regression", "max_slice_gap"), "allowance"),
}

_ONE_SIDED = ("max_regression", "max_regression_from_best", "worst_slice", "max_slice_regression", "max_slice_gap")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_FORMS = {
    "allowance": rf"(?!-){_NUMBER} ?%?",
    "comparison": rf"(?:>=|<=|>|<) ?{_NUMBER}",
    "duration": r"[1-9][0-9]{0,5} ?[hdw]",
}
_TABLES: dict[str, _Kind] = {"comparisons": "comparison", "durations": "duration"}
_WANTED: dict[_Kind, str] = {
    "allowance": 'a number or percentage in quotes, such as "0.01" or "1%"',
    "comparison": 'a comparison in quotes, such as ">= 0.90"',
    "comparisons": 'a table of comparisons, such as { "region=eu" = ">= 0.90" }',
    "duration": 'a number of hours, days or weeks in quotes, such as "30d"',
    "durations": 'a table of ages by path, such as { "data/valid.csv" = "30d" }',
    "text": "a string",
    "texts": "a list of strings",
    "command": "a string or a list of strings",
    "size": "a number above 0",
    "flag": "true or false",
    "confidence": "a number from 0.5 up to, and without, 1",
}


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_IS: dict[_Kind, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "texts": _is_texts,
    "command": lambda value: isinstance(value, str) or _is_texts(value),
    "flag": lambda value: isinstance(value, bool),
    "size": lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
    "confidence": lambda value: isinstance(value, float) and 0.5 <= value < 1,  # noqa: PLR2004 - half is a coin's
}


class _Reader(NamedTuple):
    """Checks tables key by key, so that each mistake is named with its place."""

    source: str

    def table(self, parent: Mapping[str, Any], key: str) -> dict[str, Any]:
        value = parent.get(key, {})
        if not isinstance(value, dict):
            raise _mistake(f"{self.source}: {key} must be a table", f"write it as [{key}]")
        return value

    def known(self, table: Mapping[str, Any], place: str, keys: tuple[str, ...]) -> None:
        for key in table:
            if key not in keys:
                from difflib import get_close_matches

                near = get_close_matches(key, keys, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(keys)}"
                raise _mistake(f"{self.source}: unknown key {f'{place}.{key}' if place else key}", hint)

    def fields(self, table: Mapping[str, Any], place: str, kinds: Mapping[str, _Kind]) -> dict[str, Any]:
        self.known(table, place, tuple(kinds))
        return {key: self.value(value, f"{place}.{key}", kinds[key]) for key, value in table.items()}

    def value(self, value: Any, place: str, kind: _Kind) -> Any:
        if kind in _TABLES and isinstance(value, dict):
            return {key: self.value(item, f"{place}.{key}", _TABLES[kind]) for key, item in value.items()}
        formed = isinstance(value, str) and kind in _FORMS and re.fullmatch(_FORMS[kind], value)
        if not (_IS[kind](value) if kind in _IS else formed):
            raise _mistake(f"{self.source}: {place} must be {_WANTED[kind]}, not {value!r:.60}")
        if kind in ("allowance", "comparison") and float(value.strip("<>=% ")) in (float("inf"), float("-inf")):
            raise _mistake(f"{self.source}: {place} is beyond every number: {value!r:.60}", "write a smaller one")
        return tuple(value) if kind == "texts" else value

    def inside(self, path: str) -> str:
        """Returns a path without needless parts (`./a//b/` is `a/b`); it must lie below branchlab.toml."""
        parts = [part for part in path.split("/") if part not in ("", ".")]
        hidden = any(part == ".." or part.lower() == ".git" for part in parts)
        if not parts or hidden or path.startswith("/") or "\0" in path:
            raise _mistake(f"{self.source}: {path!r} leads out of the project", "use a path below branchlab.toml")
        return "/".join(parts)

    def entry(self, table: Any, place: str, kinds: Mapping[str, _Kind]) -> dict[str, Any]:
        if not isinstance(table, dict):
            raise _mistake(f"{self.source}: {place} must be a table", f"write it as [{place}]")
        return self.fields(table, place, kinds)

    def view(self, name: str, table: Any) -> SavedView:
        view = SavedView(**self.entry(table, f"views.{name}", _VIEW_KEYS))
        self.choice(view._asdict(), f"views.{name}", "delta", ("value", "both", "delta", "percent"))
        return view

    def metric(self, name: str, table: Any) -> MetricRule:
        place = f"metrics.{name}"
        fields = self.entry(table, place, _METRIC_KEYS)
        self.choice(fields, place, "goal", ("maximize", "minimize"))
        self.choice(fields, place, "strategy", ("optimize", "constraint", "store"))
        rule = MetricRule(**fields)
        if rule.strategy == "constraint" and not rule.threshold:
            raise _mistake(f"{self.source}: {place} is a constraint without a threshold", 'add threshold = "…"')
        if rule.strategy == "optimize" and rule.goal is None:
            raise _mistake(f"{self.source}: {place} is optimised without a goal", 'add goal = "maximize"')
        judged = next((key for key in _ONE_SIDED if getattr(rule, key) and rule.goal is None), "")
        if judged:
            raise _mistake(f"{self.source}: {place}.{judged} needs a goal", 'add goal = "maximize", or "minimize"')
        return rule

    def ci(self, table: dict[str, Any], metrics: Mapping[str, MetricRule]) -> CiSettings:
        ci = CiSettings(**self.fields(table, "ci", _CI_KEYS))
        for name in ci.front:
            if name not in metrics or metrics[name].goal is None:
                raise _mistake(f"{self.source}: ci.front names {name!r}, which has no goal", f"add [metrics.{name}]")
        if len(ci.front) == 1:
            raise _mistake(f"{self.source}: ci.front names one metric", "a front takes two or more: use max_regression")
        return ci._replace(max_age={self.inside(path): age for path, age in ci.max_age.items()})

    def choice(self, fields: Mapping[str, Any], place: str, key: str, allowed: tuple[str, ...]) -> None:
        value = fields.get(key, allowed[0])
        if value not in allowed:
            raise _mistake(f"{self.source}: {place}.{key} is {value!r}", f"use one of {', '.join(allowed)}")


def check_rule(name: str, table: Mapping[str, Any], source: str) -> MetricRule:
    """Returns the rule of one metric from what stands in its table.

    Raises:
        UsageError: for a key, type or value that is not understood; the message begins with `source`.
    """
    return _Reader(source).metric(name, dict(table))


def _mistake(message: str, hint: str = "") -> UsageError:
    return UsageError(safe_text(message), safe_text(hint))


def _command(value: str | list[str], source: str) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(value)
    import shlex

    try:
        return tuple(shlex.split(value))
    except ValueError as error:
        raise _mistake(f"{source}: project.command cannot be split: {error}", "close the quotes") from None


def goal_of(settings: Settings, metric: str) -> Goal | None:
    """Returns the goal of a metric; slices and splits (`test.accuracy`) inherit it from the metric's own name."""
    for name in (metric, metric.rpartition(".")[2]):
        if name in settings.metrics:
            return settings.metrics[name].goal
    return None


def within(rule: MetricRule, before: float, after: float) -> bool:
    """Tells whether two values of a metric count as the same by its `tolerance`; a percentage is one of `before`."""
    text = rule.tolerance
    if before == after or not text:
        return before == after
    allowed = float(text.rstrip("% ")) * (1 + 1e-9)  # 1.01 is within 1 % of 1, whatever binary fractions say
    return abs(after - before) <= (allowed / 100 * abs(before) if text.endswith("%") else allowed)
