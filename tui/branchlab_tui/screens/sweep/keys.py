"""What can be done with a sweep. Free of Textual."""

from __future__ import annotations

from branchlab_tui.actions.action import Action

KEYS: tuple[Action, ...] = (
    Action("other_pane", ("tab",), "pane", "next pane: history, slices, contour, strands, importance, progress", 1),
    Action("trial_left", ("h", "left"), "trial", "read the trial to the left; in slices j and k change the plot", 2),
    Action("trial_right", ("l", "right"), "trial", "read the trial to the right"),
    Action("best_trial", ("f",), "best", "read the best trial, or the next of the front", 3),
    Action("open_trial", ("enter",), "open", "show everything about the trial that is read", 4),
    Action("trials", ("slash",), "trials", "the trials in the table of all experiments", 5),
    Action("compare_best", ("c",), "compare", "the best trials side by side", 6, twin="branchlab sweep best"),
    Action("change_metric", ("x",), "metric", "judge by the next metric", 7),
    Action("log_values", ("L",), "log", "the metric in decades, or linear", 8),
    Action("x_axis", ("comma",), "x axis", "choose what the contour shows from left to right", 9),
    Action("y_axis", ("full_stop",), "y axis", "choose what the contour shows from bottom to top", 10),
    Action("sweeps", ("s",), "sweeps", "choose another sweep", 11),
    Action("zoom", ("plus",), "zoom", "give the whole screen to one pane", 12),
    Action("previous_pane", ("shift+tab",), "pane before", "the pane before"),
    Action("next_trial", ("right_square_bracket",), "next", "read the next trial by its number, in every pane"),
    Action("previous_trial", ("left_square_bracket",), "before", "read the trial before"),
    Action("step_back", ("escape",), "back", "one step back: zoom, view"),
)
