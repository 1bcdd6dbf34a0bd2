"""What a table of plot data shows, told by its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from branchlab_tui.screens.plots.table import PlotTable

Kind = Literal["matrix", "roc", "pr", "bars", "lines", "table"]

ACTUAL = ("actual", "true", "y_true", "target", "label", "truth")
PREDICTED = ("predicted", "prediction", "pred", "y_pred", "predicted_label")
COUNT = ("count", "value", "n", "rows")
ROC = ("fpr", "tpr")
PR = ("recall", "precision")
_MOST_BARS = 100  # labels; more are better read as a table


def kind_of(table: PlotTable) -> Kind:
    """Returns how a table is best shown; `table` when nothing else fits it."""
    if table.rows == 0:
        return "table"
    # By their names first: by their numbers alone ROC and PR curves would be lines.
    if _numeric(table, ROC):
        return "roc"
    if _numeric(table, PR):
        return "pr"
    texts = [name for name in table.names if table.numbers(name) is None]
    if (named(table, ACTUAL) and named(table, PREDICTED)) or _is_square(table, texts):
        return "matrix"
    if not texts:
        return "lines"
    return "bars" if _is_labelled(table, texts) else "table"


def named(table: PlotTable, names: tuple[str, ...]) -> str:
    """Returns the column that has one of these names in any case, empty when there is none."""
    # Reversed, so that of `Count` and `count` the first one stays.
    lower = {name.lower(): name for name in reversed(table.names)}
    return next((lower[name] for name in names if name in lower), "")


def _numeric(table: PlotTable, names: tuple[str, ...]) -> bool:
    return all((own := named(table, (name,))) and table.numbers(own) is not None for name in names)


def _is_square(table: PlotTable, texts: list[str]) -> bool:
    """Tells whether it is a matrix as a data frame writes it: the labels above are those on the left."""
    return texts == [table.names[0]] and table.columns[0] == table.names[1:]


def _is_labelled(table: PlotTable, texts: list[str]) -> bool:
    """Tells whether each row is a label with numbers, as importances of features are."""
    labels = table.columns[0]
    return texts == [table.names[0]] and len(table.names) > 1 and len(set(labels)) == len(labels) <= _MOST_BARS
