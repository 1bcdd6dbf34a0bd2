"""What the experiment view's parts and threads tell it."""

from __future__ import annotations

from branchlab_tui.screens.experiment.messages.part_read import PartRead
from branchlab_tui.screens.experiment.messages.pulse_felt import PulseFelt
from branchlab_tui.screens.experiment.messages.section_chosen import SectionChosen

__all__ = ["PartRead", "PulseFelt", "SectionChosen"]
