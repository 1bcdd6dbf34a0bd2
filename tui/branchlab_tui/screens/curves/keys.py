"""Keys of the curves."""

from __future__ import annotations

from branchlab_tui.actions.action import Action

KEYS: tuple[Action, ...] = (
    Action("next_panel", ("tab",), "next", "next metric", rank=1),
    Action("previous_panel", ("shift+tab",), "previous", "metric before"),
    Action("zoom_panel", ("enter",), "zoom", "let one metric fill the screen; again for all", rank=2),
    Action("cursor_left", ("h", "left"), "read", "move the cursor left: it reads all values at one step", rank=3),
    Action("cursor_right", ("l", "right"), "read", "move the cursor right"),
    Action("change_axis", ("x",), "x-axis", "count steps, time, or the part of the run", rank=4),
    Action("log_axes", ("L",), "log", "linear, log y, log x, both", rank=5),
    Action("smoother", ("right_curly_bracket",), "smooth", "smooth more", rank=6),
    Action("rougher", ("left_curly_bracket",), "rougher", "smooth less"),
    Action("isolate", ("i",), "isolate", "only one experiment, or all again", rank=7),
    Action("next_series", ("j", "down"), "series", "bring the next experiment to the front", rank=12),
    Action("previous_series", ("k", "up"), "series", "bring the experiment before to the front"),
    Action("choose_metrics", ("slash",), "metrics", "choose metrics by typing", rank=8),
    Action("toggle_baseline", ("b",), "baseline", "show the baseline behind the others, or not", rank=9),
    Action("zoom_in", ("plus", "equals_sign"), "in", "zoom in on x", rank=10),
    Action("zoom_out", ("minus",), "out", "zoom out on x"),
    Action("pan_left", ("less_than_sign", "H", "shift+left"), "pan left", "show earlier steps"),
    Action("pan_right", ("greater_than_sign", "shift+right"), "pan right", "show later steps"),
    Action("reset_zoom", ("0",), "all", "show all steps again"),
    Action("follow", ("F",), "follow", "keep the newest steps in sight while zoomed in", rank=11),
    Action("step_back", ("escape",), "back", "one step back: cursor, single metric, choice of metrics, view"),
    Action("page_down", ("pagedown", "ctrl+d"), "page", "next metrics"),
    Action("page_up", ("pageup", "ctrl+u"), "page", "metrics before"),
)
