"""What the merge drivers do: merges three versions of one file, by what kind of file it is.

What cannot be merged by key is merged line by line, as git does without a driver, and the words say why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError, UsageError
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_hooks.merge_outputs import merge_outputs, merge_pointers
from branchlab_hooks.merge_parameters import merge_ancestors, merge_parameters
from branchlab_hooks.merge_record import merge_records
from branchlab_hooks.versions import own_side

if TYPE_CHECKING:
    from branchlab.git.repository import Repository
    from branchlab_hooks.versions import Versions

KINDS = ("record", "params", "ancestors", "outputs", "pointers")


class Outcome(NamedTuple):
    """The merged file; `words` are for the user, who has to look where it is not `clean`."""

    text: bytes
    clean: bool
    words: str = ""


def merge_file(kind: str, versions: Versions, repository: Repository) -> Outcome:
    """Merges one file of a kind that is among `KINDS`."""
    try:
        match kind:
            case "record":
                return _record(versions, repository)
            case "outputs":
                return Outcome(merge_outputs(versions, own_side(repository)), clean=True)
            case "pointers":
                return Outcome(*merge_pointers(versions, own_side(repository), repository))
            case "ancestors":
                return Outcome(merge_ancestors(versions), clean=True)
            case _:
                return Outcome(*merge_parameters(versions))
    except BranchlabError as error:
        return _by_line(kind, versions, error)


def _record(versions: Versions, repository: Repository) -> Outcome:
    if versions.unchanged() is not None:
        return Outcome(versions.unchanged() or b"", clean=True)
    side = own_side(repository)
    text = merge_records(versions, side)
    words = f"{safe_text(versions.path)} is that of this branch; its metrics are stale until measured again"
    return Outcome(text, clean=True, words=words)


def _by_line(kind: str, versions: Versions, reason: BranchlabError) -> Outcome:
    try:
        text, clean = versions.as_text()
    except BranchlabError:  # no text: git keeps our version as well
        text, clean = versions.ours, False
    clean = clean and not isinstance(reason, UsageError)  # the lines fit together and say something else than the keys
    hint = "take one side: git checkout --ours, or --theirs, and its name" if kind == "record" else reason.hint
    return Outcome(text, clean, f"merged by line: {reason.message}" + (f". hint: {hint}" if hint else ""))
