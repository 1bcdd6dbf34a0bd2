"""`ls`: the catalog as a table, one row per experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.catalog.values import FIELDS, column_value, value_of
from branchlab.compare.difference import same_scalar
from branchlab.compare.inputs import importance, rule_of
from branchlab.compare.ranking import RANKED, Measurements, Ranking, rank
from branchlab.errors import NotFoundError
from branchlab.report.formats import to_csv
from branchlab.report.style import APART, BEST, FRONT, MISSING, STALE
from branchlab.report.table import Cell, Column, Table
from branchlab.report.values import (
    is_of_split,
    metric_cell,
    metric_title,
    seconds_since,
    short_id,
    show_scalar,
    status_cell,
)
from branchlab.text import did_you_mean, format_age, format_duration, safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.experiment import Experiment, Scalar
    from branchlab.project import Settings

# What goes first where space is short; within one kind, the rightmost.
_DROPS = {"note": 90, "author": 80, "seconds": 75, "commit": 75, "run": 75, "seed": 75, "age": 60, "params": 50}
_OTHER = 70
_DECLARED = 30
_STATUS = 20
_LEAST_NAME = 24
_LEAST_TEXT = 10


class View(NamedTuple):
    """What of the catalog is shown.

    Attributes:
        keys: columns by the name a user writes: fields, `age`, `params.x`, `metrics.x`, `best.x`.
        pinned: columns that stay however little space there is, such as the ones sorted by.
        now: seconds since the epoch, for ages.
    """

    keys: tuple[str, ...]
    pinned: frozenset[str]
    now: float


def default_keys(experiments: Sequence[Experiment], settings: Settings) -> list[str]:
    """Returns the columns a person wants first: state, metrics (declared ones first), parameters that differ, age."""
    known = {name for one in experiments for name in one.metrics}
    metrics = [name for name in known if name in settings.metrics or not is_of_split(name, known)]
    metrics.sort(key=lambda name: (importance(settings, name), name))
    params = sorted({name for one in experiments for name in one.params})
    changed = [f"params.{name}" for name in params if _differs(experiments, f"params.{name}")]
    authors = ["author"] if len({one.author for one in experiments if one.author}) > 1 else []
    notes = ["note"] if any(one.note or one.problem for one in experiments) else []
    return ["status", *(f"metrics.{name}" for name in metrics), *changed, "age", "seconds", *authors, *notes]


def choose_keys(asked: str, experiments: Sequence[Experiment], settings: Settings) -> list[str]:
    """Returns the columns of `--columns`: `a,b` are exactly these, `+c` adds to the usual ones, `-d` leaves one out.

    Raises:
        NotFoundError: as `resolve_key` does.
    """
    keys = default_keys(experiments, settings)
    items = [item.strip() for item in asked.split(",") if item.strip()]
    exact = [item for item in items if item[0] not in "+-"]
    chosen = [resolve_key(item, experiments) for item in exact] if exact else keys
    for item in items:
        if item[0] in "+-":
            key = resolve_key(item[1:], experiments)
            chosen = [other for other in chosen if other != key] + ([key] if item[0] == "+" else [])
    return [key for key in dict.fromkeys(chosen) if key != "name"]  # is always the first column


def resolve_key(name: str, experiments: Sequence[Experiment]) -> str:
    """Returns the full name of a column.

    Raises:
        NotFoundError: for a name that no experiment has; the hint names the nearest.
    """
    # A field that some row fills goes before a metric or parameter of its name; one that is empty everywhere
    # comes behind them (`seed` may be a parameter that no run told as its seed).
    if name == "age" or (name in FIELDS and any(getattr(one, name) not in (None, "") for one in experiments)):
        return name
    tables = {"metrics", "params", "best"}
    for key in [name] if name.partition(".")[0] in tables else []:
        if any(value_of(one, key) is not None for one in experiments):
            return key
    for table in ("metrics", "params"):
        if any(name in getattr(one, table) for one in experiments):
            return f"{table}.{name}"
    if name in FIELDS or name == "took":
        return {"took": "seconds"}.get(name, name)
    # Without a row nobody can say which names are wrong.
    if not experiments:
        return f"metrics.{name}"
    known = {*FIELDS, "age", "took", *(key for one in experiments for key in (*one.metrics, *one.params))}
    bare = name.partition(".")[2] if name.partition(".")[0] in tables else name
    hint = did_you_mean(bare, known, "branchlab ls --json shows every name")
    raise NotFoundError(f"no experiment has {safe_text(name)}", hint)


def only_changed(keys: Sequence[str], experiments: Sequence[Experiment]) -> list[str]:
    """Leaves out the columns whose value is the same everywhere; a missing value differs from any other."""
    return [key for key in keys if _differs(experiments, "started" if key == "age" else key)]


def front_of(experiments: Sequence[Experiment], settings: Settings) -> list[Experiment]:
    """Returns the experiments that no other beats in every optimised metric; none unless there are two such metrics."""
    front = _ranking(experiments, settings).front
    return [one for place, one in enumerate(experiments) if place in front]


def list_table(experiments: Sequence[Experiment], settings: Settings, view: View) -> tuple[Table, list[str]]:
    """Returns the table, and how many experiments it has and what the marks in it mean."""
    ranking = _ranking(experiments, settings)
    front = ranking.front
    names = Column("experiment", least=_LEAST_NAME)
    columns = [
        names,
        *([Column("")] if front else []),
        *(_column(key, experiments, settings, view) for key in view.keys),
    ]
    makers = [_cell_maker(key, ranking, view) for key in view.keys]
    rows = [
        [
            Cell(one.name, "bold" if place in front else ""),
            *([Cell(FRONT if place in front else "", "best")] if front else []),
            *(make(place, one) for make in makers),
        ]
        for place, one in enumerate(experiments)
    ]
    return Table(columns, rows), _legend(experiments, _metric_cells(rows, view.keys), settings, front)


def _ranking(experiments: Sequence[Experiment], settings: Settings) -> Ranking:
    measured = [
        Measurements(one.metrics if one.status in RANKED else {}, one.data, known=one.commit is not None)
        for one in experiments
    ]
    return rank(measured, settings)


def list_csv(experiments: Sequence[Experiment], keys: Sequence[str] | None = None) -> str:
    """Returns everything about the experiments, or the columns asked for, at full precision."""
    if keys is None:
        keys = ["commit", "status", "started", "seconds", "author", "note", "run", "seed"]
        for table in ("params", "metrics", "best"):
            names = sorted({name for one in experiments for name in getattr(one, table)})
            keys += [f"{table}.{name}" for name in names]
    # In a file an age would be wrong as soon as it is written.
    full = ["name", *("started" if key == "age" else key for key in keys)]
    return to_csv(full, ([_value(one, key) for key in full] for one in experiments))


_OF_TRIALS = ("sweep", "trial", "search")  # as in the rows of the catalog


def list_objects(experiments: Sequence[Experiment], keys: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Returns the experiments as JSON objects; `keys` leaves only these columns of parameters, metrics and bests."""
    objects = []
    for one in experiments:
        item = {key: value for key, value in one._asdict().items() if one.trial is not None or key not in _OF_TRIALS}
        if keys is not None:
            for table in ("params", "metrics", "best"):
                item[table] = {name: value for name, value in item[table].items() if f"{table}.{name}" in keys}
        objects.append({key: dict(value) if hasattr(value, "keys") else value for key, value in item.items()})
    return objects


