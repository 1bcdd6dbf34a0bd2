"""What can be done with the difference of two experiments. Free of Textual."""

from __future__ import annotations

from branchlab_tui.actions.action import Action

KEYS: tuple[Action, ...] = (
    Action("other_pane", ("tab", "shift+tab"), "pane", "go to the code, or back to what was recorded", rank=1),
    Action(
        "next_part", ("right_square_bracket",), "next", "next hunk or folded file; in the table next section", rank=2
    ),
    Action("previous_part", ("left_square_bracket",), "previous", "the hunk, file or section before", rank=3),
    Action("search", ("slash",), "search", "search the code, or the rows of the table", rank=4),
    Action("swap", ("b",), "swap", "judge B against A instead", rank=5),
    Action("everything", ("equals_sign",), "all", "show what is the same too, or only what differs", rank=6),
    Action("fold", ("f",), "fold", "close or open the hunk, file or section under the cursor", rank=7),
    Action("fold_all", ("F",), "fold all", "close all files, which leaves a list of them, or open all", rank=8),
    Action("side_by_side", ("vertical_line",), "sides", "both sides beside each other, or in one column", rank=9),
    Action("words", ("w",), "words", "highlight the words that changed, or whole lines only", rank=10),
    Action(
        "more_context", ("right_curly_bracket",), "context", "more lines around each change, up to whole files", rank=11
    ),
    Action("less_context", ("left_curly_bracket",), "less", "fewer lines around each change"),
    Action("copy_patch", ("y",), "copy", "copy the patch, or the row of the table", rank=12),
    Action("open_file", ("e",), "editor", "open the file under the cursor in your editor", rank=13),
    Action("zoom", ("plus",), "zoom", "give the whole screen to one pane", rank=14),
    Action("next_hit", ("n",), "next hit", "next place that the search found"),
    Action("previous_hit", ("N",), "hit before", "the place before that the search found"),
    Action("step_back", ("escape",), "back", "one step back: search, zoom, view"),
)
