"""What can be done with a comparison. Free of Textual."""

from __future__ import annotations

from branchlab_tui.actions.action import Action

KEYS: tuple[Action, ...] = (
    Action("other_pane", ("tab",), "pane", "table, parallel coordinates, scatter", rank=1),
    Action("everything", ("equals_sign",), "all", "show rows that are equal everywhere too, or only others", rank=2),
    Action("delta", ("d",), "Δ", "metrics as values, with Δ against ⌂, Δ alone, Δ in percent", rank=3),
    Action(
        "order", ("s",), "order", "order the experiments by this row, best first; again for the order before", rank=4
    ),
    Action("reference", ("b",), "baseline", "compare with the experiment of this column", rank=5),
    Action("drop", ("space", "minus"), "drop", "leave the experiment of this column out", rank=6),
    Action("bring_back", ("asterisk",), "bring back", "take the experiments that were left out in again"),
    Action("diff", ("D",), "diff", "what differs between this experiment and ⌂", rank=7, twin="branchlab diff {names}"),
    Action("x_axis", ("comma",), "x axis", "choose what the scatter shows from left to right", rank=8),
    Action("y_axis", ("full_stop",), "y axis", "choose what the scatter shows from bottom to top", rank=9),
    Action("fold", ("f",), "fold", "close or open the section of this row", rank=10),
    Action("search", ("slash",), "search", "look for a row", rank=11),
    Action("copy_table", ("y",), "copy", "copy the table as Markdown", rank=12),
    Action("zoom", ("plus",), "zoom", "give the whole screen to one pane", rank=13),
    Action("previous_pane", ("shift+tab",), "pane before", "the pane before"),
    Action("next_hit", ("n",), "next hit", "next row that the search found"),
    Action("previous_hit", ("N",), "hit before", "the row before that the search found"),
    Action("step_back", ("escape",), "back", "one step back: search, zoom, view"),
)
