"""What can be done with the one experiment that is shown. Free of Textual."""

from __future__ import annotations

from branchlab_tui.actions.action import Action
from branchlab_tui.screens.experiment.sections.section import SECTIONS

KEYS: tuple[Action, ...] = (
    Action("next_section", ("tab",), "section", "next section", rank=1),
    Action("previous_section", ("shift+tab",), "section before", "the section before"),
    Action("next_experiment", ("right_square_bracket",), "next", "the next experiment of the table", rank=2),
    Action("previous_experiment", ("left_square_bracket",), "previous", "the experiment before", rank=3),
    Action("search", ("slash",), "search", "find a text in the log, or in the section that is shown", rank=4),
    Action("next_hit", ("n",), "next hit", "next place that the search found"),
    Action("previous_hit", ("N",), "hit before", "the place before that the search found"),
    Action("follow", ("F",), "follow", "keep the last line of the log in sight, or stay", rank=6),
    Action("tail", ("t",), "log", "what its command printed", rank=5),
    Action("left_pane", ("h", "left"), "left", "give the keys to the overview at the left"),
    Action("right_pane", ("l", "right"), "right", "give the keys to the section at the right"),
    Action("zoom", ("plus",), "zoom", "give the whole width to the section, or share it again", rank=8),
    Action("open", ("enter",), "open", "open the curves, the plot or the file in its own view"),
    Action("page_down", ("pagedown", "ctrl+d"), "more", "the next curves, where not all are in sight"),
    Action("page_up", ("pageup", "ctrl+u"), "back", "the curves before"),
    Action("step_back", ("escape",), "back", "one step back: search, zoom, view"),
    Action("difference", ("D",), "diff", "what differs from the baseline, line by line", rank=7),
    *(Action(f"section_{one.id}", (), one.label.lower(), f"show {one.title}") for one in SECTIONS),
)
