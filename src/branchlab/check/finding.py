"""What a check found, and what that means for all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Level = Literal["error", "unknown", "warning"]
Kind = Literal["settings", "name", "record", "trailer", "code", "stale", "data", "history"]
Verdict = Literal["pass", "fail", "unknown"]

LEVELS: tuple[Level, ...] = ("error", "unknown", "warning")


class Finding(NamedTuple):
    """One thing that is not as it should be.

    Attributes:
        level: `error` fails the check; `warning` does not; `unknown` says that something could not be looked at.
        kind: what it is about; `trailer` and `code` when a commit says of its run what is not so, `stale` when its code
            was not measured and nobody says that it was.
        what: one line without full stop, fit for showing.
        remedy: what to do about it.
        place: the branch, or the commit of a range; empty while it belongs to a commit that several branches may have.
        commit: full id of the commit, where there is one.
    """

    level: Level
    kind: Kind
    what: str
    remedy: str
    place: str = ""
    commit: str = ""


class Report(NamedTuple):
    """The answer of a check.

    Attributes:
        findings: errors first, then what could not be looked at, then warnings.
        checked: how much was looked at: `branches`, `commits`, `records`, `data`.
    """

    findings: tuple[Finding, ...]
    checked: dict[str, int]

    @property
    def verdict(self) -> Verdict:
        """`fail` with an error, `unknown` when something could not be looked at, else `pass`."""
        levels = {finding.level for finding in self.findings}
        return "fail" if "error" in levels else "unknown" if "unknown" in levels else "pass"


def report_of(findings: Iterable[Finding], checked: dict[str, int]) -> Report:
    """Returns findings in the order of their levels, each once."""
    # A stable sort: within a level they stay in the order in which the branches were looked at.
    ordered = sorted(dict.fromkeys(findings), key=lambda finding: LEVELS.index(finding.level))
    return Report(tuple(ordered), checked)