def _value(one: Experiment, key: str) -> Scalar:
    table, _, rest = key.partition(".")
    if table in ("params", "metrics", "best"):
        values: Mapping[str, Scalar] = getattr(one, table)
        return values.get(rest)
    return column_value(one, key)


def _differs(experiments: Sequence[Experiment], key: str) -> bool:
    values = [_value(one, key) for one in experiments]
    return any((value is None) != (values[0] is None) or not same_scalar(value, values[0]) for value in values[1:])


def _column(key: str, experiments: Sequence[Experiment], settings: Settings, view: View) -> Column:
    table, _, name = key.partition(".")
    drop = _DROPS.get(table, _STATUS)
    if table in ("metrics", "best"):
        rule = rule_of(settings, name)
        title = metric_title(name if table == "metrics" else key, rule.goal, rule.unit)
        # Where the settings name no metric, none is more important than another.
        drop = _DECLARED if name in settings.metrics or not settings.metrics else _OTHER
        column = Column(title, "decimal", drop)
    elif table == "params":
        numeric = all(isinstance(_value(one, key), (int, float, type(None))) for one in experiments)
        # A parameter that is called like a metric beside it keeps its whole name.
        title = key if f"metrics.{name}" in view.keys else name
        column = Column(title, "decimal" if numeric else "left", drop, 0 if numeric else _LEAST_TEXT)
    elif key in ("age", "seconds", "seed"):
        column = Column({"seconds": "took"}.get(key, key), "right", drop)
    elif key == "note":
        column = Column(key, "left", drop, _LEAST_TEXT * 2, "start")
    else:
        column = Column(key, "left", drop, 0 if key == "status" else _LEAST_TEXT)
    return column._replace(drop=0) if key in view.pinned else column


