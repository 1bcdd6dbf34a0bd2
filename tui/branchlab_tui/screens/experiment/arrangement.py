"""Which panes stand side by side and below each other, by the size of the screen. Free of Textual."""

from __future__ import annotations

from branchlab.tuples import NamedTuple

TWO_COLUMNS = 120  # cells from which the overview stands beside every section
_COMPANION = 30  # rows from which another pane stands below the section


class Arrangement(NamedTuple):
    """What is in sight.

    Attributes:
        overview: whether the overview stands at the left; it is then no section of its own.
        section: the section that is shown.
        companion: the section below it, empty for none.
    """

    overview: bool
    section: str
    companion: str = ""


def arrange(section: str, width: int, height: int, *, live: bool, zoomed: bool) -> Arrangement:
    """Returns the panes for a section: at least that one, and what stands beside it as far as there is room.

    Curves and log belong together while a run lives; afterwards the curves stand below what is a page.
    """
    overview = width >= TWO_COLUMNS and not zoomed
    if section == "overview" and overview:
        # The overview stands at the left already; of a live run one wants to see what it prints.
        section = "log" if live else "metrics"
    if not overview or height < _COMPANION:
        return Arrangement(overview, section)
    if section == "curves":
        return Arrangement(overview, section, "log" if live else "")
    if section == "log":
        return Arrangement(overview, section, "curves" if live else "")
    return Arrangement(overview, section, "log" if live and section == "plots" else "curves")
