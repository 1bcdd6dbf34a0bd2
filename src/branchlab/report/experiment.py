"""`show`: one experiment in full."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from branchlab.compare.inputs import importance, rule_of
from branchlab.report.comparison import show_resource
from branchlab.report.page import Block, Facts, Line
from branchlab.report.style import STALE
from branchlab.report.table import Cell, Column, Table, drop_empty
from branchlab.report.values import metric_title, seconds_since, short_id, show_scalar, status_cell
from branchlab.text import flatten, format_age, format_bytes, format_duration, format_number, some_of, sparkline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.experiment import Number, Scalar
    from branchlab.project import Settings
    from branchlab.reading.exhibit import Exhibit
    from branchlab.record.model import Record, Run

_LEAST_NAME = 16
_LEAST_VALUE = 12
_SPARK = 16
_NOISE = 1e-12  # relative: what is below it is how floats add up, not a difference
_PACKAGE = "packages."
_NAMED = 5  # files that differ
_ENOUGH = 2  # values before a mean says anything


def experiment_page(exhibit: Exhibit, settings: Settings, now: float) -> list[Block]:
    """Returns what `show` shows; `now` is in seconds since the epoch."""
    record = exhibit.record
    parts = [
        _metrics(exhibit, settings),
        _measured("split", {**record.splits, **fold_summaries(record.splits)}, settings),
        _measured("slice", record.slices, settings),
        _pairs("parameter", flatten(record.params)),
        _data(record),
        _names("plots", exhibit.plots),
        _texts("resources", {name: show_resource(name, value) for name, value in sorted(record.resources.items())}),
        _environment(record.environment),
    ]
    blocks = [*_head(exhibit, now), *(part for part in parts if part is not None)]
    if exhibit.tail:
        # Lines of a log stay whole: a path or a command in it is there to be copied.
        blocks += [Facts([("log", exhibit.output)]), *(Line(line, "dim", raw=True) for line in exhibit.tail)]
    return blocks


def experiment_object(exhibit: Exhibit) -> dict[str, Any]:
    """Returns the experiment as a JSON object, with the names of `ls --json` where they mean the same."""
    record, run = exhibit.record, exhibit.record.run
    return {
        "name": exhibit.name,
        "commit": exhibit.commit,
        "status": exhibit.status,
        "started": run.started,
        "seconds": run.seconds,
        "author": exhibit.author,
        "note": run.note,
        "params": flatten(record.params),
        "metrics": dict(record.metrics),
        "best": {name: best.value for name, best in record.best.items()},
        "best_step": {name: best.step for name, best in record.best.items()},
        "splits": {name: dict(values) for name, values in record.splits.items()},
        "slices": {name: dict(values) for name, values in record.slices.items()},
        "data": {path: entry._asdict() for path, entry in record.data.items()},
        "resources": dict(record.resources),
        "environment": flatten(record.environment),
        "plots": list(exhibit.plots),
        "curves": {name: list(values) for name, values in exhibit.curves.items()},
        "run": run.id,
        "command": list(run.command),
        "seed": run.seed,
        "exit_code": run.exit_code,
        "code": {
            "commit": run.code,
            "tree": run.tree,
            "exact": run.exact,
            "differs": list(run.differs),
            "stale": exhibit.stale,
        },
        "merged": list(run.merged),
        **({"sweep": dict(record.sweep)} if record.sweep else {}),
        "log": exhibit.output,
        "log_tail": list(exhibit.tail),
    }


def experiment_rows(exhibit: Exhibit) -> list[list[Scalar]]:
    """Returns the experiment as rows of kind, name and value, for CSV."""
    rows: list[list[Scalar]] = []
    for kind, value in experiment_object(exhibit).items():
        # Lists have no place in a cell; --json has them.
        if kind in ("curves", "plots", "command", "log_tail"):
            continue
        if isinstance(value, dict):
            rows += [[kind, name, item] for name, item in flatten(value).items()]
        else:
            rows.append(["run", kind, value])
    return rows


def _head(exhibit: Exhibit, now: float) -> list[Block]:
    status = status_cell(exhibit.status, stale=exhibit.stale)
    return [
        Line(f"{exhibit.name}", "bold"),
        Line(status.text, status.style),
        *(Line(line) for line in exhibit.record.run.note.splitlines()),
        Facts(run_facts(exhibit, now)),
    ]


def run_facts(exhibit: Exhibit, now: float) -> list[tuple[str, str]]:
    """Returns what is known of the run itself, each with its label; `now` is in seconds since the epoch."""
    run = exhibit.record.run
    age = seconds_since(run.started, now)
    facts = {
        "run": run.id,
        "started": run.started + ("" if age is None else f"  {_ago(age)}"),
        "took": format_duration(run.seconds),
        "author": exhibit.author,
        "command": shlex.join(run.command),
        "trial": _trial(exhibit),
        "exit code": str(run.exit_code) if run.exit_code and run.exit_code > 0 else "",
        # Below 0 as subprocess has it: -9 for who was ended by signal 9.
        "signal": str(-run.exit_code) if run.exit_code and run.exit_code < 0 else "",
        "seed": "" if run.seed is None else str(run.seed),
        "commit": exhibit.commit or "not recorded yet",
        "code": code_state(exhibit),
        "merged": f"{', '.join(run.merged)}; measured before the merge" if run.merged else "",
    }
    return [(label, text) for label, text in facts.items() if text]


def _trial(exhibit: Exhibit) -> str:
    sweep = exhibit.record.sweep
    if not sweep:
        return ""
    reason = sweep.get("reason")
    return f"{sweep['trial']} of sweep {sweep['name']}" + (f"; {reason}" if isinstance(reason, str) and reason else "")


def _ago(seconds: float) -> str:
    age = format_age(seconds)
    return "just now" if age == "now" else f"{age} ago"


def code_state(exhibit: Exhibit) -> str:
    """Returns where the code lies, and whether it is what ran."""
    run = exhibit.record.run
    if not run.code and not run.tree:
        return "not known"
    where = short_id(run.code) if run.code else "committed with the record"
    stale = f"; {STALE} commits came after the run, the branch's code may not be what ran" if exhibit.stale else ""
    return f"{where}  {_exactness(run)}{stale}"


def _exactness(run: Run) -> str:
    if run.exact:
        return "exactly what ran"
    if not run.differs:
        return "captured after the run began, may differ from what ran" if run.code else "may differ from what ran"
    return f"may differ from what ran in {some_of(run.differs, _NAMED)}"


def _metrics(exhibit: Exhibit, settings: Settings) -> Table | None:
    record = exhibit.record
    names = sorted({*record.metrics, *exhibit.curves}, key=lambda name: (importance(settings, name), name))
    rows = []
    for name in names:
        rule, best, curve = rule_of(settings, name), record.best.get(name), exhibit.curves.get(name, ())
        gate = " ".join(filter(None, [rule.threshold, f"≤ {rule.max_regression} worse" if rule.max_regression else ""]))
        rows.append(
            [
                Cell(metric_title(name, rule.goal, rule.unit)),
                Cell(show_scalar(record.metrics.get(name)), "bold"),
                Cell(f"{format_number(best.value)} at step {best.step}" if best else ""),
                Cell(sparkline(curve, _SPARK) if len(curve) > 1 else "", "live"),
                Cell(gate, "dim"),
                Cell(rule.why, "dim"),
            ]
        )
    columns = [
        Column("metric", least=_LEAST_NAME),
        Column("value", "decimal"),
        Column("best", drop=2),
        Column("curve", drop=3),
        Column("gate", drop=4),
        Column("why", drop=5, least=_LEAST_VALUE, keep="start"),
    ]
    return drop_empty(Table(columns, rows)) if rows else None


def _measured(title: str, parts: Mapping[str, Mapping[str, Number]], settings: Settings) -> Table | None:
    if not parts:
        return None
    names = sorted({name for values in parts.values() for name in values if name != "rows"})
    if any("rows" in values for values in parts.values()):
        # How many rows a value stands on comes before the value.
        names.insert(0, "rows")
    titles = [metric_title(name, rule_of(settings, name).goal, rule_of(settings, name).unit) for name in names]
    columns = [Column(title, least=_LEAST_NAME), *(Column(heading, "decimal", drop=1) for heading in titles)]
    rows = [[Cell(part), *(_number(values.get(name)) for name in names)] for part, values in parts.items()]
    return Table(columns, rows)


def _number(value: Number | None) -> Cell:
    return Cell(show_scalar(value), "dim" if value is None else "")


def fold_summaries(splits: Mapping[str, Mapping[str, Number]]) -> dict[str, dict[str, float]]:
    """Sums up folds and seeds (`fold-0`, `fold-1`): mean and sample standard deviation of each metric."""
    families: dict[str, list[Mapping[str, Number]]] = {}
    for name, values in splits.items():
        stem, _, number = name.rpartition("-")
        if stem and number.isdecimal():
            families.setdefault(stem, []).append(values)
    return {
        f"{stem} {word}": _summed(members, measure)
        for stem, members in families.items()
        if len(members) >= _ENOUGH
        for word, measure in (("mean", _mean), ("± sd", _deviation))
    }


def _summed(members: Sequence[Mapping[str, Number]], measure: Callable[[list[float]], float]) -> dict[str, float]:
    # A mean over some of the folds would be read as one over all of them.
    names = [name for name in members[0] if all(name in values for values in members)]
    return {name: measure([float(values[name]) for values in members]) for name in names}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _deviation(values: list[float]) -> float:
    mean = _mean(values)
    deviation = (sum((value - mean) * (value - mean) for value in values) / (len(values) - 1)) ** 0.5
    return deviation if abs(deviation) > _NOISE * abs(mean) else 0.0


def _pairs(title: str, values: Mapping[str, Scalar]) -> Table | None:
    return _texts(title, {name: show_scalar(value) for name, value in sorted(values.items())})


def _texts(title: str, values: Mapping[str, str]) -> Table | None:
    if not values:
        return None
    columns = [Column(title, least=_LEAST_NAME), Column("", least=_LEAST_VALUE, keep="start")]
    return Table(columns, [[Cell(name), Cell(text)] for name, text in values.items()])


def _names(title: str, names: Sequence[str]) -> Table | None:
    return Table([Column(title, least=_LEAST_NAME)], [[Cell(name)] for name in names]) if names else None


def _data(record: Record) -> Table | None:
    if not record.data:
        return None
    columns = [
        Column("data", least=_LEAST_NAME),
        Column("size", "right"),
        Column("files", "right"),
        Column("digest"),
        Column(""),
    ]
    rows = [
        [
            Cell(path),
            Cell(format_bytes(entry.bytes)),
            Cell("" if entry.files is None else str(entry.files)),
            Cell(short_id(entry.md5), "dim"),
            Cell("output" if entry.output else "input", "dim"),
        ]
        for path, entry in sorted(record.data.items())
    ]
    return drop_empty(Table(columns, rows))


def _environment(environment: Mapping[str, Any]) -> Facts | None:
    """Returns a line for each fact, and one for all packages: a list of them would push the metrics off the screen."""
    facts = {name: show_scalar(value) for name, value in flatten(environment).items()}
    packages = {name: version for name, version in facts.items() if name.startswith(_PACKAGE)}
    rows = [(name, text) for name, text in facts.items() if name not in packages]
    if packages:
        shown = (f"{name.removeprefix(_PACKAGE)} {version}" for name, version in packages.items())
        rows.append(("packages", ", ".join(shown)))
    return Facts(rows) if rows else None
