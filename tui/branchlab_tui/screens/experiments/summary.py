"""One line about the experiment under the cursor, where there is no room for the preview. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.values import show_scalar
from branchlab.text import safe_text
from branchlab_tui.widgets.status_line.layout import Fact

if TYPE_CHECKING:
    from branchlab.experiment import Experiment

_MOST = 12  # parameters


def summary(one: Experiment, baseline: Experiment | None) -> tuple[Fact, list[Fact]]:
    """Returns its note, which stands at the left, and the parameters that the baseline has otherwise."""
    facts = [Fact(text, "", place + 1) for place, text in enumerate(changed(one, baseline)[:_MOST])]
    words = one.problem or one.note
    return Fact(safe_text(words) or safe_text(one.name), "" if words else "bold"), facts


def changed(one: Experiment, baseline: Experiment | None) -> list[str]:
    """Returns the parameters that the baseline has otherwise, or all where there is no baseline, as `lr=0.1`."""
    from branchlab.compare.difference import same_scalar  # long after the first frame

    other = baseline.params if baseline else {}
    return [
        f"{safe_text(name.rpartition('.')[2])}={safe_text(show_scalar(value))}"
        for name, value in one.params.items()
        if baseline is None or name not in other or not same_scalar(value, other[name])
    ]
