"""Judging a step of a live trial beside 1,000 others against the same beside 10, and what a median costs and loses.

python benchmarks/sweep_pruning.py

The second table is a simulation on made-up learning curves: a median that forgets pruned trials, as Optuna's does, is
that of the survivors of the median; ours keeps them where they ended (docs/sweeps.md).
"""

from __future__ import annotations

import math
import random
import statistics
import time
from typing import TYPE_CHECKING, Literal

from timing import Cost, Row, by_turns, run_script

from branchlab.sweep.plan import Objective, Objectives, Pruning
from branchlab.sweep.pruning.bank import Bank
from branchlab.sweep.pruning.curve import until
from branchlab.sweep.pruning.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Callable

FEW, MANY = 10, 1_000
STEPS = 100
LIVE = 20  # trials that are followed to their end in one turn
ROUNDS = 9
BAR = 1.2
SWEEPS, TRIALS, LENGTH = 40, 100, 40
OBJECTIVES = Objectives((Objective("loss", "minimize"),))

Memory = Literal["no pruning", "forgets", "keeps"]


def measure(_size: int) -> list[Row]:
    """Measures in one process; the number of experiments has no say here."""
    rules = (
        Pruning("median"),
        Pruning("halving"),
        Pruning("patience", patience=STEPS),
        Pruning("gain"),
        Pruning("threshold", upper=1e9),
    )
    few, many = (_bank(rules, count) for count in (FEW, MANY))
    theirs = _optuna(MANY)
    median = by_turns(
        {"few": lambda: _follow(rules, few), "many": lambda: _follow(rules, many), "optuna": theirs}, ROUNDS
    )
    return [
        Row("a step judged by 5 rules beside 1,000", median["many"].wall, "beside 10", median["few"].wall, BAR),
        Row("the same", median["many"].wall, "Optuna's median, 1,000", median["optuna"].wall),
    ]


def _bank(rules: tuple[Pruning, ...], count: int) -> Bank:
    draw, bank = random.Random(1), Bank(rules, OBJECTIVES)
    for number in range(count):
        bank.add(number, {"loss": list(enumerate(_curve(draw, 0.02, STEPS)))})
    return bank


def _follow(rules: tuple[Pruning, ...], bank: Bank) -> Cost:
    """Follows trials that are the best of all, which nobody ends, so that each step is judged."""
    points = [(step, -float(step)) for step in range(STEPS)]
    seen: list[list[tuple[int, float]]] = [[] for _ in range(LIVE)]
    started = time.perf_counter()
    for number, series in enumerate(seen):
        judge = Judge(rules, OBJECTIVES, bank, number=MANY + number)
        for point in points:
            series.append(point)
            assert judge.look({"loss": series}) is None
    return Cost((time.perf_counter() - started) / (LIVE * STEPS), 0.0)


def _optuna(count: int) -> Callable[[], Cost]:
    """Returns one trial that reports to Optuna's median pruner in memory and asks it at each step."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(pruner=optuna.pruners.MedianPruner())
    draw = random.Random(1)
    for _ in range(count):
        values = dict(enumerate(_curve(draw, 0.02, STEPS)))
        study.add_trial(optuna.trial.create_trial(value=values[STEPS - 1], intermediate_values=values))

    def work() -> Cost:
        trial = study.ask()
        started = time.perf_counter()
        for step in range(STEPS):
            trial.report(-float(step), step)
            assert not trial.should_prune()
        cost = Cost((time.perf_counter() - started) / STEPS, 0.0)
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
        return cost

    return work


def _curve(draw: random.Random, noise: float, length: int) -> list[float]:
    """Returns an exponential approach to a floor, at a rate of its own."""
    floor, rate, start = draw.betavariate(2, 2), math.exp(draw.uniform(math.log(0.03), math.log(0.5))), draw.random()
    return [floor + (1.5 + start / 2 - floor) * math.exp(-rate * step) + draw.gauss(0, noise) for step in range(length)]


def _sweep(seed: int, memory: Memory, noise: float) -> tuple[float, float, float]:
    """Returns the part of the steps that were run, the part of the trials that finished, and the best last value."""
    draw, rules = random.Random(seed), (Pruning("median", min_trials=5, warmup=3),)
    bank, steps, finished, best = Bank(rules, OBJECTIVES), 0, 0, math.inf
    for number in range(TRIALS):
        curve = {"loss": list(enumerate(_curve(draw, noise, LENGTH)))}
        judge = Judge(rules, OBJECTIVES, bank, number=number)
        if memory != "no pruning":
            judge.look(curve)
        steps += LENGTH if judge.step is None else judge.step + 1
        if judge.step is None:
            finished, best = finished + 1, min(best, curve["loss"][-1][1])
            bank.add(number, curve)
        elif memory == "keeps":
            bank.add(number, until(curve, judge.step), finished=False)
    return steps / (TRIALS * LENGTH), finished / TRIALS, best


def simulate() -> None:
    """Prints what a median that forgets and one that keeps cost and lose."""
    print(f"\n{SWEEPS} sweeps of {TRIALS} trials   noise   steps run   finished   best trial lost")
    for noise in (0.0, 0.02, 0.1):
        whole = [_sweep(seed, "no pruning", noise)[2] for seed in range(SWEEPS)]
        memories: tuple[Memory, ...] = ("forgets", "keeps")
        for memory in memories:
            found = [_sweep(seed, memory, noise) for seed in range(SWEEPS)]
            lost = sum(one[2] > best for one, best in zip(found, whole, strict=True))
            ran, finished = (statistics.mean(one[place] for one in found) for place in (0, 1))
            print(f"a median that {memory:14} {noise:>9} {ran:>11.0%} {finished:>10.0%} {lost:>11} of {SWEEPS}")


if __name__ == "__main__":
    run_script(measure, 0)
    simulate()
