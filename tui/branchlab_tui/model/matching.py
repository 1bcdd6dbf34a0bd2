"""Decides which rows a query stands for: the answer of `branchlab.catalog.query.select`, from whole columns."""

from __future__ import annotations

import math
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING

from branchlab.catalog.query import holds
from branchlab.catalog.terms import BestTest, Comparison, FieldTest, Words
from branchlab.catalog.values import as_number, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from branchlab.catalog.terms import Query, Term
    from branchlab.experiment import Experiment, Scalar
    from branchlab.naming import Rule
    from branchlab_tui.model.sheet import Sheet

_ORDERS: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def matching(sheet: Sheet, query: Query, rows: Sequence[int]) -> Sequence[int]:
    """Returns those of `rows` that a query stands for, in the order given.

    `best:` looks at what the other terms of its alternative leave of these rows.
    """
    found = [_alternative(sheet, terms, query.rule, rows) for terms in query.alternatives]
    if len(found) == 1:
        return found[0]
    chosen = set().union(*found)
    return [row for row in rows if row in chosen]


def _alternative(sheet: Sheet, terms: Sequence[Term], rule: Rule | None, rows: Sequence[int]) -> Sequence[int]:
    left = rows
    for term in terms:
        if not isinstance(term.test, BestTest):
            left = _narrowed(sheet, term, rule, left)
    kept = left
    for term in terms:
        if isinstance(term.test, BestTest):
            best = _best(sheet, term.test, left)
            kept = [row for row in kept if (row in best) is not term.negated]
    return kept


def _best(sheet: Sheet, test: BestTest, rows: Sequence[int]) -> set[int]:
    numbers = _numbers(sheet, test.metric)
    known = [row for row in rows if not math.isnan(numbers[row])]
    if not known:
        return set()
    top = (max if test.goal == "maximize" else min)(map(numbers.__getitem__, known))
    return {row for row in known if numbers[row] == top}


def _narrowed(sheet: Sheet, term: Term, rule: Rule | None, rows: Sequence[int]) -> list[int]:
    test, negated = term.test, term.negated
    # No name holds the mark between name and note, so only a text that does could be found across it.
    if isinstance(test, Words) and "\0" not in test.text:
        texts = sheet.column("words", _words)
        return [row for row in rows if (test.text in texts[row]) is not negated]
    # `started` is compared as text or a day, not as a number.
    if isinstance(test, Comparison) and test.operator in _ORDERS and test.number is not None and test.key != "started":
        order, numbers, bound = _ORDERS[test.operator], _numbers(sheet, test.key), test.number
        return [row for row in rows if order(numbers[row], bound) is not negated]
    ones = sheet.experiments
    traits = _traits(sheet, test, rule)
    if traits is None:
        return [row for row in rows if holds(term, ones[row], rule)]
    answers: dict[Hashable, bool] = {}
    for row in rows:
        if traits[row] not in answers:
            answers[traits[row]] = holds(term, ones[row], rule)
    return [row for row in rows if answers[traits[row]]]


def _traits(sheet: Sheet, test: object, rule: Rule | None) -> list[Hashable] | None:
    """Returns what alone a test looks at in each experiment: of those that are alike one is asked. None: ask all."""
    if isinstance(test, Comparison) and test.operator in ("=", "!="):
        return sheet.column(("trait", test.key), lambda ones: [_trait(value) for value in values_of(ones, test.key)])
    if not isinstance(test, FieldTest):
        return None
    if test.field == "type":
        fields = rule.fields if rule else lambda _: None
        return sheet.column("type", lambda ones: [(fields(one.name) or {}).get("type", "") for one in ones])
    make = _TRAITS.get(test.field)
    return sheet.column(("trait of", test.field), make) if make else None


_TRAITS: dict[str, Callable[[Sequence[Experiment]], list[Hashable]]] = {
    "status": lambda ones: [one.status for one in ones],
    "author": lambda ones: [one.author for one in ones],
    "data": lambda ones: [tuple(one.data.items()) for one in ones],
}


def _trait(value: Scalar) -> Hashable:
    return (value,) if isinstance(value, bool) else value  # a dict takes `true` for 1


def _words(ones: Sequence[Experiment]) -> list[str]:
    return [f"{one.name.lower()}\0{one.note.lower()}" for one in ones]


def _numbers(sheet: Sheet, key: str) -> list[float]:
    return sheet.column(("asked", key), lambda ones: [_as_float(value) for value in values_of(ones, key)])


def _as_float(value: Scalar) -> float:
    if type(value) is float:
        return value
    number = as_number(value)
    return math.nan if number is None else number
