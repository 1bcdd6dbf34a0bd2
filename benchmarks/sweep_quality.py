"""Compares what branchlab's methods find with what Optuna alone finds in the same number of trials.

python benchmarks/sweep_quality.py                     all problems, ten seeds (five where models learn); an hour
python benchmarks/sweep_quality.py --seeds 3 Branin    one problem, three seeds
python benchmarks/sweep_quality.py --ways "Optuna GP"  other ways than the usual

Figures are what is missing to the optimum, or the loss itself where none is known: median and quartiles over seeds,
less is better. Of two objectives it is the share of the hypervolume that is missing. Methods are called directly:
git has no part in what they find. In `at a time 4` each question is for four trials, as four slots would have it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from sweep_problems import PROBLEMS

from branchlab.sweep.analysis.hypervolume import hypervolume
from branchlab.sweep.methods.choose import make_method
from branchlab.sweep.plan import Budget, Plan
from branchlab.sweep.trial import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import optuna
    from sweep_problems import Outcome, Problem

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Method

SEEDS, LEARNING_SEEDS = 10, 5
NOTHING = 10.0  # what is missing when no trial was feasible


class Way(NamedTuple):
    """One way to search.

    Attributes:
        name: for the table.
        batch: trials of one question.
        method: ours; empty for Optuna alone.
        sampler: of Optuna, from a seed.
    """

    name: str
    batch: int
    method: Method | None = None
    sampler: Callable[[int], optuna.samplers.BaseSampler] | None = None


class Result(NamedTuple):
    """What all seeds of one way came to on one problem."""

    problem: str
    way: str
    missing: tuple[float, ...]
    seconds: float


def _optuna(name: str) -> Callable[[int], optuna.samplers.BaseSampler]:
    def sampler(seed: int) -> optuna.samplers.BaseSampler:
        import optuna

        kind: Any = getattr(optuna.samplers, name)
        return kind(seed=seed)  # type: ignore[no-any-return] # a sampler

    return sampler


WAYS = (
    Way("auto, 4 at a time", 4, "auto"),
    Way("auto, 1 at a time", 1, "auto"),
    Way("tpe, 4 at a time", 4, "tpe"),
    Way("tpe, 1 at a time", 1, "tpe"),
    Way("Optuna, 4 at a time", 4, sampler=_optuna("TPESampler")),
    Way("Optuna, 1 at a time", 1, sampler=_optuna("TPESampler")),
    Way("random", 1, "random"),
)
OTHERS = (
    Way("cmaes, 4 at a time", 4, "cmaes"),
    Way("bandit, 4 at a time", 4, "bandit"),
    Way("quasi", 1, "quasi"),
    Way("nsga2, 4 at a time", 4, "nsga2"),
    Way("Optuna CMA-ES", 1, sampler=_optuna("CmaEsSampler")),
    Way("Optuna NSGA-II", 1, sampler=_optuna("NSGAIISampler")),
    Way("Optuna GP", 1, sampler=_optuna("GPSampler")),
    Way("Optuna GP, 4 at a time", 4, sampler=_optuna("GPSampler")),
)


def ours(problem: Problem, method: Method, batch: int, seed: int) -> list[Outcome]:
    """Searches as the engine does in batch mode: a fresh method per batch, told all that ended."""
    plan = Plan("quality", problem.space, method, seed, budget=Budget(trials=problem.trials), batch=batch)
    told: list[Told] = []
    while len(told) < problem.trials:
        chosen = make_method(plan, problem.objectives, seed=seed * 10_000 + len(told))
        for proposal in chosen.ask(told, min(batch, problem.trials - len(told)), len(told)):
            told.append(Told(len(told), proposal.values, *problem.evaluate(proposal.values)))
    return [(trial.losses or (), trial.violations) for trial in told]


def theirs(problem: Problem, sampler: optuna.samplers.BaseSampler, batch: int) -> list[Outcome]:
    """Searches as Optuna's own documents say: define by run, constraints set in the objective."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(directions=["minimize"] * len(problem.objectives.optimize), sampler=sampler)
    outcomes: list[Outcome] = []
    while len(outcomes) < problem.trials:
        trials = [study.ask() for _ in range(min(batch, problem.trials - len(outcomes)))]
        asked = [_suggested(problem, trial) for trial in trials]
        for trial, values in zip(trials, asked, strict=True):
            outcome = problem.evaluate(values)
            for place, violation in enumerate(outcome[1]):
                trial.set_constraint(str(place), violation)
            study.tell(trial, list(outcome[0]))
            outcomes.append(outcome)
    return outcomes


