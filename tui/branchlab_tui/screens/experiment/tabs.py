"""The sections by name, the one that is shown in brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.screens.experiment.messages import SectionChosen
from branchlab_tui.screens.experiment.sections.section import SECTIONS
from branchlab_tui.widgets.tab_bar.layout import Tab
from branchlab_tui.widgets.tab_bar.tab_bar import TabBar

if TYPE_CHECKING:
    from branchlab_tui.widgets.tab_bar.tab_chosen import TabChosen


class SectionTabs(TabBar):
    """Shows which sections there are; a click chooses one."""

    DEFAULT_CSS = ""  # the sheet of the class above applies

    def show_section(self, current: str, left_out: str = "") -> None:
        """Shows which section is open, and leaves one out."""
        self.show(section_tabs(left_out), current)

    def on_tab_chosen(self, message: TabChosen) -> None:
        """Asks for the section that was clicked."""
        message.stop()
        self.post_message(SectionChosen(message.tab))


def section_tabs(left_out: str = "") -> list[Tab]:
    """Returns a tab for each section but one."""
    return [Tab(section.id, section.label, section.short) for section in SECTIONS if section.id != left_out]
