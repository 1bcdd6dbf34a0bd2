"""What can be done with the table of experiments. Free of Textual."""

from __future__ import annotations

from branchlab_tui.actions.action import Action

KEYS: tuple[Action, ...] = (
    Action("filter", ("slash",), "filter", "filter with the query language of branchlab ls", rank=1, twin="ls QUERY"),
    Action("sort", ("s",), "sort", "sort by the column under the cursor: on, turned round, off", rank=2),
    Action(
        "diff", ("D",), "diff", "what differs from the baseline, or between two marked", rank=3, twin="diff {names}"
    ),
    Action("compare", ("c",), "compare", "marked experiments side by side", rank=4, twin="compare {names}"),
    Action("curves", ("t",), "curves", "curves of the marked experiments", rank=5),
    Action(
        "pin_baseline", ("b",), "baseline", "compare with this experiment; again for the project's baseline", rank=6
    ),
    Action("delta", ("d",), "Δ", "metrics as values, with Δ against the baseline, Δ alone, Δ in percent", rank=7),
    Action("only_changed", ("equals_sign",), "changed", "leave out columns that are the same everywhere", rank=8),
    Action("columns", ("C",), "columns", "choose, pin and order columns", rank=9),
    Action("group", ("W",), "group", "group rows by type, sweep, author, or a parameter", rank=10),
    Action("saved_views", ("V",), "views", "choose, save and delete views kept in branchlab.toml", rank=11),
    Action("add_sort", ("S",), "sort too", "sort by the column under the cursor where the others are equal"),
    Action("front", ("o",), "front", "only experiments that no other beats in every optimised metric"),
    Action("pin_column", ("p",), "pin", "keep the column under the cursor in sight"),
    Action("hide_column", ("minus",), "hide", "hide the column under the cursor"),
    Action("fit_column", ("w",), "width", "make the column as wide as its longest value, or as usual"),
    Action("toggle_preview", ("backslash",), "preview", "show or hide the preview of the row under the cursor"),
    Action("other_pane", ("tab",), "pane", "go to the preview, or back to the table"),
    Action("zoom", ("plus",), "zoom", "give the whole screen to the table or the preview"),
    Action("fold_all", ("F",), "fold", "close all groups, or open them"),
    Action("sort_again", ("R", "f5"), "reread", "read everything again from git, and put live rows in order"),
    Action("step_back", ("escape",), "back", "one step back: zoom, filter, marks"),
)
