"""The settings of a project: what branchlab.toml says, checked, with every default in one place."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from branchlab.errors import DamagedError, UsageError
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS_FILE = "branchlab.toml"
SETTINGS_BYTES = 1 << 17
SETTINGS_LINE_BYTES = 1 << 12  # a dotted key stands on one line, and costs a TOML parser the square of its length

Goal = Literal["maximize", "minimize"]
Strategy = Literal["optimize", "constraint", "store"]


class Naming(NamedTuple):
    """The rule for branch names; `branchlab.naming` applies it."""

    pattern: str = "exp/{type}/{slug}"
    types: tuple[str, ...] = ("model", "data", "feature", "tune", "fix")
    exempt: tuple[str, ...] = ("main", "release/*")


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
    """

    goal: Goal | None = None
    strategy: Strategy = "store"
    threshold: str = ""
    max_regression: str = ""
    tolerance: str = ""
    unit: str = ""
    why: str = ""
    measured_on: tuple[str, ...] = ()


class RecordSettings(NamedTuple):
    """Where the record lies, relative to the project, and when a curve is too long for git."""

    metrics: str = "metrics.toml"
    directory: str = "metrics"
    history_bytes: int = 256 * 1024


class Settings(NamedTuple):
    """branchlab.toml. Paths are relative to the project's folder.

    Attributes:
        command: what `branchlab run` executes when no command is given.
        params: parameter files (TOML, YAML, JSON), later ones win.
        artifacts: outputs to track with DVC.
        collect: metric files of other tools to read after a run.
        link: git-ignored paths a run needs in its worktree.
        data: paths that are not tracked by DVC and still decide whether runs are comparable.
        baseline: the branch experiments are compared with.
        max_file_bytes: a new file beyond this stops a run.
    """

    command: tuple[str, ...] = ()
    params: tuple[str, ...] = ("params.toml",)
    artifacts: tuple[str, ...] = ()
    collect: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    baseline: str = "main"
    max_file_bytes: int = 10_000_000
    naming: Naming = Naming()
    record: RecordSettings = RecordSettings()
    metrics: Mapping[str, MetricRule] = {}


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
    reader.known(table, "", ("project", "naming", "record", "metrics"))
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
    metrics = {name: reader.metric(name, rule) for name, rule in sorted(reader.table(table, "metrics").items())}
    return Settings(**fields, naming=naming, record=record, metrics=metrics)


_Kind = Literal["text", "texts", "command", "size", "allowance", "comparison"]
_PROJECT_KEYS: dict[str, _Kind] = {
    "command": "command",
    "params": "texts",
    "artifacts": "texts",
    "collect": "texts",
    "link": "texts",
    "data": "texts",
    "baseline": "text",
    "max_file_bytes": "size",
}
_NAMING_KEYS: dict[str, _Kind] = {"pattern": "text", "types": "texts", "exempt": "texts"}
_RECORD_KEYS: dict[str, _Kind] = {"metrics": "text", "directory": "text", "history_bytes": "size"}
_METRIC_KEYS: dict[str, _Kind] = {
    "goal": "text",
    "strategy": "text",
    "threshold": "comparison",
    "max_regression": "allowance",
    "tolerance": "allowance",
    "unit": "text",
    "why": "text",
    "measured_on": "texts",
}

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_FORMS = {"allowance": rf"(?!-){_NUMBER} ?%?", "comparison": rf"(?:>=|<=|>|<) ?{_NUMBER}"}


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
        texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if kind == "text" and isinstance(value, str):
            return value
        if kind == "texts" and texts:
            return tuple(value)
        if kind == "command" and (texts or isinstance(value, str)):
            return value
        if kind == "size" and isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        if isinstance(value, str) and kind in _FORMS and re.fullmatch(_FORMS[kind], value):
            if float(value.strip("<>=% ")) in (float("inf"), float("-inf")):
                raise _mistake(f"{self.source}: {place} is beyond every number: {value!r:.60}", "write a smaller one")
            return value
        wanted = {
            "allowance": 'a number or percentage in quotes, such as "0.01" or "1%"',
            "comparison": 'a comparison in quotes, such as ">= 0.90"',
            "text": "a string",
            "texts": "a list of strings",
            "command": "a string or a list of strings",
            "size": "a number of bytes above 0",
        }[kind]
        raise _mistake(f"{self.source}: {place} must be {wanted}, not {value!r:.60}")

    def inside(self, path: str) -> str:
        """Returns a path without needless parts (`./a//b/` is `a/b`); it must lie below branchlab.toml."""
        parts = [part for part in path.split("/") if part not in ("", ".")]
        hidden = any(part == ".." or part.lower() == ".git" for part in parts)
        if not parts or hidden or path.startswith("/") or "\0" in path:
            raise _mistake(f"{self.source}: {path!r} leads out of the project", "use a path below branchlab.toml")
        return "/".join(parts)

    def metric(self, name: str, table: Any) -> MetricRule:
        place = f"metrics.{name}"
        if not isinstance(table, dict):
            raise _mistake(f"{self.source}: {place} must be a table", f"write it as [{place}]")
        fields = self.fields(table, place, _METRIC_KEYS)
        self.choice(fields, place, "goal", ("maximize", "minimize"))
        self.choice(fields, place, "strategy", ("optimize", "constraint", "store"))
        rule = MetricRule(**fields)
        if rule.strategy == "constraint" and not rule.threshold:
            raise _mistake(f"{self.source}: {place} is a constraint without a threshold", 'add threshold = "…"')
        if rule.strategy == "optimize" and rule.goal is None:
            raise _mistake(f"{self.source}: {place} is optimised without a goal", 'add goal = "maximize"')
        return rule

    def choice(self, fields: Mapping[str, Any], place: str, key: str, allowed: tuple[str, ...]) -> None:
        value = fields.get(key, allowed[0])
        if value not in allowed:
            raise _mistake(f"{self.source}: {place}.{key} is {value!r}", f"use one of {', '.join(allowed)}")


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
