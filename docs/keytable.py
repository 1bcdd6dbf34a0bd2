"""Writes the tables of keys in docs/tui.md from the table of actions that the program itself uses.

python docs/keytable.py            writes them
python docs/keytable.py --check    exit code 1 when they are not as the program has them
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from branchlab_tui.actions.everywhere import EVERYWHERE
from branchlab_tui.actions.experiments import EXPERIMENTS
from branchlab_tui.actions.key_names import shown_key
from branchlab_tui.actions.registry import own_actions
from branchlab_tui.model.views import VIEWS
from branchlab_tui.widgets.bar_chart import keys as bar_chart
from branchlab_tui.widgets.cloud import keys as cloud
from branchlab_tui.widgets.diff_view import keys as diff_view
from branchlab_tui.widgets.heat_map import keys as heat_map
from branchlab_tui.widgets.log_view import keys as log_view
from branchlab_tui.widgets.page import keys as page
from branchlab_tui.widgets.parallel import keys as parallel
from branchlab_tui.widgets.plot import keys as plot
from branchlab_tui.widgets.preview import keys as preview
from branchlab_tui.widgets.scatter import keys as scatter
from branchlab_tui.widgets.table import keys as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab_tui.widgets.drawn.key import Key

PAGE = Path(__file__).with_name("tui.md")
BEGIN, END = "<!-- keys: docs/keytable.py -->\n", "<!-- end of keys -->\n"
# What a view holds beside a table, and its keys.
PARTS = (
    ("In the preview of an experiment", preview.KEYS),
    ("On a page about an experiment", page.KEYS),
    ("In a log", log_view.KEYS),
    ("In a diff of code", diff_view.KEYS),
    ("In a plot of curves", plot.KEYS),
    ("In a scatter of two columns", scatter.KEYS),
    ("In parallel coordinates", parallel.KEYS),
    ("In a confusion matrix", heat_map.KEYS),
    ("In bars of slices", bar_chart.KEYS),
    ("In a plot of trials", cloud.KEYS),
    ("In a grid of plots of trials", cloud.GRID_KEYS),
)


def key_tables() -> str:
    """Returns every key of the program as Markdown, one table for each place where it works."""
    parts = [
        _table("Everywhere", ((action.keys, action.title) for action in EVERYWHERE)),
        _table("In a table", _rows(table.KEYS)),
        _table(
            "About the marked experiments, else the one under the cursor",
            ((action.keys, _told(action.title, action.twin)) for action in EXPERIMENTS),
        ),
        *(
            _table(f"`{view.key}` {view.title}", ((action.keys, action.title) for action in own_actions(view.id)))
            for view in VIEWS
        ),
        *(_table(title, _rows(keys)) for title, keys in PARTS),
    ]
    return "\n".join(parts)


def with_tables(text: str) -> str:
    """Returns the page with the tables of today."""
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + "\n" + key_tables() + "\n" + END + rest.partition(END)[2]


def _table(title: str, rows: Iterable[tuple[Sequence[str], str]]) -> str:
    lines = [f"### {title[0].upper()}{title[1:]}", "", "| key | |", "|---|---|"]
    lines += [f"| {' '.join(map(_key, keys)) or 'by `:`'} | {what.replace('|', '&#124;')} |" for keys, what in rows]
    return "\n".join([*lines, ""])


def _rows(keys: Iterable[Key]) -> Iterable[tuple[Sequence[str], str]]:
    """Returns the keys of a widget, and what they do."""
    return ((tuple(key.keys.split(",")), key.description) for key in keys)


def _key(key: str) -> str:
    shown = shown_key(key)
    return "`` ` ``" if shown == "`" else f"`{shown}`".replace("|", "\\|")


def _told(title: str, twin: str) -> str:
    return f"{title}: `{twin}`" if twin else title


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Writes the tables of keys in docs/tui.md.")
    parser.add_argument("--check", action="store_true")
    now = PAGE.read_text()
    wanted = with_tables(now)
    if parser.parse_args().check:
        sys.exit(now != wanted)
    PAGE.write_text(wanted)
