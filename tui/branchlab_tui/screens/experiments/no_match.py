"""What to say when a query finds nothing: what is nearest, or which part of it is to blame. Free of Textual."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.catalog.grammar import quoted
from branchlab.catalog.query import Query, select
from branchlab.catalog.terms import BestTest, Comparison, FieldTest
from branchlab.catalog.values import as_number, value_of
from branchlab.text import format_number, safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.catalog.terms import Term
    from branchlab.experiment import Experiment


class Nearest(NamedTuple):
    """What comes nearest.

    Attributes:
        words: to be read; empty when nothing helps.
        query: what would find it; empty when there is no such query.
    """

    words: str = ""
    query: str = ""


def find_nearest(query: Query, experiments: Sequence[Experiment]) -> Nearest:
    """Returns the nearest value of a comparison when all else fits, or what fits without one of the terms."""
    without = Nearest()
    for terms in query.alternatives:
        for place, term in enumerate(terms):
            rest = terms[:place] + terms[place + 1 :]
            left = select(Query("", (rest,), query.rule), experiments)
            if not left:
                continue
            near = _nearest_value(term, rest, left)
            if near.words:
                return near
            if not without.words:
                kept = " ".join(map(written, rest))
                without = Nearest(f"{len(left):,} without {written(term)}", kept)
    return without


def written(term: Term) -> str:
    """Returns a term as a user would write it."""
    test = term.test
    if isinstance(test, Comparison):
        text = f"{quoted(test.key)}{test.operator}{quoted(test.value, value=True)}"
    elif isinstance(test, FieldTest):
        text = f"{test.field}:{quoted(test.value, value=True)}"
    elif isinstance(test, BestTest):
        text = f"best:{quoted(test.metric, value=True)}"
    else:
        text = quoted(test.text)
    return f"-{text}" if term.negated else text


def _nearest_value(term: Term, rest: tuple[Term, ...], left: Sequence[Experiment]) -> Nearest:
    test = term.test
    if term.negated or not isinstance(test, Comparison) or test.number is None or test.operator in ("=", "!="):
        return Nearest()
    known = [(number, one) for one in left if (number := as_number(value_of(one, test.key))) is not None]
    known = [pair for pair in known if not math.isnan(pair[0])]
    if not known:
        return Nearest(f"none has {safe_text(test.key)}")
    # `=` and `!=` were left out above: no other value comes near to the one they name.
    number, one = (max if test.operator.startswith(">") else min)(known, key=lambda pair: pair[0])
    shown = format_number(number)
    above = test.operator in (">", ">=")
    nearest = Comparison(test.key, ">=" if above else "<=", _rounded(number, up=not above), number)
    query = " ".join(map(written, (*rest, term._replace(test=nearest))))
    return Nearest(f"nearest {safe_text(test.key)} is {shown}, {safe_text(one.name)}", query)


def _rounded(number: float, *, up: bool) -> str:
    """Returns a bound in few digits that the number still keeps to, else the number in full."""
    text = format_number(number)
    kept = float(text) >= number if up else float(text) <= number
    return text if kept else repr(number)
