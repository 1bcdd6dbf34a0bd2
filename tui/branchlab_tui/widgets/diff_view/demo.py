"""A program that shows one patch, to try the view by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import App

from branchlab_tui.widgets.diff_view.parser import parse_patch
from branchlab_tui.widgets.diff_view.view import DiffView

if TYPE_CHECKING:
    from textual.app import ComposeResult

PATCH = """\
diff --git a/train.py b/train.py
index 1..2 100644
--- a/train.py
+++ b/train.py
@@ -40,4 +40,5 @@ def train(config):
 def make_optimizer(model, config):
-\treturn AdamW(model.parameters(), lr=3e-4)
+\tparts = split(model, config.weight_decay)
+\treturn AdamW(parts, lr=config.lr, betas=(0.9, 0.95))
 # the last layer decays as well
 def evaluate(model):
diff --git a/model.bin b/model.bin
new file mode 100644
Binary files /dev/null and b/model.bin differ
"""


class PatchDemo(App[None]):
    """Shows a patch with the keys that screens give it."""

    BINDINGS: ClassVar = [
        ("right_square_bracket", "part(1)", "next"),
        ("left_square_bracket", "part(-1)", "previous"),
        ("F", "fold_all", "fold all"),
        ("vertical_line", "way", "side by side"),
        ("w", "words", "words"),
        ("q", "quit", "quit"),
    ]

    def __init__(self, path: str = "") -> None:
        super().__init__()
        self._path = path

    def compose(self) -> ComposeResult:
        """Makes the one widget."""
        yield DiffView()

    def on_mount(self) -> None:
        """Reads the patch."""
        text = PATCH
        if self._path:
            with open(self._path, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
                text = file.read()
        self.query_one(DiffView).show(parse_patch(text))
        self.query_one(DiffView).focus()

    def action_part(self, steps: int) -> None:
        """Goes to the next hunk."""
        self.query_one(DiffView).action_part(steps)

    def action_fold_all(self) -> None:
        """Folds all files."""
        self.query_one(DiffView).fold_all()

    def action_way(self) -> None:
        """Changes between one column and two."""
        self.query_one(DiffView).change_way()

    def action_words(self) -> None:
        """Changes whether words are highlighted."""
        self.query_one(DiffView).change_words()
