"""The tables of a sweep file beside `[space]`: which keys they have, and what each may be."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, get_args

from branchlab.naming import slugify
from branchlab.sweep.held import fitting
from branchlab.sweep.objectives import is_test
from branchlab.sweep.plan import (
    Budget,
    Fidelity,
    Population,
    Pruning,
    PruningRule,
    Repeats,
    Resources,
)
from branchlab.table_reader import SIZE, TEXT, Kind, is_number, is_whole, mistake, of_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.sweep.held import Held
    from branchlab.sweep.plan import Space
    from branchlab.table_reader import TableReader

_LARGEST_SEED = (1 << 32) - 1  # what NumPy and scikit-learn take
_MOST_REPEATS = 1000
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_BINARY_UNITS = {"ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30, "ti": 1 << 40}
_SIZE_TEXT = r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?([kKMGT]i?)?B"

COUNT = Kind("a whole number of 0 or more", lambda value: is_whole(value) and value >= 0)
SEED = Kind("a whole number from 0 to 4294967295", lambda value: is_whole(value) and 0 <= value <= _LARGEST_SEED)
ABOVE_ZERO = Kind("a number above 0", lambda value: is_number(value) and 0 < value < math.inf)
NOT_NEGATIVE = Kind("a number of 0 or more", lambda value: is_number(value) and 0 <= value < math.inf)
_NUMBER = Kind("a number", lambda value: is_number(value) and abs(value) < math.inf)
_PERCENTILE = Kind("a number between 0 and 100", lambda value: is_number(value) and 0 < value < 100)  # noqa: PLR2004 - percent
_SHARE = Kind("a number from 0 to 1", lambda value: is_number(value) and 0 <= value <= 1)
_HALF = Kind("a number above 0 and at most 0.5", lambda value: is_number(value) and 0 < value <= 0.5)  # noqa: PLR2004 - half
_FACTOR = Kind("a whole number of 2 or more", lambda value: is_whole(value) and value > 1)
_FACTORS = Kind(
    "a list of numbers above 0",
    lambda value: isinstance(value, list) and bool(value) and all(map(ABOVE_ZERO.fits, value)),
)
_JOBS = Kind('a number above 0, or "auto"', lambda value: value == "auto" or SIZE.fits(value))
_BYTES = of_form('a size in quotes, such as "4 GB" or "512 MiB"', _SIZE_TEXT)
_MEMORY = Kind(_BYTES.wanted, lambda value: SIZE.fits(value) or _BYTES.fits(value))
_LIST = Kind("a list", lambda value: isinstance(value, list))

_BUDGET_KEYS = {
    "trials": SIZE,
    **dict.fromkeys(("hours", "cost"), ABOVE_ZERO),
    "patience": SIZE,
    **dict.fromkeys(("min_gain", "price_per_hour"), NOT_NEGATIVE),
}
_RESOURCES_KEYS = {"jobs": _JOBS, "cpus": SIZE, "memory": _MEMORY, "gpus": COUNT}
_PRUNING_KEYS = {
    **dict.fromkeys(("rule", "metric"), TEXT),
    "warmup": COUNT,
    **dict.fromkeys(("every", "min_trials"), SIZE),
}
_RULE_KEYS: dict[str, dict[str, Kind]] = {
    "median": {},
    "percentile": {"percentile": _PERCENTILE},
    "halving": {"factor": _FACTOR},
    "hyperband": {"factor": _FACTOR},
    "threshold": {"lower": _NUMBER, "upper": _NUMBER},
    **{rule: {"patience": SIZE, "min_delta": NOT_NEGATIVE} for rule in ("patience", "plateau", "gain")},
}
_FIDELITY_KEYS = {"parameter": TEXT, "low": SIZE, "high": SIZE, "factor": _FACTOR, "scheme": TEXT}
_REPEATS_KEYS = {"parameter": TEXT, "values": _LIST, "label": TEXT}
_POPULATION_KEYS = {
    "size": _FACTOR, "generations": SIZE, "truncation": _HALF, "factors": _FACTORS, "resample": _SHARE,
}  # fmt: skip


def parse_budget(reader: TableReader, table: Mapping[str, Any], price: float) -> Budget:
    """Returns the budget; `price` is the project's and holds where the sweep has none of its own."""
    fields = reader.fields(table, "budget", _BUDGET_KEYS)
    budget = Budget(**{"price_per_hour": price, **fields})
    if budget.cost is not None and not budget.price_per_hour:
        raise mistake(
            f"{reader.source}: budget.cost needs a price", "set price_per_hour here, or in [sweep] of branchlab.toml"
        )
    return budget


def parse_resources(reader: TableReader, table: Mapping[str, Any]) -> Resources:
    """Returns the resources; memory in bytes."""
    fields = reader.fields(table, "resources", _RESOURCES_KEYS)
    if fields.get("jobs") == "auto":
        fields["jobs"] = None
    if isinstance(fields.get("memory"), str):
        fields["memory"] = _bytes(fields["memory"])
    return Resources(**fields)


