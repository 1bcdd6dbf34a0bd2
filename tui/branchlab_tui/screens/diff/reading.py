"""Reads what a difference shows; everything here blocks, so it runs in a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.widgets.diff_view.parser import parse_patch
from branchlab_tui.widgets.diff_view.patch import Patch

if TYPE_CHECKING:
    from branchlab_tui.model.library import DifferenceRead, Library
    from branchlab_tui.screens.diff.pair import Pair

CONTEXTS = (0, 1, 3, 10, 30, 1_000_000)  # lines around a change; the last is whole files
USUAL = CONTEXTS.index(3)


class Shown(NamedTuple):
    """What was read of a pair.

    Attributes:
        pair: of which.
        read: the records and what differs; None where `problem` says why.
        patch: the code, parsed.
        context: place in `CONTEXTS` of how much of what did not change stands around it.
        problem: why there is nothing, as harmless text.
        hint: what to do about it.
        swapped: A and B changed places.
    """

    pair: Pair
    read: DifferenceRead | None = None
    patch: Patch = Patch()
    context: int = USUAL
    problem: str = ""
    hint: str = ""
    swapped: bool = False


def read_pair(library: Library, pair: Pair, context: int = USUAL, *, swapped: bool = False) -> Shown:
    """Returns what differs between two experiments, or why that is not known."""
    if pair.a is None:
        return Shown(pair, context=context, problem=pair.problem, hint=pair.hint)
    blank = Shown(pair, context=context, swapped=swapped)
    try:
        read = library.difference(pair.a, pair.b)
        if swapped:
            read = swap(library, read)
        patch = _patch(library, read, context, swapped=swapped)
    except (BranchlabError, OSError) as error:
        hint = error.hint if isinstance(error, BranchlabError) else ""
        return blank._replace(problem=safe_text(str(error)), hint=safe_text(hint or "R reads again"))
    return blank._replace(read=read, patch=patch)


def swap(library: Library, read: DifferenceRead) -> DifferenceRead:
    """Returns the same difference seen from the other side."""
    from branchlab.compare.difference import diff_records

    one = read.difference
    # Files that were added are deleted ones, seen from the other side.
    turned = {"A": "D", "D": "A"}
    code = tuple(
        file._replace(status=turned.get(file.status, file.status), added=file.removed, removed=file.added)
        for file in one.code
    )
    difference = diff_records(one.b, one.a, library.workspace.settings, code)
    trees = (read.trees[1], read.trees[0]) if read.trees else None
    return read._replace(difference=difference, trees=trees, at_merge_base=False)


def _patch(library: Library, read: DifferenceRead, context: int, *, swapped: bool) -> Patch:
    # The library's own patch has three lines of context; all else is asked of git again.
    if read.trees is None or (context == USUAL and not swapped):
        return parse_patch(read.patch)
    from branchlab.reading.codediff import read_patch

    lines = read_patch(library.workspace, *read.trees, context=CONTEXTS[context])
    # Code may be in any encoding, and so may the names of its files.
    return parse_patch(lines.decode(errors="surrogateescape"))
