"""Dialogs of the table: columns, groups, saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.model.columns import all_columns
from branchlab_tui.screens.experiments import edits
from branchlab_tui.screens.experiments.filtering import Filtering

if TYPE_CHECKING:
    from branchlab_tui.widgets.column_chooser.chosen import Chosen
    from branchlab_tui.widgets.picker.picker import Picked

_WORDS = {"field": "", "metrics": "metric", "params": "parameter", "best": "best of its curve", "curve": "curve"}


class Choosing(Filtering):
    """Lets the user choose from what there is."""

    def action_columns(self) -> None:
        """Lets the user choose, pin and order columns."""
        from branchlab_tui.widgets.column_chooser.chosen import Known
        from branchlab_tui.widgets.column_chooser.column_chooser import ColumnChooser

        infos = [info for info in all_columns(self.snapshot) if info.key != edits.NAME]
        known = [Known(info.key, info.title, _WORDS[info.kind]) for info in infos]
        shown = [key for key in self.shown_columns if key != edits.NAME]
        dialog = ColumnChooser(known, shown, self.state.pinned, current=self.column)
        self.app.push_screen(dialog, self._take_columns)

    def _take_columns(self, chosen: Chosen | None) -> None:
        if chosen is None:
            return
        if not chosen.order:  # `ColumnChooser.RESET`: columns and widths as usual again
            self.change(self.state._replace(columns=(), pinned=(), widths={}))
        elif not chosen.columns:
            self.notify("one column at least stays", markup=False)
        else:
            self.change(edits.choose_columns(self.state, chosen.columns, tuple(chosen.pinned)))

    def action_group(self) -> None:
        """Lets the user choose what rows are grouped by."""
        from branchlab_tui.widgets.picker.choice import Choice
        from branchlab_tui.widgets.picker.picker import Picker

        fields = [("", "no groups"), ("type", "type"), ("sweep", "sweep"), ("author", "author"), ("status", "state")]
        params = [(info.key, info.title) for info in all_columns(self.snapshot) if info.kind == "params"]
        choices = [
            *(Choice(key, text, mark="◆" if key == self.state.group else " ") for key, text in fields),
            *(Choice(key, text, "parameter", "◆" if key == self.state.group else " ") for key, text in params),
        ]
        self.app.push_screen(Picker("Group by", choices, current=self.state.group), self._take_group)

    def _take_group(self, picked: Picked | None) -> None:
        if picked is not None:
            self.change(edits.group_by(self.state, picked.key))