def _bytes(text: str) -> int:
    match = re.fullmatch(_SIZE_TEXT, text)
    assert match, "the kind has looked at it"  # noqa: S101 - tells mypy
    unit = (match[2] or "").lower()
    return int(float(match[1]) * {**_UNITS, **_BINARY_UNITS}[unit])


def parse_pruning(reader: TableReader, value: Any) -> tuple[Pruning, ...]:
    """Returns the rules of one `[pruning]` table, or of several `[[pruning]]`."""
    tables = [value] if isinstance(value, dict) else value
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise mistake(f"{reader.source}: pruning must be a table", "write it as [pruning], or [[pruning]] for several")
    return tuple(_rule(reader, table) for table in tables)


def _rule(reader: TableReader, table: Mapping[str, Any]) -> Pruning:
    rules = get_args(PruningRule)
    if "rule" not in table:
        raise mistake(f"{reader.source}: pruning has no rule", f"rule is one of {', '.join(rules)}")
    reader.choice(table, "pruning", "rule", rules)
    # a key of another rule is a mistake: it would be believed to do something
    pruning = Pruning(**reader.fields(table, "pruning", {**_PRUNING_KEYS, **_RULE_KEYS[table["rule"]]}))
    refuse_test(reader, "pruning.metric", pruning.metric)
    if pruning.rule == "threshold" and pruning.lower is None and pruning.upper is None:
        raise mistake(f"{reader.source}: pruning by threshold has no bound", "add lower or upper")
    return pruning


def refuse_test(reader: TableReader, place: str, metric: str) -> None:
    """Refuses a metric of the test split, which a search must not see."""
    if is_test(metric):
        raise mistake(
            f"{reader.source}: {place} names {metric}, a metric of the test split", "a search never reads those"
        )


def parse_fidelity(reader: TableReader, table: Mapping[str, Any], held: Held, space: Space) -> Fidelity:
    """Returns how trials go on in rungs."""
    fields = reader.fields(table, "fidelity", _FIDELITY_KEYS)
    for key in ("parameter", "low", "high"):
        _needed(reader, fields, "fidelity", key)
    reader.choice(fields, "fidelity", "scheme", ("halving", "hyperband"))
    found = held.find(fields["parameter"], None, f"{reader.source}: fidelity.parameter")
    if not is_number(found.value):
        raise mistake(f"{reader.source}: fidelity.parameter {found.name} is no number", "name one such as epochs")
    _not_searched(reader, space, found.name, "fidelity.parameter")
    if fields["low"] >= fields["high"]:
        raise mistake(
            f"{reader.source}: fidelity goes from {fields['low']} to {fields['high']}", "low must be below high"
        )
    return Fidelity(**{**fields, "parameter": found.name})


def parse_repeats(reader: TableReader, table: Mapping[str, Any], held: Held, space: Space) -> Repeats:
    """Returns the seeds or folds that make up a trial."""
    fields = reader.fields(table, "repeats", _REPEATS_KEYS)
    for key in ("parameter", "values"):
        _needed(reader, fields, "repeats", key)
    reader.choice(fields, "repeats", "label", ("seed", "fold"))
    found = held.find(fields["parameter"], None, f"{reader.source}: repeats.parameter")
    # the search would set it, and the repeats would set it again
    _not_searched(reader, space, found.name, "repeats.parameter")
    place = f"{reader.source}: repeats.values"
    # cut first: a list of millions is refused before it is converted
    values = tuple(fitting(value, found, place) for value in fields["values"][: _MOST_REPEATS + 1])
    if not 1 < len(values) <= _MOST_REPEATS or len(set(values)) < len(values):
        raise mistake(f"{place} must be 2 to {_MOST_REPEATS} different values", "as in values = [1, 2, 3]")
    # each becomes a split and a part of a key: two of one name would be one repeat
    names = {slugify(str(value)) for value in values}
    if len(names) < len(values):
        raise mistake(f"{place} has two values that would have one name, such as -1 and 1", "use others")
    return Repeats(**{**fields, "parameter": found.name, "values": values})


def parse_population(reader: TableReader, table: Mapping[str, Any]) -> Population:
    """Returns how a population trains."""
    fields = reader.fields(table, "population", _POPULATION_KEYS)
    if "factors" in fields:
        fields["factors"] = tuple(map(float, fields["factors"]))
    return Population(**fields)


def _needed(reader: TableReader, fields: Mapping[str, Any], section: str, key: str) -> None:
    if key not in fields:
        raise mistake(f"{reader.source}: [{section}] has no {key}", f"add {key} = …")


def _not_searched(reader: TableReader, space: Space, name: str, place: str) -> None:
    if any(parameter.name == name for parameter in space):
        raise mistake(f"{reader.source}: {place} names {name}, which is in the space", "take it out of one of them")
