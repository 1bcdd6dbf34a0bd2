"""What stands on one line of the table of a difference. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import MISSING
from branchlab.report.values import show_scalar
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Scalar

ARROW = "→"


class Entry(NamedTuple):
    """One thing on both sides, as harmless text.

    Attributes:
        key: unique in the table: `metrics/accuracy`.
        name: of the thing, short where it stands below another.
        b: its value on the side that is compared with.
        a: its value on the side that is judged.
        delta: A minus B, or how it changed.
        percent: the same in percent of B.
        mark: of the verdict, so that it is in sight where words are not.
        verdict: words: what came out, or why nothing did.
        style: of what judges: `better`, `worse`, `warn` or `dim`.
        told: all of it in one line, with whole numbers.
        within: key of the entry that folds this one away; empty for none.
        same: whether it does not differ.
    """

    key: str
    name: str
    b: str = ""
    a: str = ""
    delta: str = ""
    percent: str = ""
    mark: str = ""
    verdict: str = ""
    style: str = "dim"
    told: str = ""
    within: str = ""
    same: bool = False


class Section(NamedTuple):
    """Entries of one kind.

    Attributes:
        id: `metrics`, `params`, `data`, `environment` or `code`.
        title: its heading.
        summary: what stands beside the heading: how many differ, or that nothing does.
        entries: what differs, and what does not where that was asked for.
    """

    id: str
    title: str
    summary: str
    entries: tuple[Entry, ...] = ()


def shown_value(value: Scalar) -> str:
    """Returns a value as the table shows it."""
    return safe_text(show_scalar(value))


def exact_value(value: Scalar) -> str:
    """Returns a value with all its digits."""
    if value is None:
        return MISSING
    if isinstance(value, bool) or value == "":
        return show_scalar(value)
    return safe_text(repr(value) if isinstance(value, float) else str(value))


def aligned(texts: Sequence[str]) -> list[str]:
    """Returns texts of which the numbers have blanks behind, so that at the right their points stand below each other.

    The blanks are no more than the longest text of a number needs.
    """
    tails = [_tail(text) for text in texts]
    longest = max((len(tail) for tail in tails if tail is not None), default=0)
    return [
        text if tail is None else text + " " * (longest - len(tail)) for text, tail in zip(texts, tails, strict=True)
    ]


def _tail(text: str) -> str | None:
    """Returns what stands from the decimal point on; None where a text is no number."""
    # `1e-05` is a number too: all behind its first digit is the tail.
    digits = text.lstrip("+-")
    whole = len(digits) - len(digits.lstrip("0123456789"))
    return digits[whole:] if whole else None
