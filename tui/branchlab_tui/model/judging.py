"""What is best, what no other beats, and what may be compared with the baseline at all."""

from __future__ import annotations

import math
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from branchlab.compare.inputs import input_key, rule_of
from branchlab.compare.ranking import RANKED
from branchlab_tui.model.front import NEVER, falling, unbeaten

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from branchlab.experiment import Experiment, Number
    from branchlab.project import MetricRule
    from branchlab_tui.model.sheet import Sheet

_FEW = 2  # with one metric the front is its best value


class Judge:
    """Judges experiments against a baseline, or against each other where the baseline recorded nothing.

    A value counts as comparable when it was measured on the same data as the baseline's, or else on the data that
    most were measured on. Of a run that is not recorded nobody knows the data: it is given the benefit of the doubt.
    """

    def __init__(self, sheet: Sheet, baseline: Experiment | None) -> None:
        self._sheet = sheet
        self._baseline = baseline
        self._references: dict[tuple[str, ...], Hashable] = {}
        self._keys: dict[tuple[str, ...], dict[tuple[tuple[str, str], ...], Hashable]] = {}

    def comparable(self, one: Experiment, rule: MetricRule) -> bool:
        """Says whether an experiment was measured on the data that counts."""
        if one.commit is None and not one.data:
            return True
        return self._key(one, rule) == self._reference(rule)

    def best(self, metrics: Iterable[str], rows: Sequence[int]) -> dict[str, frozenset[int]]:
        """Returns which of the rows have the best value of each metric with a goal; none where all have it."""
        found = {}
        for name in metrics:
            rule = rule_of(self._sheet.settings, name)
            if rule.goal is None:
                continue
            find = partial(self._best, name, rule, rows)
            whole = len(rows) == len(self._sheet)
            # Kept for the whole table only: what a query leaves changes with each letter.
            found[name] = self._sheet.fact(("best", name, self._reference(rule)), find) if whole else find()
        return found

    def values(self, name: str) -> list[float]:
        """Returns the value of a metric in every row; NaN where it is not judged, such as one of other data."""
        rule = rule_of(self._sheet.settings, name)
        sign = 1 if rule.goal == "maximize" else -1
        return [sign * score if score > NEVER else math.nan for score in self._scores(name, rule)]

    def front(self, rows: Sequence[int]) -> frozenset[int]:
        """Returns those of the rows that no other beats in all optimised metrics; none unless there are two such."""
        rules = self._sheet.settings.metrics.items()
        scores = [self._scores(name, rule) for name, rule in rules if rule.strategy == "optimize" and rule.goal]
        if len(scores) < _FEW:
            return frozenset()
        references = tuple(self._reference(rule) for _, rule in rules)
        order = self._sheet.fact(("falling", references), lambda: falling(scores))
        if len(rows) == len(self._sheet):
            return self._sheet.fact(("front", references), lambda: unbeaten(order, scores))
        inside = bytearray(len(self._sheet))
        for row in rows:
            inside[row] = 1
        return unbeaten([row for row in order if inside[row]], scores)

    def _best(self, name: str, rule: MetricRule, rows: Sequence[int]) -> frozenset[int]:
        scores = self._scores(name, rule)
        top = max(map(scores.__getitem__, rows), default=NEVER)
        winners = frozenset([row for row in rows if scores[row] == top] if top > NEVER else ())
        return winners if any(self._counts(row, rule) for row in rows if row not in winners) else frozenset()

    def _counts(self, row: int, rule: MetricRule) -> bool:
        """Says whether a row measured anything that may be compared."""
        one = self._sheet.experiments[row]
        return bool(one.metrics) and one.status in RANKED and self.comparable(one, rule)

    def _scores(self, name: str, rule: MetricRule) -> list[float]:
        """Returns how good each value of a metric is, the larger the better."""
        key = ("score", name, self._reference(rule))
        return self._sheet.column(key, lambda ones: [self._score(one, name, rule) for one in ones])

    def _score(self, one: Experiment, name: str, rule: MetricRule) -> float:
        value = one.metrics.get(name)
        if value is None or one.status not in RANKED or not _is_finite(value) or not self.comparable(one, rule):
            return NEVER
        return float(value) if rule.goal == "maximize" else -float(value)

    def _reference(self, rule: MetricRule) -> Hashable:
        place = rule.measured_on
        if place not in self._references:
            # A baseline without any says nothing about which data counts.
            if self._baseline is not None and (self._baseline.data or self._baseline.metrics):
                self._references[place] = self._key(self._baseline, rule)
            else:
                self._references[place] = self._sheet.fact(("data of most", place), lambda: self._most(rule))
        return self._references[place]

    def _most(self, rule: MetricRule) -> Hashable:
        """Returns the key of the data that most recorded experiments were measured on."""
        sheet = self._sheet
        known: dict[Hashable, int] = sheet.kept(
            ("data", rule.measured_on), lambda old: {None: 0} if old is None else old
        )

        def numbers(ones: Sequence[Experiment]) -> list[int]:
            counts = [one.commit and one.metrics and one.status in RANKED for one in ones]
            keys = [self._key(one, rule) if counted else None for one, counted in zip(ones, counts, strict=True)]
            return [known.setdefault(key, len(known)) for key in keys]

        counts = Counter(sheet.column(("data", rule.measured_on), numbers) if sheet.decoded else ())
        # The number of None: what does not count.
        del counts[0]
        return list(known)[counts.most_common(1)[0][0]] if counts else ()

    def _key(self, one: Experiment, rule: MetricRule) -> Hashable:
        keys = self._keys.setdefault(rule.measured_on, {})
        items = tuple(one.data.items())
        if items not in keys:
            keys[items] = input_key(one.data, rule)
        return keys[items]


def _is_finite(value: Number) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False
