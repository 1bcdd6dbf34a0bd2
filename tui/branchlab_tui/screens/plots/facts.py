"""What the line below the plots says. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import safe_text
from branchlab_tui.screens.curves.facts import gone_text
from branchlab_tui.widgets.status_line.layout import Fact

if TYPE_CHECKING:
    from branchlab_tui.screens.overlaid.subjects import Subjects
    from branchlab_tui.screens.plots.build import Known
    from branchlab_tui.screens.plots.choice import Choice

_SUMMARY_ONLY = "samples end with the run: of what is recorded only the summary is kept"


def describe(choice: Choice | None, known: Known, subjects: Subjects, *, alone: bool) -> list[Fact]:
    """Returns the facts; `alone` when what is shown belongs to a single experiment."""
    problems = [one.problem for one in known.materials.values() if one.problem]
    if choice is not None:
        found = (known.tables.get((key, choice.entry.path)) for key in choice.entry.holders)
        problems += [one.problem for one in found if one and one.problem]
    return [
        *([Fact(f"✗ {safe_text(problems[0])}", "problem", 1)] if problems else []),
        *([Fact(gone_text(subjects.gone), "warn", 2)] if subjects.gone else []),
        *([Fact(f"{subjects.left_out} more marked", "warn", 3)] if subjects.left_out else []),
        *([_place(choice, known)] if choice is not None and alone and choice.of > 1 else []),
    ]


def _place(choice: Choice, known: Known) -> Fact:
    name = safe_text(known.label(choice.own))
    return Fact(f"{name} · {choice.place + 1} of {choice.of}", "bold", 4, "next_subject")


def caption(choice: Choice | None, known: Known) -> Fact:
    """Returns what has to be said of the entry: where it comes from, what of it is not shown."""
    if choice is None:
        return Fact("")
    if choice.entry.section == "slices":
        return Fact("")
    if choice.entry.section == "resources":
        # Samples are in the run folder, which goes when the run is recorded.
        recorded = any(not known.materials[key].samples for key in choice.entry.holders)
        return Fact(_SUMMARY_ONLY if recorded else "", "dim")
    found = known.tables.get((choice.own, choice.entry.path))
    cut = f" · {found.table.cut}" if found and found.table and found.table.cut else ""
    return Fact(f"{safe_text(choice.entry.path)}{cut}", "warn" if cut else "dim")
