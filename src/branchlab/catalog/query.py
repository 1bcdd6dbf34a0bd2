"""Decides which experiments a query stands for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.catalog.grammar import parse_query
from branchlab.catalog.terms import BestTest, Comparison, FieldTest, Query, QueryError, Term, Words
from branchlab.catalog.values import as_number, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.experiment import Experiment, Scalar
    from branchlab.git.repository import Repository
    from branchlab.naming import Rule

__all__ = ["Query", "QueryError", "holds", "matches", "parse_query", "select", "whose"]


def select(query: Query, experiments: Iterable[Experiment]) -> list[Experiment]:
    """Returns the experiments a query stands for, in the order they came.

    `best:` looks at the experiments that the other terms of its alternative leave; several may share the best value.
    """
    everything = list(experiments)
    # Places, because an experiment holds tables and so has no hash.
    chosen: set[int] = set()
    for terms in query.alternatives:
        plain = [term for term in terms if not isinstance(term.test, BestTest)]
        left = [place for place, one in enumerate(everything) if all(holds(term, one, query.rule) for term in plain)]
        kept = set(left)
        for term in terms:
            if isinstance(term.test, BestTest):
                best = _best(term.test, left, everything)
                kept &= set(left) - best if term.negated else best
        chosen |= kept
    return [one for place, one in enumerate(everything) if place in chosen]


def whose(query: str, repository: Repository) -> str:
    """Returns who `author:me` stands for; git is asked only where a query may want to know."""
    if "me" not in query.lower():
        return ""
    from branchlab.git.config import read_config
    from branchlab.git.process import GitError

    try:
        return read_config(repository, "user.name").strip()
    except GitError:
        return ""


def matches(query: Query, experiment: Experiment) -> bool:
    """Says whether one experiment fits a query.

    `best:` cannot be decided for one alone: here it holds for every experiment with a finite number for that metric.
    """
    return any(all(holds(term, experiment, query.rule) for term in terms) for terms in query.alternatives)


def _best(test: BestTest, left: list[int], experiments: list[Experiment]) -> set[int]:
    """Returns the places of the best; what is missing, NaN or infinite is never best."""
    numbers = {place: as_number(value_of(experiments[place], test.metric)) for place in left}
    known = {place: number for place, number in numbers.items() if number is not None and math.isfinite(number)}
    if not known:
        return set()
    top = (max if test.goal == "maximize" else min)(known.values())
    return {place for place, number in known.items() if number == top}


def holds(term: Term, experiment: Experiment, rule: Rule | None) -> bool:
    """Says whether one term fits an experiment; `rule` is the query's. For `best:` see `matches`."""
    # So `-accuracy>0.9` keeps what has no accuracy at all, and `accuracy<=0.9` does not.
    return _test(term.test, experiment, rule) is not term.negated


def _test(test: Comparison | FieldTest | BestTest | Words, experiment: Experiment, rule: Rule | None) -> bool:
    if isinstance(test, Words):
        return test.text in experiment.name.lower() or test.text in experiment.note.lower()
    if isinstance(test, Comparison):
        return _compare(test, value_of(experiment, test.key))
    if isinstance(test, BestTest):
        number = as_number(value_of(experiment, test.metric))
        return number is not None and math.isfinite(number)
    return _test_field(test, experiment, rule)


def _test_field(test: FieldTest, experiment: Experiment, rule: Rule | None) -> bool:
    # The grammar gives dates in lower case, and as the beginning of a moment: text is compared, and `after:` a day
    # holds from its first second on, `before:` it until then.
    started = (experiment.started or "").lower()
    match test.field:
        case "status" | "sweep":
            return bool(getattr(experiment, test.field).lower() == test.value)
        case "author":
            return test.value in experiment.author.lower()
        case "after":
            return bool(started) and started >= test.value
        case "before":
            return bool(started) and started < test.value
        case "type":
            return _type_of(experiment.name, rule).lower() == test.value
        case "data":
            return any(
                digest.startswith(test.value) or test.value in path.lower() for path, digest in experiment.data.items()
            )


def _type_of(name: str, rule: Rule | None) -> str:
    fields = rule.fields(name) if rule else None
    return fields.get("type", "") if fields else ""


def _compare(test: Comparison, value: Scalar) -> bool:
    """Compares as numbers where both are; what is missing fits no comparison, not even `!=`."""
    if value is None:
        return False
    number = as_number(value)
    if test.operator in ("=", "!="):
        return _equal(test, value, number) == (test.operator == "=")
    if test.number is None or number is None:
        return test.key == "started" and isinstance(value, str) and _order(test, value.lower(), test.value.lower())
    return _order(test, number, test.number)


def _equal(test: Comparison, value: Scalar, number: float | None) -> bool:
    if isinstance(value, bool):
        return test.value.lower() == str(value).lower()
    if number is None:
        return str(value) == test.value
    if test.number is None:
        return False
    # `loss=nan` finds the runs that broke down, though no NaN equals another.
    return number == test.number or (math.isnan(number) and math.isnan(test.number))


def _order(test: Comparison, left: float | str, right: float | str) -> bool:
    match test.operator:
        case "<":
            return left < right  # type: ignore[operator] # both are numbers, or both texts
        case "<=":
            return left <= right  # type: ignore[operator] # both are numbers, or both texts
        case ">":
            return left > right  # type: ignore[operator] # both are numbers, or both texts
        case _:
            return left >= right  # type: ignore[operator] # both are numbers, or both texts
