"""Values of one metric over seeds or folds, paired between two records where they can be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.compare.paired import mean_of
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.compare.paired import Unit
    from branchlab.experiment import Number
    from branchlab.record.model import Record

_FEWEST = 2
_UNITS: tuple[Unit, ...] = ("seed", "fold")
_ROUNDING = 1e-9  # share; a script adds its folds up in another way than `mean_of`


class Pairs(NamedTuple):
    """Paired values.

    Attributes:
        unit: `seed` or `fold`.
        names: of the splits, `fold-0`; fewer than two when there is nothing to test.
        a: values of the head.
        b: of the baseline.
        note: what the pairs leave out, or why there are none although there are repeats; else empty.
    """

    unit: Unit
    names: tuple[str, ...]
    a: tuple[Number, ...]
    b: tuple[Number, ...]
    note: str = ""


class Sample(NamedTuple):
    """Values of one metric by seed or fold of one record."""

    unit: Unit
    values: Mapping[str, Number]


NO_PAIRS = Pairs("seed", (), (), ())


def repeats(record: Record, metric: str, unit: Unit) -> dict[str, Number]:
    """Returns the values of a metric by split, `fold-0` before `fold-10`."""
    found = {name: values[metric] for name, values in record.splits.items() if metric in values and _is(unit, name)}
    return dict(sorted(found.items(), key=lambda item: (int(item[0].rpartition("-")[2]), item[0])))


def sample_of(record: Record, metric: str) -> Sample | None:
    """Returns the seeds or folds whose mean the metric is, None where there are fewer than two.

    A record that sums them up by anything else, such as a test of a model trained on all folds, says something that
    the folds do not.
    """
    for unit in _UNITS:
        values = repeats(record, metric, unit)
        if len(values) >= _FEWEST and all(map(math.isfinite, values.values())):
            mean = mean_of(list(values.values()))
            if math.isclose(record.metrics.get(metric, mean), mean, rel_tol=_ROUNDING):
                return Sample(unit, values)
    return None


def pairs_of(head: Record, base: Record, metric: str) -> Pairs:
    """Pairs the seeds or folds of two records; whichever has more pairs, seeds on a tie.

    A seed is the same seed whatever others there are. A fold is the same rows only where both sides cut the data into
    the same folds, so these pair all or not at all.
    """
    found = [_pairs(head, base, metric, unit) for unit in _UNITS]
    return max(found, key=lambda pairs: (len(pairs.names), bool(pairs.note)))


def _pairs(head: Record, base: Record, metric: str, unit: Unit) -> Pairs:
    a, b = repeats(head, metric, unit), repeats(base, metric, unit)
    if max(len(a), len(b)) < _FEWEST:
        return NO_PAIRS
    strange = _strange(unit, head, a, metric) or _strange(unit, base, b, metric)
    if strange:
        return Pairs(unit, (), (), (), strange)
    names = tuple(name for name in a if name in b)
    counts = f"{len(a)} {unit}s here and {len(b)} in the base"
    if len(names) < _FEWEST or (unit == "fold" and a.keys() != b.keys()):
        return Pairs(unit, (), (), (), f"{counts} do not pair, so there is no test")
    note = "" if a.keys() == b.keys() else f"of {counts} {len(names)} pair"
    return Pairs(unit, names, tuple(a[name] for name in names), tuple(b[name] for name in names), note)


def _strange(unit: Unit, record: Record, values: Mapping[str, Number], metric: str) -> str:
    """Says why the metric of a record is not one that its seeds or folds have, as that of another split."""
    summary = record.metrics.get(metric)
    finite = [value for value in values.values() if math.isfinite(value)]
    if summary is None or not math.isfinite(summary) or len(finite) < len(values) or not finite:
        return ""  # what is missing or no number fails by itself
    near = _ROUNDING * max(map(abs, finite))
    if min(finite) - near <= summary <= max(finite) + near:
        return ""
    return f"the {unit}s are left out: the metric lies outside of them, so it is measured otherwise"


def _is(unit: Unit, name: str) -> bool:
    stem, dash, number = name.partition("-")
    # `log_seed(-1)` is called `seed--1`.
    return stem == unit and bool(dash) and number.removeprefix("-").isdecimal()
