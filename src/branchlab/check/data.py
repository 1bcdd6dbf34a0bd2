"""Whether the data that commits name can be had: from the DVC cache, or from the remote when that is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.check.finding import Finding
from branchlab.data.store import missing_objects
from branchlab.errors import BranchlabError, DamagedError, EnvironmentProblemError
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store


def check_data(store: Store | None, needed: Mapping[Output, Sequence[str]], *, remote: bool) -> list[Finding]:
    """Looks for the content of outputs.

    Args:
        store: the cache; None where the project has no DVC.
        needed: the places (branches or commits) that need each output.
        remote: asks the DVC remote for what the cache lacks; else that is only counted.
    """
    if not needed:
        return []
    if store is None:
        pointers = "1 DVC pointer" if len(needed) == 1 else f"{len(needed):,} DVC pointers"
        what = f"{pointers} cannot be followed: there is no .dvc here"
        return [Finding("warning", "data", what, "check from a branch that has one")]
    missing, findings = _missing(store, needed)
    if not missing:
        return findings
    if not remote:
        what = f"data of {_places(place for output in missing for place in needed[output])} is not in the DVC cache"
        remedy = "check --remote asks the DVC remote for it; branchlab pull brings it"
        return [*findings, Finding("warning", "data", what, remedy)]
    return [*findings, *_ask_remote(store, needed, missing)]


def _missing(store: Store, needed: Mapping[Output, Sequence[str]]) -> tuple[list[Output], list[Finding]]:
    missing: list[Output] = []
    findings: list[Finding] = []
    for output, places in needed.items():
        try:  # one by one, so that a damaged list of a folder's files stands beside who needs it
            missing += missing_objects(store, [output])
        except DamagedError as error:
            findings.append(Finding("error", "data", error.message, error.hint, _places(places)))
    return missing, findings


def _ask_remote(store: Store, needed: Mapping[Output, Sequence[str]], missing: Sequence[Output]) -> list[Finding]:
    from branchlab.data.remote import missing_on_remote

    try:
        lost = missing_on_remote(store, missing)
    except EnvironmentProblemError as error:  # nobody answered: that is not to say that it is lost
        told = "1 data file or folder is" if len(missing) == 1 else f"{len(missing):,} data files and folders are"
        what = f"{told} not in the DVC cache, and {error.message}"
        return [Finding("unknown", "data", what, error.hint)]
    except BranchlabError as error:
        return [Finding("error", "data", error.message, error.hint)]
    remedy = "branchlab push, on the machine that made it"
    return [
        Finding(
            "error",
            "data",
            f"{safe_text(output.path)} ({output.md5[:8]}) is neither in the DVC cache nor on the remote",
            remedy,
            _places(needed[output]),
        )
        for output in lost
    ]


def _places(places: Iterable[str]) -> str:
    first, *others = dict.fromkeys(places)
    return f"{first} and {len(others)} more" if others else first
