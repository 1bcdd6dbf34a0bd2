"""Spaces, plans and told trials for tests of the methods of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from branchlab.sweep.methods.choose import make_method
from branchlab.sweep.plan import Budget, Constraint, Objective, Objectives, Parameter, Plan, Population
from branchlab.sweep.trial import Proposal, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Literal

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Method, Space

    State = Literal["complete", "pruned", "failed", "running"]

LOSS = Objectives((Objective("loss", "minimize"),))
TWO = Objectives((Objective("loss", "minimize"), Objective("size", "minimize")))
BOUND = Objectives(LOSS.optimize, (Constraint("delay", 1.0, above=False),))
ONE_GOAL: tuple[Method, ...] = (
    "random", "quasi", "tpe", "gp", "cmaes", "nsga2", "nsga3", "bandit"
)  # fmt: skip
MIXED = (
    Parameter("model", "choice", choices=("linear", "deep", True, 1)),
    Parameter("rate", "float", 1e-4, 1.0, log=True),
    Parameter("layers", "int", 1, 8, when={"model": ("deep",)}),
    Parameter("width", "int", 4, 256, log=True, when={"model": ("deep",), "layers": (2, 3, 4)}),
    Parameter("drop", "float", 0.0, 0.9, step=0.1),
    Parameter("batch", "int", 16, 128, step=16),
)
SMALL = (Parameter("a", "choice", choices=("x", "y", "z")), Parameter("b", "int", 1, 3, when={"a": ("x",)}))


def plan(space: Space, method: Method, *, seed: int = 1, trials: int = 30) -> Plan:
    """Returns a plan; with a checkpoint, as population based training wants one."""
    return Plan("t", space, method, seed, budget=Budget(trials), checkpoint="m.pt", population=Population(4, 3))


def searched(
    a_plan: Plan, loss: Callable[[Mapping[str, Scalar]], float], trials: int, batch: int = 4, start: Sequence[Told] = ()
) -> list[Told]:
    """Searches as the engine does: a fresh method for each batch, until enough trials are told or nothing is left."""
    told = list(start)
    while len(told) < trials:
        method = make_method(a_plan, LOSS, seed=1000 * a_plan.seed + len(told))
        proposals = method.ask(told, min(batch, trials - len(told)), len(told))
        if not proposals:
            break
        told += [ended(len(told) + place, proposal, loss) for place, proposal in enumerate(proposals)]
    return told


def ended(number: int, proposal: Proposal, loss: Callable[[Mapping[str, Scalar]], float]) -> Told:
    """Returns a proposal as a trial that finished."""
    return Told(number, proposal.values, (loss(proposal.values),))


@st.composite
def parameters(draw: st.DrawFn, name: str, parents: Space) -> Parameter:
    """Draws a parameter of any kind; it may depend on a choice before it."""
    few: list[Parameter] = [parent for parent in parents if parent.kind == "choice"]
    when: dict[str, tuple[Scalar, ...]] = {}
    depends: bool = draw(st.booleans())
    if few and depends:
        parent = draw(st.sampled_from(few))
        when = {parent.name: (draw(st.sampled_from(parent.choices)),)}
    kind = draw(st.sampled_from(("float", "log", "step", "int", "int step", "int log", "choice")))
    low = draw(st.sampled_from((1, 2, 16) if "log" in kind else (-5, 0, 3)))
    high = low + draw(st.sampled_from((1, 7, 100)))
    match kind:
        case "choice":
            some: tuple[tuple[Scalar, ...], ...] = (("a", "b"), (False, True), (1, 1.5, "1", None), ("only",))
            choices = draw(st.sampled_from(some))
            return Parameter(name, "choice", choices=choices, when=when)
        case "float" | "log":
            return Parameter(name, "float", low / 10, high / 10, log=kind == "log", when=when)
        case "step":
            return Parameter(name, "float", low / 10, high / 10, step=0.1, when=when)
        case _:
            step = 3 if kind == "int step" and high - low > 3 else None
            return Parameter(name, "int", low, high, step=step, log=kind == "int log", when=when)


@st.composite
def spaces(draw: st.DrawFn) -> Space:
    """Draws a space of one to five parameters."""
    space: Space = ()
    for place in range(draw(st.integers(1, 5))):
        space = (*space, draw(parameters(f"p{place}", space)))
    return space


@st.composite
def told_of(draw: st.DrawFn, values: Sequence[Mapping[str, Scalar]]) -> list[Told]:
    """Draws what came of trials: finished, pruned, failed or still running."""
    told = []
    for number, one in enumerate(values):
        states: tuple[State, ...] = ("complete", "complete", "complete", "pruned", "failed", "running")
        state = draw(st.sampled_from(states))
        losses = (draw(st.floats(-1e6, 1e6)),) if state in ("complete", "pruned") else None
        told.append(Told(number, one, losses, (), state))
    return told
