"""From the name of a method to the method; `auto` looks at the plan and says why."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError, UsageError
from branchlab.sweep.methods.search import Search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.sweep.methods.search import Method, Propose
    from branchlab.sweep.plan import Method as Name
    from branchlab.sweep.plan import Objectives, Plan
    from branchlab.sweep.trial import Proposal, Told

FEW = 250  # trials up to which a Gaussian process is quick, and better than what needs many
MANY = 1000  # trials from which evolution pays off
WIDE = 20  # dimensions up to which a Gaussian process says more than chance
_PLACES = {
    "grid": ("exhaustive", "propose_grid"),
    "brute": ("exhaustive", "propose_brute"),
    "random": ("drawing", "propose_random"),
    "quasi": ("drawing", "propose_quasi"),
    "gp": ("gp", "propose_gp"),
    "bandit": ("bandit", "propose_bandit"),
    "pbt": ("population", "propose_population"),
    "cmaes": ("evolution", "propose_cmaes"),
    "tpe": ("through_optuna", "propose_tpe"),
    "nsga2": ("through_optuna", "propose_nsga2"),
    "nsga3": ("through_optuna", "propose_nsga3"),
}  # imported when asked for: each method brings its own heavy packages
_CROWDED = 3  # objectives up to which crowding distances keep a front apart
_OPTUNA = frozenset({"tpe", "nsga2", "nsga3"})
_ONE_OBJECTIVE = frozenset({"cmaes", "bandit", "pbt"})


class _Chosen:
    """A method by its function; keeps nothing from one question to the next."""

    def __init__(self, search: Search, name: Name, why: str, propose: Propose) -> None:
        self.name = name
        self.why = why
        self._search = search
        self._propose = propose

    def ask(self, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
        """Proposes up to `count` trials."""
        return self._propose(self._search, told, count, first_number) if count > 0 else []

    def expected_gain(self, told: Sequence[Told]) -> float | None:
        """Estimates what one more trial gains, with a Gaussian process whatever the method."""
        from branchlab.sweep.methods.gain import expected_gain

        return expected_gain(self._search, told)


def make_method(plan: Plan, objectives: Objectives, *, seed: int, share: tuple[int, int] = (0, 1)) -> Method:
    """Makes the method of a plan.

    `seed` is that of the batch; `share` the part of a divided sweep, from 0, and the number of parts. Raises
    `UsageError` for a method that does not suit the plan, `EnvironmentProblemError` when what it needs is missing.
    """
    name, why = explain(plan, objectives)
    _check(name, plan, objectives)
    return _Chosen(Search(plan, objectives, seed, share), name, why, _propose(name))


def batch_size(plan: Plan) -> int:
    """Returns how many trials are asked for at once: the batch of the plan, or a whole generation of a population."""
    return plan.population.size if plan.method == "pbt" else plan.batch


def explain(plan: Plan, objectives: Objectives) -> tuple[Name, str]:
    """Returns the method that a plan asks for, and the reason where `auto` has to choose."""
    if plan.method != "auto":
        return plan.method, ""
    from branchlab.sweep.space import size

    points, trials = size(plan.space), plan.budget.trials
    if points is not None and points <= (trials or 64):
        return "brute", f"the space has {points} points, and all of them fit the budget"
    if len(objectives.optimize) > 1:
        return _for_several(plan, objectives)
    return _for_one(plan)


def _for_several(plan: Plan, objectives: Objectives) -> tuple[Name, str]:
    trials, goals = plan.budget.trials or FEW, len(objectives.optimize)
    if trials <= FEW and len(plan.space) <= WIDE:
        return "gp", f"{goals} objectives and at most {FEW} trials: a model finds the front with fewer than evolution"
    if not _has("optuna"):
        return "gp", f"{goals} objectives; evolution would suit {trials} trials, but Optuna is not installed"
    name: Name = "nsga2" if goals <= _CROWDED else "nsga3"
    return (
        name,
        f"{goals} objectives, {_parameters(len(plan.space))} and {trials} trials: evolution keeps the whole front",
    )


def _parameters(count: int) -> str:
    return f"{count} parameter{'s' * (count != 1)}"


def _for_one(plan: Plan) -> tuple[Name, str]:
    trials, dimensions = plan.budget.trials or FEW, len(plan.space)
    wide = f"{dimensions} parameters" if dimensions > WIDE else f"{trials} trials"
    if plan.fidelity is None and trials <= FEW and dimensions <= WIDE:
        return "gp", f"{_parameters(dimensions)} and {trials} trials: a Gaussian process needs the fewest"
    if trials >= MANY and all(parameter.kind != "choice" and not parameter.when for parameter in plan.space):
        if _has("cmaes"):
            return "cmaes", f"{trials} trials and numbers only: evolution of the covariance goes the furthest"
        return "quasi", f"CMA-ES would suit {trials} trials, but cmaes is not installed: evenly spread points"
    reason = "rungs need many rough looks" if plan.fidelity is not None else f"{wide} are much for a Gaussian process"
    if _has("optuna"):
        return "tpe", f"{reason}: TPE stays quick"
    return "quasi", f"{reason}, and Optuna is not installed: evenly spread points"


def _check(name: Name, plan: Plan, objectives: Objectives) -> None:
    """Raises for a method that cannot do what the plan wants."""
    if name in _ONE_OBJECTIVE and len(objectives.optimize) > 1:
        several = ", ".join(objective.metric for objective in objectives.optimize)
        raise UsageError(
            f"method {name} optimises one metric, and there are {len(objectives.optimize)}: {several}",
            "name one in sweep.metrics, or use gp, tpe, nsga2 or nsga3",
        )
    if name == "pbt" and not plan.checkpoint:
        raise UsageError(
            "method pbt copies the checkpoint of one trial to another, and the sweep names none",
            'write checkpoint = "path" under [sweep]',
        )
    if name == "cmaes" and all(parameter.kind == "choice" for parameter in plan.space):
        raise UsageError("method cmaes moves numbers, and the space has choices only", "use bandit, tpe or brute")
    if name in _OPTUNA and not _has("optuna"):
        raise _missing(name, "Optuna")
    if name == "cmaes" and not _has("cmaes"):
        raise _missing(name, "cmaes")


def _missing(name: Name, package: str) -> EnvironmentProblemError:
    return EnvironmentProblemError(
        f"method {name} needs {package}, which is not installed",
        "run pip install 'branchlab[sweep]', or use gp, which needs nothing more",
    )


def _has(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None


def _propose(name: Name) -> Propose:
    """Imports the function behind a name."""
    module, function = _PLACES[name]
    propose: Propose = getattr(import_module(f"branchlab.sweep.methods.{module}"), function)
    return propose