def _cell_maker(key: str, ranking: Ranking, view: View) -> Callable[[int, Experiment], Cell]:
    table, _, name = key.partition(".")
    if table == "metrics":
        best, apart = ranking.best.get(name, frozenset()), ranking.apart.get(name, frozenset())
        return lambda place, one: metric_cell(one.metrics.get(name), best=place in best, apart=place in apart)
    makers: dict[str, Callable[[int, Experiment], Cell]] = {
        "status": lambda _, one: status_cell(one.status, stale=one.stale),
        "age": lambda _, one: _age(one, view.now),
        "seconds": lambda _, one: Cell(format_duration(one.seconds), "dim") if one.seconds is not None else _missing(),
        "commit": lambda _, one: Cell(short_id(one.commit), "dim"),
        "author": lambda _, one: Cell(one.author) if one.author else _missing(),
        "note": lambda _, one: Cell(one.problem or one.note, "warn" if one.problem else "dim"),
    }
    return makers.get(key) or (lambda _, one: _plain(_value(one, key)))


def _age(one: Experiment, now: float) -> Cell:
    age = seconds_since(one.started, now)
    return _missing() if age is None else Cell(format_age(age), "dim")


def _plain(value: Scalar) -> Cell:
    return _missing() if value is None else Cell(show_scalar(value))


def _missing() -> Cell:
    return Cell(MISSING, "dim")


def _metric_cells(rows: Sequence[Sequence[Cell]], keys: Sequence[str]) -> list[Cell]:
    """Returns the cells that may carry a mark; a note can end in any character."""
    places = [place for place, key in enumerate(keys) if key.startswith("metrics.")]
    return [row[len(row) - len(keys) + place] for row in rows for place in places]


def _legend(
    experiments: Sequence[Experiment], cells: Sequence[Cell], settings: Settings, front: frozenset[int]
) -> list[str]:
    parts = [f"{len(experiments)} experiment{'' if len(experiments) == 1 else 's'}"]
    ends = {cell.text[-1:] for cell in cells}
    if BEST in ends:
        parts.append(f"{BEST} best")
    if front:
        goals = [name for name, rule in settings.metrics.items() if rule.strategy == "optimize"]
        parts.append(f"{FRONT} no other is better in all of {', '.join(map(safe_text, goals))}")
    if APART in ends:
        parts.append(f"{APART} measured on other data than most")
    if any(one.stale for one in experiments):
        parts.append(f"{STALE} commits came after the run")
    return parts
