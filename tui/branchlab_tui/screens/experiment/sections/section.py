"""The sections of the view, in their order."""

from __future__ import annotations

from branchlab.tuples import NamedTuple


class Section(NamedTuple):
    """A section: its id, its word on a tab, and the same in three letters."""

    id: str
    label: str
    short: str
    title: str


SECTIONS: tuple[Section, ...] = (
    Section("overview", "Overview", "Ovr", "what it is, what it changed, and how it did"),
    Section("parameters", "Params", "Par", "its parameters, those that were changed first"),
    Section("metrics", "Metrics", "Met", "its metrics with splits and slices"),
    Section("curves", "Curves", "Cur", "its curves"),
    Section("plots", "Plots", "Plt", "its confusion matrices, PR and ROC curves"),
    Section("data", "Data", "Dat", "what it read and made"),
    Section("environment", "Env", "Env", "its Python and packages"),
    Section("code", "Code", "Cod", "the files of code it changed"),
    Section("log", "Log", "Log", "what its command printed"),
    Section("commits", "Commits", "Com", "the commits of its branch"),
)
PAGES = tuple(section.id for section in SECTIONS if section.id not in ("curves", "log"))


def section_after(section: str, steps: int, *, left_out: str = "") -> str:
    """Returns the section so many steps further on, round at the ends."""
    ids = [one.id for one in SECTIONS if one.id != left_out]
    # The one that is shown was left out: forward begins at the first, backward at the last.
    place = ids.index(section) if section in ids else (-1 if steps > 0 else 0)
    return ids[(place + steps) % len(ids)]
