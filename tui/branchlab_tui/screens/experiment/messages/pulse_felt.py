"""A thread looked at a run that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from branchlab.experiment import Experiment
    from branchlab_tui.screens.experiment.live_run import Felt


class PulseFelt(Message):
    """Brings how a run stands."""

    def __init__(self, one: Experiment, felt: Felt) -> None:
        super().__init__()
        self.one = one
        self.felt = felt
