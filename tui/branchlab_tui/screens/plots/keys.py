"""Keys of the plots."""

from __future__ import annotations

from branchlab_tui.actions.action import Action

KEYS: tuple[Action, ...] = (
    Action("next_entry", ("tab", "right_square_bracket"), "next", "next plot", rank=1),
    Action("previous_entry", ("shift+tab", "left_square_bracket"), "previous", "plot before"),
    Action("next_subject", ("full_stop",), "experiment", "the next experiment, where one is shown at a time", rank=2),
    Action("previous_subject", ("comma",), "experiment", "the experiment before"),
    Action("change_pairing", ("d",), "against", "the difference to another experiment, or both side by side", rank=3),
    Action("normalise", ("n",), "normalise", "counts, or shares of each true class", rank=4),
    Action("change_metric", ("x",), "metric", "the next metric of slices; the summary of resources", rank=5),
    Action("open_file", ("o",), "open", "open the file in another program", rank=6),
    Action("edit_file", ("e",), "editor", "open the file in your editor", rank=7),
    Action("zoom_panel", ("enter",), "zoom", "let one line plot fill the pane; again for all", rank=8),
    Action("cursor_left", ("h", "left"), "read", "move the cursor left: it reads all values at one place", rank=9),
    Action("cursor_right", ("l", "right"), "read", "move the cursor right"),
    Action("isolate", ("i",), "isolate", "only one experiment, or all again", rank=10),
    Action("log_axes", ("L",), "log", "linear, log y, log x, both", rank=11),
    Action("toggle_baseline", ("b",), "baseline", "show the baseline behind the others, or not", rank=12),
    Action("reset_zoom", ("0",), "all", "show all of a line plot again"),
    Action("step_back", ("escape",), "back", "one step back: cursor, single line plot, view"),
    Action("page_down", ("pagedown",), "panel", "next line plot of several"),
    Action("page_up", ("pageup",), "panel", "line plot before"),
)
