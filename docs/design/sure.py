"""Counts how often the gate against losses fails, for docs/design/0009: `python docs/design/sure.py`.

Seeds: values of both sides are drawn from one normal distribution, the head's shifted by a loss; the unit is their
standard deviation. Folds: two classifiers that are equally good (nearest neighbour, each on its own half of features
that are all alike) are cross-validated on small samples of one population. Where nothing is lost and no loss is
allowed, a gate that wants to be 95% sure may fail 5 times in 100.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from branchlab.compare.paired import overlap
from branchlab.compare.regression import Beside, judge_regression, regression
from branchlab.project import MetricRule
from branchlab.record.model import Record, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
ROWS, FEATURES, SHIFT = 60, 6, 0.35
RULE = MetricRule("maximize")


def fails(unit: str, a: Floats, b: Floats) -> bool:
    """Says whether the gate fails."""
    sides = []
    for values in (a, b):
        splits = {f"{unit}-{place}": {"accuracy": float(value)} for place, value in enumerate(values)}
        sides.append(Record(Run("x", "finished", (), "", 0.0), splits=splits))
    blank = regression("accuracy", "regression", "0")
    beside = Beside(sides[1], "the base", None)
    return not judge_regression(blank, RULE, None, sides[0], beside, CONFIDENCE).passed


def seeds(random: np.random.Generator, rounds: int) -> Iterator[str]:
    """Yields a row per number of seeds: how often the mean, the test alone, and the gate say no."""
    yield "| seeds | no loss: mean / test / gate | loss of 1 sd | loss of 2 sd | of 4 sd |"
    yield "|---:|---:|---:|---:|---:|"
    for n in (2, 3, 5, 10):
        cells = []
        for lost in (0.0, 1.0, 2.0, 4.0):
            draws = [(random.normal(-lost, 1, n), random.normal(0, 1, n)) for _ in range(rounds)]
            mean = sum(a.mean() < b.mean() for a, b in draws)
            test = sum(_p(b - a, 1 / n) < 1 - CONFIDENCE for a, b in draws)
            gate = sum(fails("seed", a, b) for a, b in draws)
            cells.append(" / ".join(f"{100 * count / rounds:.0f}%" for count in (mean, test, gate)))
        yield f"| {n} | {' | '.join(cells)} |"


def folds(random: np.random.Generator, rounds: int) -> Iterator[str]:
    """Yields a row per way to cut folds: how often the plain test, the corrected one, and the gate fail wrongly."""
    yield "| folds | plain test | corrected test | gate |"
    yield "|---|---:|---:|---:|"
    for k, repeats in ((3, 1), (5, 1), (10, 1), (5, 5)):
        losses = [_cross_validate(random, k, repeats) for _ in range(rounds)]
        n = k * repeats
        plain = sum(_p(b - a, 1 / n) < 1 - CONFIDENCE for a, b in losses)
        corrected = sum(_p(b - a, 1 / n + overlap(n)) < 1 - CONFIDENCE for a, b in losses)
        gate = sum(fails("fold", a, b) for a, b in losses)
        counts = " | ".join(f"{100 * count / rounds:.0f}%" for count in (plain, corrected, gate))
        yield f"| {k}{f', {repeats} times' if repeats > 1 else ''} | {counts} |"


def _p(losses: Floats, share: float) -> float:
    error = float(losses.std(ddof=1)) * math.sqrt(share)
    return float(stdtr(len(losses) - 1, -losses.mean() / error)) if error else 1.0


def _cross_validate(random: np.random.Generator, k: int, repeats: int) -> tuple[Floats, Floats]:
    labels = random.permutation(ROWS) % 2
    rows = random.normal(SHIFT * (2 * labels[:, None] - 1), 1, (ROWS, FEATURES))
    halves = rows[:, : FEATURES // 2], rows[:, FEATURES // 2 :]
    a: list[float] = []
    b: list[float] = []
    for _ in range(repeats):
        for test in np.array_split(random.permutation(ROWS), k):
            train = np.setdiff1d(np.arange(ROWS), test)
            for half, values in zip(halves, (a, b), strict=True):
                values.append(_accuracy(half, labels, train, test))
    return np.array(a), np.array(b)


def _accuracy(
    rows: Floats, labels: npt.NDArray[np.int_], train: npt.NDArray[np.int_], test: npt.NDArray[np.int_]
) -> float:
    """Returns the accuracy of the nearest neighbour."""
    distance = ((rows[test][:, None] - rows[train][None]) ** 2).sum(-1)
    return float((labels[train][distance.argmin(1)] == labels[test]).mean())


if __name__ == "__main__":
    generator = np.random.default_rng(7)
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    for table in (seeds, folds):
        sys.stdout.writelines(f"{line}\n" for line in (*table(generator, number), ""))
