"""What views ask of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.messages.filter_chosen import FilterChosen
from driven_app import drive, screen_text, settled
from reading_project import make_project

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository


def test_a_filter_chosen_in_another_view_leads_to_the_table(repository: ScratchRepository) -> None:
    async def choose(pilot: Pilot[int], app: BranchlabApp) -> None:
        await pilot.press("asterisk", "c")
        await settled(pilot)
        assert app.view.VIEW == "compare"
        app.view.post_message(FilterChosen("accuracy>0.94"))
        await settled(pilot)
        assert app.view.VIEW == "experiments"
        assert app.session.table.query == "accuracy>0.94"
        assert "accuracy>0.94" in screen_text(app)
        assert "exp/model/wider" not in screen_text(app)

    drive(make_project(repository).path, choose)
