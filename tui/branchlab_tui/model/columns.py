"""Which columns a table of experiments can have, which it has at first, and how they are headed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.compare.inputs import rule_of
from branchlab.report.listing import default_keys
from branchlab.report.values import metric_title
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.project import Goal
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState

Kind = Literal["field", "metrics", "params", "best", "curve"]

FIELDS = ("name", "status", "age", "author", "seconds", "note", "commit", "started", "run", "seed")
NAME = "name"
_TITLES = {"name": "experiment", "seconds": "took"}
_WIDTHS = {"name": 32, "status": 14, "age": 4, "author": 12, "seconds": 7, "note": 30, "commit": 8, "started": 20,
           "run": 22, "seed": 6}  # fmt: skip
_DROPS = {"note": 90, "author": 80, "seconds": 75, "commit": 75, "run": 75, "seed": 75, "age": 60}


class ColumnInfo(NamedTuple):
    """One column that the table can have.

    Attributes:
        key: `status`, `metrics.accuracy`, `params.lr`, `best.accuracy`, `curve:loss`.
        title: the heading: its name with the direction in which it is better, and its unit.
        kind: the table that its values come from.
        align: the side that its cells keep to.
        width: cells of its content.
        goal: of a metric, when somebody said.
        drop: what goes first where space is short: the larger.
    """

    key: str
    title: str
    kind: Kind = "field"
    align: Literal["left", "right"] = "left"
    width: int = 10
    goal: Goal | None = None
    drop: int = 0


def all_columns(snapshot: Snapshot) -> tuple[ColumnInfo, ...]:
    """Returns every column that some experiment has a value for."""
    ones = snapshot.experiments
    keys = list(FIELDS)
    for table in ("metrics", "params", "best"):
        keys += [f"{table}.{name}" for name in sorted({name for one in ones for name in getattr(one, table)})]
    keys += [f"curve:{key.removeprefix('best.')}" for key in keys if key.startswith("best.")]
    return tuple(column_info(snapshot, key) for key in keys)


def default_columns(snapshot: Snapshot, state: TableState) -> tuple[ColumnInfo, ...]:
    """Returns the columns that the state asks for, else the usual ones; the name comes first."""
    keys = state.columns or default_keys(snapshot.experiments, snapshot.workspace.settings)
    return tuple(column_info(snapshot, key) for key in dict.fromkeys((NAME, *keys)))


def column_info(snapshot: Snapshot, key: str) -> ColumnInfo:
    """Returns what is known of one column."""
    if key.startswith("curve:"):
        return ColumnInfo(key, f"{safe_text(key.removeprefix('curve:'))} ∿", "curve", "left", 8, drop=65)
    table, _, name = key.partition(".")
    settings = snapshot.workspace.settings
    if table in ("metrics", "best") and name:
        rule = rule_of(settings, name)
        title = safe_text(metric_title(name if table == "metrics" else key, rule.goal, rule.unit))
        drop = 30 if name in settings.metrics or not settings.metrics else 70
        kind: Kind = "metrics" if table == "metrics" else "best"
        return ColumnInfo(key, title, kind, "right", max(8, len(title)), rule.goal, drop)
    if table == "params" and name:
        return ColumnInfo(key, safe_text(name), "params", "right", max(8, len(name)), drop=50)
    return ColumnInfo(
        key,
        safe_text(_TITLES.get(key, key)),
        align="right" if key in ("age", "seconds", "seed") else "left",
        width=_WIDTHS.get(key, 10),
        drop=_DROPS.get(key, 20),
    )
