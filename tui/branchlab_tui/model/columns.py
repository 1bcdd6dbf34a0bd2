"""Which columns a table of experiments can have, which it has at first, how they are headed and how wide they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.compare.inputs import importance, rule_of
from branchlab.report.values import is_of_split, metric_title
from branchlab.report.width import display_width
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.model.formats import NumberFormat, choose_format
from branchlab_tui.model.sheet import SAMPLE, sheet_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from branchlab.experiment import Experiment, Scalar
    from branchlab.project import Goal
    from branchlab_tui.model.sheet import Sheet
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState

Kind = Literal["field", "metrics", "params", "best", "curve"]

NAME = "name"
FIELDS = (NAME, "status", "age", "author", "seconds", "note", "commit", "started", "run", "seed")
CURVE_WIDTH = 8
CURVE_MARK = "~"

_TITLES = {NAME: "experiment", "seconds": "took"}
_TABLES = ("metrics", "params", "best")
_RIGHT = ("age", "seconds", "seed")
_WIDTHS = {"status": 14, "age": 4, "seconds": 7, "commit": 8, "started": 20, "run": 22}
_WIDEST = {NAME: 44, "note": 40, "author": 16}
_WIDEST_TEXT = 24
_WIDEST_TITLE = 14
_DROPS = {"note": 90, "author": 80, "seconds": 75, "commit": 75, "run": 75, "seed": 75, "started": 75, "curve": 65,
          "age": 60, "params": 50}  # fmt: skip
_FEW = 50  # values that mostly tell already whether all are the same
_OTHER, _DECLARED, _FIRST = 70, 30, 20


class ColumnInfo(NamedTuple):
    """One column that the table can have.

    Attributes:
        key: `status`, `metrics.accuracy`, `params.lr`, `best.accuracy`, `curve:loss`.
        title: the heading: its name with the direction in which it is better, and its unit.
        kind: the table that its values come from.
        align: the side that its cells keep to.
        width: cells of its content, without marks.
        goal: of a metric, when somebody said.
        drop: what goes first where space is short: the larger.
        number: how its numbers are written; None for text.
    """

    key: str
    title: str
    kind: Kind = "field"
    align: Literal["left", "right"] = "left"
    width: int = 10
    goal: Goal | None = None
    drop: int = 0
    number: NumberFormat | None = None


def all_columns(snapshot: Snapshot) -> tuple[ColumnInfo, ...]:
    """Returns every column that some experiment has a value for: fields, metrics, parameters, best values, curves."""
    sheet = sheet_of(snapshot)
    keys = [*FIELDS, *(f"{table}.{name}" for table in _TABLES for name in _in_order(sheet, table))]
    curves = [f"curve:{name}" for name in _in_order(sheet, "best")]
    return tuple(column_info(snapshot, key) for key in (*keys, *curves))


def default_columns(snapshot: Snapshot, state: TableState) -> tuple[ColumnInfo, ...]:
    """Returns the columns that the state asks for, else the usual ones; the name comes first."""
    sheet = sheet_of(snapshot)
    asked = tuple(full_key(sheet, key) for key in state.columns)
    keys = asked or sheet.fact("usual columns", lambda: usual_keys(sheet))
    return tuple(column_info(snapshot, key) for key in dict.fromkeys((NAME, *keys)))


def full_key(sheet: Sheet, name: str) -> str:
    """Returns the key of a column that a person wrote: `accuracy` is a metric, else a parameter, else a field."""
    if name in FIELDS or name.partition(".")[0] in _TABLES or name.startswith("curve:"):
        return name
    for table in ("metrics", "params"):
        if name in names_in(sheet, table):
            return f"{table}.{name}"
    return {"took": "seconds"}.get(name, name)


def usual_keys(sheet: Sheet) -> tuple[str, ...]:
    """Returns what a person wants first: state, metrics, parameters that differ, age, and what else says something."""
    names = _in_order(sheet, "metrics")
    known = frozenset(names)
    declared = sheet.settings.metrics
    metrics = [f"metrics.{name}" for name in names if name in declared or not is_of_split(name, known)]
    params = [f"params.{name}" for name in _in_order(sheet, "params") if differs(sheet, f"params.{name}")]
    authors = ["author"] if len({*all_values(sheet, "author")} - {""}) > 1 else []
    notes = ["note"] if any(any(all_values(sheet, field)) for field in ("note", "problem")) else []
    curves = [f"curve:{name}" for name in _in_order(sheet, "best")[:1]]
    return (NAME, "status", *metrics, *curves, *params, "age", *authors, "seconds", *notes)


def column_info(snapshot: Snapshot, key: str) -> ColumnInfo:
    """Returns what is known of one column; while the program shows a project it may get wider, never narrower."""
    sheet = sheet_of(snapshot)
    return sheet.fact(("column", key), lambda: sheet.kept(("column", key), lambda old: _wider(sheet, key, old)))


def _wider(sheet: Sheet, key: str, old: ColumnInfo | None) -> ColumnInfo:
    """Returns a column as it was, or wide enough for more where little was known when it was chosen."""
    # Chosen from as many as it ever is: only a small project can still show something wider.
    if old and len(sheet) > SAMPLE:
        return old
    new = _info(sheet, key)
    if old is None:
        return new
    number = new.number
    if number and old.number:
        number = number._replace(decimals=max(number.decimals, old.number.decimals))
        number = number._replace(width=max(number.width, old.number.width))
    return new._replace(width=max(new.width, old.width), number=number)


def column_values(sheet: Sheet, key: str) -> list[Scalar]:
    """Returns the value of each experiment in a column, None where it has none."""
    return sheet.column(("value", key), lambda ones: _values(ones, key))


def differs(sheet: Sheet, key: str, rows: Sequence[int] | None = None) -> bool:
    """Says whether a column is not the same everywhere, or in some rows; a missing value differs from any other."""
    if key.startswith("curve:"):
        return True
    values = all_values(sheet, key)
    return differ(values if rows is None or not sheet.decoded else [values[row] for row in rows])


def differ(values: Sequence[Scalar]) -> bool:
    """Says whether some values are not the same to a person: `1` is `1.0`, but not `true`; NaN is NaN."""
    if len(values) > _FEW and differ(values[:_FEW]):
        return True
    first = next(iter(values), None)
    if values.count(first) == len(values):  # quick, and takes `true` for 1
        return len({type(value) is bool for value in values}) > 1
    return not all(value != value for value in values)  # noqa: PLR0124 - only NaN differs from itself


def names_in(sheet: Sheet, table: str) -> frozenset[str]:
    """Returns the names that any experiment has in a table: `metrics`, `params` or `best`."""
    if not sheet.decoded:
        return sheet.fact(("names", table), lambda: frozenset().union(*(getattr(one, table) for one in sheet.sample())))
    # Most experiments have the same names: each set of them gets a number, and few numbers are left to look at.
    known: dict[tuple[str, ...], int] = sheet.kept(("names", table), lambda old: {} if old is None else old)
    numbers = sheet.column(
        ("names", table), lambda ones: [known.setdefault(tuple(getattr(one, table)), len(known)) for one in ones]
    )
    sets = list(known)
    return sheet.fact(("names", table), lambda: frozenset(name for number in set(numbers) for name in sets[number]))


def all_values(sheet: Sheet, key: str) -> list[Scalar]:
    """Returns the values of a column; of some experiments where looking at all costs much."""
    return column_values(sheet, key) if sheet.decoded else _values(sheet.sample(), key)


def _in_order(sheet: Sheet, table: str) -> list[str]:
    """Returns the names in a table: what the team cares about first, then by name."""
    settings = sheet.settings
    if table == "params":
        return sorted(names_in(sheet, table))
    return sorted(names_in(sheet, table), key=lambda name: (importance(settings, name), name))


def _values(ones: Sequence[Experiment], key: str) -> list[Scalar]:
    table, _, name = key.partition(".")
    if name and table in _TABLES:
        return [getattr(one, table).get(name) for one in ones]
    field = "started" if key == "age" else key
    return [getattr(one, field, None) for one in ones]


def _info(sheet: Sheet, key: str) -> ColumnInfo:
    if key.startswith("curve:"):
        title = f"{safe_text(key.removeprefix('curve:'))} {CURVE_MARK}"
        width = max(CURVE_WIDTH, min(display_width(title), _WIDEST_TITLE))
        return ColumnInfo(key, title, "curve", width=width, drop=_DROPS["curve"])
    table, _, name = key.partition(".")
    if name and table in ("metrics", "best"):
        return _measured(sheet, key, "metrics" if table == "metrics" else "best", name)
    if name and table == "params":
        return _parameter(sheet, key, name)
    return _field(sheet, key)


def _measured(sheet: Sheet, key: str, kind: Kind, name: str) -> ColumnInfo:
    settings = sheet.settings
    rule = rule_of(settings, name)
    title = safe_text(metric_title(name if kind == "metrics" else key, rule.goal, rule.unit))
    least = min(display_width(title), _WIDEST_TITLE)
    number = choose_format(_numbers(_values(sheet.sample(), key)), filled=True, least=least)
    drop = _DECLARED if name in settings.metrics or not settings.metrics else _OTHER
    return ColumnInfo(key, title, kind, "right", max(number.width, least), rule.goal, drop, number)


def _parameter(sheet: Sheet, key: str, name: str) -> ColumnInfo:
    title = safe_text(_short(name, names_in(sheet, "params") | names_in(sheet, "metrics")))
    least = min(display_width(title), _WIDEST_TITLE)
    values = _values(sheet.sample(), key)
    if all(value is None or type(value) in (int, float) for value in values):
        number = choose_format(_numbers(values), filled=False, least=least)
        return ColumnInfo(key, title, "params", "right", max(number.width, least), None, _DROPS["params"], number)
    width = min(max((_width(value) for value in values), default=0), _WIDEST_TEXT)
    return ColumnInfo(key, title, "params", "left", max(width, least), None, _DROPS["params"])


def _field(sheet: Sheet, key: str) -> ColumnInfo:
    title = _TITLES.get(key, safe_text(key))
    width = _WIDTHS.get(key, 0)
    if not width:
        values = _values(sheet.sample(), key)
        if key == NAME and sheet.decoded:  # of names, the one that is cut is the one that is looked for
            values.append(max(map(str, column_values(sheet, key)), key=len, default=""))
        width = min(max(map(_width, values), default=0), _WIDEST.get(key, _WIDEST_TEXT))
    align: Literal["left", "right"] = "right" if key in _RIGHT else "left"
    return ColumnInfo(key, title, "field", align, max(width, display_width(title)), drop=_DROPS.get(key, _FIRST))


def _short(name: str, known: Collection[str]) -> str:
    """Returns the last part of a dotted name where no other name ends so, else the whole."""
    last = name.rpartition(".")[2]
    return name if any(other != name and other.rpartition(".")[2] == last for other in known) else last


def _numbers(values: Sequence[Scalar]) -> list[float]:
    return [value for value in values if type(value) is float or type(value) is int]


def _width(value: Scalar) -> int:
    return 1 if value is None else display_width(safe_text(str(value)))
