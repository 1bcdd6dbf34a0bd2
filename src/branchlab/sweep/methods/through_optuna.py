"""TPE and NSGA-II and III of Optuna, by ask-and-tell on a study in memory that is made anew from the trials."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from branchlab.sweep.methods.fresh import fresh
from branchlab.sweep.methods.search import draws
from branchlab.sweep.space import check_values, from_unit, one_of, to_unit
from branchlab.sweep.steps import place_of, value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.study import Study
    from optuna.trial import FrozenTrial, Trial

    from branchlab.experiment import Scalar
    from branchlab.sweep.methods.search import Search
    from branchlab.sweep.plan import Parameter, Space
    from branchlab.sweep.trial import Proposal, Told

# Where Optuna's genetic samplers note the generation of a trial; the last is that of NSGA-III up to 4.4.
_GENERATION = ("NSGAIISampler:generation", "NSGAIIISampler:generation", "nsga3:generation")
_POPULATION = (8, 50)  # of a generation: at least and at most
_GENERATIONS = 8  # that a budget is divided into


def propose_tpe(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
    """Proposes with tree-structured Parzen estimators (Bergstra et al. 2011), as Optuna 5 does by itself.

    Its option `group` would draw the parameters of a branch together; it found less (docs/benchmarks.md).
    """
    from optuna.samplers import TPESampler

    options = {"multivariate": len(search.objectives.optimize) == 1, "constant_liar": True}
    return _propose(search, told, count, first_number, TPESampler, options)


def propose_nsga2(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
    """Proposes with the genetic algorithm NSGA-II (Deb et al. 2002)."""
    from optuna.samplers import NSGAIISampler

    return _propose(search, told, count, first_number, NSGAIISampler, {"population_size": _population(search)})


def propose_nsga3(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
    """Proposes with the genetic algorithm NSGA-III (Deb and Jain 2014), for many objectives."""
    from optuna.samplers import NSGAIIISampler

    return _propose(search, told, count, first_number, NSGAIIISampler, {"population_size": _population(search)})


def _population(search: Search) -> int:
    """Returns the size of a generation: Optuna's 50 would be most of a small budget."""
    least, most = _POPULATION
    return min(max((search.plan.budget.trials or most * _GENERATIONS) // _GENERATIONS, least), most)


def _propose(
    search: Search,
    told: Sequence[Told],
    count: int,
    first_number: int,
    kind: Callable[..., BaseSampler],
    options: dict[str, Any],
) -> list[Proposal]:
    import optuna

    random = draws(search, first_number, "optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # options that are called experimental, or deprecated in one of two versions
        if search.objectives.constraints and int(optuna.__version__.split(".")[0]) < 5:  # noqa: PLR2004 - which wants no function
            options = {**options, "constraints_func": lambda trial: trial.system_attrs.get("constraints", (0.0,))}
        sampler = kind(seed=random.getrandbits(32), **options)
        study = _study(search, told, sampler)
        asked = _asked(search.plan.space, study)
        return fresh(search.plan.space, told, asked, count, random)


def _asked(space: Space, study: Study) -> Iterator[Mapping[str, Scalar]]:
    """Asks without end; what was asked before counts as running."""
    while True:
        trial = study.ask()
        values: dict[str, Scalar] = {}
        for parameter in space:
            if all(other in values and one_of(values[other], few) for other, few in parameter.when.items()):
                values[parameter.name] = _suggested(parameter, trial)
        yield values


def _suggested(parameter: Parameter, trial: Trial) -> Scalar:
    if parameter.kind == "choice":
        return parameter.choices[int(trial.suggest_categorical(parameter.name, [*range(len(parameter.choices))]))]
    low, high, step = parameter.low, parameter.high, parameter.step
    if parameter.kind == "int":
        return trial.suggest_int(parameter.name, int(low), int(high), step=int(step or 1), log=parameter.log)
    value = trial.suggest_float(parameter.name, low, high, step=step, log=parameter.log)
    return value_at(parameter._replace(points=None), place_of(parameter, value)) if step else value


def _study(search: Search, told: Sequence[Told], sampler: BaseSampler) -> Study:
    """Makes a study that knows all trials; those that failed are left out, as Optuna's methods do as well."""
    import optuna

    study = optuna.create_study(directions=["minimize"] * len(search.objectives.optimize), sampler=sampler)
    distributions = {parameter.name: _distribution(parameter) for parameter in search.plan.space}
    population: int | None = getattr(sampler, "population_size", None)  # of the genetic ones
    complete = 0
    for trial in told:
        if trial.state != "running" and trial.losses is None:
            continue
        frozen = _frozen(search.plan.space, trial, distributions)
        if frozen.state == optuna.trial.TrialState.COMPLETE and population is not None:
            # what the sampler notes itself when it asks: which generation a trial belongs to
            frozen.system_attrs.update(dict.fromkeys(_GENERATION, complete // population))
            complete += 1
        study.add_trial(frozen)
    return study


def _frozen(space: Space, trial: Told, distributions: Mapping[str, BaseDistribution]) -> FrozenTrial:
    from optuna.trial import TrialState, create_trial

    # the reference may lie outside the space: its nearest point then
    values = (
        trial.values if check_values(space, trial.values) is None else from_unit(space, to_unit(space, trial.values))
    )
    parameters = {parameter.name: parameter for parameter in space}
    options: dict[str, Any] = {
        "params": {name: _known(parameters[name], value) for name, value in values.items()},
        "distributions": {name: distributions[name] for name in values},
    }
    if trial.state == "running" or trial.losses is None:
        return create_trial(state=TrialState.RUNNING, **options)
    if trial.violations:
        options["system_attrs"] = {"constraints": [*trial.violations]}
    if trial.state == "pruned" and len(trial.losses) == 1:
        return create_trial(state=TrialState.PRUNED, intermediate_values={1: trial.losses[0]}, **options)
    return create_trial(values=[*trial.losses], **options)


def _known(parameter: Parameter, value: Scalar) -> Scalar:
    if parameter.kind != "choice":
        return value
    return next(place for place, choice in enumerate(parameter.choices) if one_of(value, (choice,)))


def _distribution(parameter: Parameter) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if parameter.kind == "choice":
        return CategoricalDistribution([*range(len(parameter.choices))])
    if parameter.kind == "int":
        return IntDistribution(int(parameter.low), int(parameter.high), parameter.log, int(parameter.step or 1))
    return FloatDistribution(parameter.low, parameter.high, parameter.log, parameter.step)