def _suggested(problem: Problem, trial: optuna.trial.Trial) -> dict[str, Scalar]:
    values: dict[str, Scalar] = {}
    for one in problem.space:
        if not all(values.get(name) in few for name, few in one.when.items()):
            continue
        if one.kind == "choice":
            values[one.name] = trial.suggest_categorical(one.name, one.choices)
        elif one.kind == "int":
            step = int(one.step or 1)
            values[one.name] = trial.suggest_int(one.name, int(one.low), int(one.high), step=step, log=one.log)
        else:
            values[one.name] = trial.suggest_float(one.name, one.low, one.high, step=one.step, log=one.log)
    return values


def missing(problem: Problem, outcomes: Sequence[Outcome]) -> float:
    """Returns what the best of all trials lacks."""
    assert len(outcomes) == problem.trials
    feasible = [losses for losses, violations in outcomes if all(violation <= 0 for violation in violations)]
    if problem.reference:
        # the front is 1 - sqrt(first) up to 1, and then nothing up to the corner
        wide, high = problem.reference
        whole = wide * high - (1 - 2 / 3)
        return 1 - hypervolume(feasible, problem.reference) / whole
    return min((losses[0] for losses in feasible), default=NOTHING + problem.best) - problem.best


def search(problem: Problem, way: Way, seeds: int, first: int = 1) -> Result:
    """Searches with each seed."""
    started = time.process_time()
    found = []
    for seed in range(first, first + seeds):
        outcomes = (
            ours(problem, way.method, way.batch, seed)
            if way.sampler is None and way.method is not None
            else theirs(problem, way.sampler(seed), way.batch)
            if way.sampler is not None
            else []
        )
        found.append(missing(problem, outcomes))
    return Result(problem.name, way.name, tuple(found), (time.process_time() - started) / seeds)


def row(result: Result) -> str:
    """Returns a line of the table: median, quartiles, worst, CPU of one search."""
    low, middle, high = statistics.quantiles(result.missing, n=4, method="inclusive")
    figures = f"{middle:.3g} | {low:.3g} to {high:.3g} | {max(result.missing):.3g} | {result.seconds:.1f} s"
    return f"| {result.problem} | {result.way} | {figures} |"


def main(arguments: list[str]) -> int:
    """Prints the table, a row as soon as it is there."""
    every = {way.name: way for way in (*WAYS, *OTHERS)}
    parser = argparse.ArgumentParser(prog="python benchmarks/sweep_quality.py")
    parser.add_argument("problems", nargs="*", metavar="PROBLEM", help=", ".join(one.name for one in PROBLEMS))
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--first-seed", type=int, default=1, help="methods were tuned on 1 to 12")
    parser.add_argument("--ways", default="; ".join(way.name for way in WAYS), help="; ".join(every))
    asked = parser.parse_args(arguments)
    os.environ["PYTHONWARNINGS"] = "ignore"
    warnings.simplefilter("ignore")
    print("| problem | how | median | quartiles | worst seed | CPU of a search |\n|---|---|---:|---:|---:|---:|")
    for problem in PROBLEMS:
        if asked.problems and problem.name not in asked.problems:
            continue
        for name in asked.ways.split("; "):
            seeds = asked.seeds or (LEARNING_SEEDS if problem.learns else SEEDS)
            print(row(search(problem, every[name], seeds, asked.first_seed)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
