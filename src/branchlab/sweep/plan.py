"""What a sweep file says, as one immutable value; `branchlab.sweep.file` reads it, docs/sweeps.md describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Number, Scalar

Kind = Literal["float", "int", "choice"]
Method = Literal[
    "auto", "grid", "random", "quasi", "brute", "tpe", "gp", "cmaes", "nsga2", "nsga3", "bandit", "pbt"
]  # fmt: skip
Mode = Literal["batch", "async"]
PruningRule = Literal[
    "median", "percentile", "halving", "hyperband", "threshold", "patience", "plateau", "gain"
]  # fmt: skip


class Parameter(NamedTuple):
    """One dimension of the space.

    Attributes:
        name: dotted key in the parameter files.
        kind: `float`, `int` or `choice`.
        low: smallest value, included; of a number.
        high: largest value, included; of a number.
        log: search the logarithm; `low` is above 0 then.
        step: distance between the values that are tried; None for all of them (1 for an integer).
        choices: the values of a choice; lists are JSON text, as in a record's flat parameters.
        when: the parameter exists only where each of these other parameters has one of these values.
        file: the parameter file that holds it, None for whichever has the key.
        points: how many values a grid takes of a float, spread evenly; other methods take any value.
        lists: the choices are lists.
        add: the parameter file does not have it, and it is added (`run -S +key=1,2`).
    """

    name: str
    kind: Kind
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    step: float | None = None
    choices: tuple[Scalar, ...] = ()
    when: Mapping[str, tuple[Scalar, ...]] = {}
    file: str | None = None
    points: int | None = None
    lists: bool = False
    add: bool = False


Space = tuple[Parameter, ...]  # a parameter stands behind those that its `when` names


class Budget(NamedTuple):
    """When a sweep ends; None for no limit.

    Attributes:
        trials: how many, the reference trial and reused ones included.
        hours: wall time of all parts of the sweep that ran on this machine.
        cost: hours of all trials times their price, in the currency of `price_per_hour`.
        patience: trials in a row without a better one.
        min_gain: end when the gain that the model expects of one more trial is below this, in units of the metric.
        price_per_hour: of one slot.
    """

    trials: int | None = None
    hours: float | None = None
    cost: float | None = None
    patience: int | None = None
    min_gain: float | None = None
    price_per_hour: float = 0.0


class Resources(NamedTuple):
    """What runs at a time, and what one trial gets.

    Attributes:
        jobs: slots; None for as many as processors, memory and devices allow.
        cpus: processors of a slot; None to leave threads alone.
        memory: bytes that must be free before a trial starts.
        gpus: devices of a slot: 0 hides none and asks for none.
    """

    jobs: int | None = 1
    cpus: int | None = None
    memory: int | None = None
    gpus: int = 0


class Pruning(NamedTuple):
    """One reason to end a trial early.

    Attributes:
        rule: which.
        metric: the logged metric it looks at; empty for each optimised one (all must be hopeless).
        warmup: steps that are never judged; the first rung (`halving`, `hyperband`).
        every: judge each so many steps.
        min_trials: finished trials that must be there before others are compared with.
        percentile: of the other trials at the same step that a trial must beat (`percentile`); 50 is the median.
        lower: values below end a trial (`threshold`).
        upper: values above end a trial (`threshold`).
        patience: logged values without a better one (`patience`), or length of the window (`plateau`, `gain`).
        min_delta: what counts as better or as movement, in units of the metric.
        factor: of each `halving` rung one in so many goes on.
    """

    rule: PruningRule
    metric: str = ""
    warmup: int = 0
    every: int = 1
    min_trials: int = 4
    percentile: float = 50.0
    lower: float | None = None
    upper: float | None = None
    patience: int = 10
    min_delta: float = 0.0
    factor: int = 3


class Fidelity(NamedTuple):
    """Trials in rungs: many short ones, of which the best go on.

    Attributes:
        parameter: the parameter that says how long a trial runs, such as `epochs`.
        low: its value on the first rung.
        high: its value on the last.
        factor: one in so many goes on to the next rung, which is so many times as long.
        scheme: `halving` for one bracket, `hyperband` for several that begin at different rungs.
    """

    parameter: str
    low: int
    high: int
    factor: int = 3
    scheme: Literal["halving", "hyperband"] = "halving"


class Repeats(NamedTuple):
    """Runs that make up one trial, as seeds or folds; the value of a metric is their mean.

    Attributes:
        parameter: what differs between them, such as `seed` or `fold`.
        values: its values, in order.
        label: `seed` or `fold`; their metrics are the splits `seed-1`, `fold-0`.
    """

    parameter: str
    values: tuple[Scalar, ...]
    label: Literal["seed", "fold"] = "seed"


class Population(NamedTuple):
    """Population based training.

    Attributes:
        size: members that train at a time, one generation.
        generations: how often they are compared.
        truncation: part of the members that is replaced by copies of the best, in (0, 0.5].
        factors: a copied number is multiplied by one of these.
        resample: probability that a copied parameter is drawn afresh.
    """

    size: int = 8
    generations: int = 4
    truncation: float = 0.25
    factors: tuple[float, ...] = (0.8, 1.2)
    resample: float = 0.25


class Plan(NamedTuple):
    """A sweep.

    Attributes:
        name: a slug; trials are the branches `exp/tune/<name>-<number>-<digest>`.
        space: what is searched.
        method: how.
        seed: of everything that is drawn.
        mode: `batch` asks for `batch` trials at once and waits for all of them, which makes the search reproducible
            whatever ends first; `async` asks for one whenever a slot is free.
        batch: trials of a batch.
        command: what a trial runs; empty for the project's.
        metrics: the metrics that matter; empty for all with the strategy `optimize` or `constraint`.
        value: `last` for the summary value of a metric, `best` for the best of its curve.
        reference: whether trial 0 has the values of the parameter file.
        seconds: wall time after which a trial is stopped.
        checkpoint: path of the file that a trial writes and can go on from, relative to the project.
        second_chance: how many pruned trials may go on from their checkpoint when the sweep has ended otherwise.
        defaults: the values of the space's parameters in the parameter file.
    """

    name: str
    space: Space
    method: Method = "auto"
    seed: int = 1
    mode: Mode = "batch"
    batch: int = 4
    command: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    value: Literal["last", "best"] = "last"
    reference: bool = True
    seconds: float | None = None
    checkpoint: str = ""
    second_chance: int = 0
    budget: Budget = Budget()
    resources: Resources = Resources()
    pruning: tuple[Pruning, ...] = ()
    fidelity: Fidelity | None = None
    repeats: Repeats | None = None
    population: Population = Population()
    defaults: Mapping[str, Scalar] = {}


class Objective(NamedTuple):
    """One metric that a sweep optimises."""

    metric: str
    goal: Literal["maximize", "minimize"]


class Constraint(NamedTuple):
    """One metric that must keep a bound; `limit` and `above` come from the threshold in branchlab.toml."""

    metric: str
    limit: Number
    above: bool


class Objectives(NamedTuple):
    """What a sweep is judged by; neither ever names a test split."""

    optimize: tuple[Objective, ...]
    constraints: tuple[Constraint, ...] = ()
