"""Opens other views of what is marked or under the cursor, and steps back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.screens.experiments import edits
from branchlab_tui.screens.experiments.arranging import Arranging

if TYPE_CHECKING:
    from branchlab_tui.widgets.table.messages import RowOpened

_PAIR = 2


class Opening(Arranging):
    """Leads to the other views."""

    def on_row_opened(self, message: RowOpened) -> None:
        """Opens an experiment, or a group of them."""
        if self.snapshot.find(message.key) is not None:
            self.post_message(OpenView("experiment", (message.key,)))
        elif (group := self.arrangement.group_at(message.key)) is not None:
            self.change(edits.fold(self.state, group.name))

    def action_diff(self) -> None:
        """Shows what differs between two marked experiments, or between one and the baseline."""
        subjects = self.subjects
        if len(subjects) > _PAIR:
            self.notify("mark one or two for a diff; c compares more", markup=False)
        elif subjects:
            self.post_message(OpenView("diff", subjects))

    def action_compare(self) -> None:
        """Shows the marked experiments side by side, a single one beside the baseline."""
        subjects = self.subjects
        baseline = self.snapshot.find(self.state.baseline) or self.snapshot.baseline
        if len(subjects) == 1 and baseline is not None and row_key(baseline) not in subjects:
            # In front, as the view of a comparison puts it.
            subjects = (row_key(baseline), *subjects)
        if len(subjects) < _PAIR:
            self.notify("mark two or more to compare: space", markup=False)
        else:
            self.post_message(OpenView("compare", subjects))

    def action_curves(self) -> None:
        """Shows the curves of the marked experiments."""
        if self.subjects:
            self.post_message(OpenView("curves", self.subjects))

    def action_step_back(self) -> None:
        """Goes one step back: filter, marks."""
        if self.state.query or self.state.front:
            self.change(self.state._replace(query="", front=False))
        elif self.table.marked:
            self.action_unmark()
        else:
            self.notify("q leaves", markup=False, timeout=2)
