"""Spaces of hyperopt and scikit-optimize as ours; neither package is imported, their objects are looked at."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError
from branchlab.sweep.plan import Parameter
from branchlab.sweep.space import distinct
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Space


class Foreign(NamedTuple):
    """A space that another program described.

    Attributes:
        space: as ours.
        notes: what ours cannot say, one line each.
    """

    space: Space
    notes: tuple[str, ...] = ()


def from_any(value: Any) -> Foreign:
    """Returns a space from an object of either package.

    Raises:
        UsageError: for anything else, and for parts that have no counterpart.
    """
    from branchlab.sweep.foreign_graph import from_hyperopt, is_graph

    return from_hyperopt(value) if is_graph(value) else from_skopt(value)


def from_skopt(dimensions: Any) -> Foreign:
    """Returns a space from dimensions of scikit-optimize: a list, a `Space`, or a table by name.

    Short forms are understood: `(1, 8)`, `(1e-4, 1.0, "log-uniform")`, `["a", "b"]`.

    Raises:
        UsageError: for a dimension without a name, and for what is no dimension.
    """
    notes = []
    if getattr(dimensions, "constraint", None) is not None:
        notes.append("the constraint of the space is a function, and is left out")
    inner = getattr(dimensions, "dimensions", dimensions)
    if isinstance(inner, dict):
        named = list(inner.items())
    elif isinstance(inner, (list, tuple)):
        named = [(getattr(dimension, "name", None), dimension) for dimension in inner]
    else:
        raise UsageError(
            f"{safe_text(type(inner).__name__)} is no space of hyperopt or scikit-optimize",
            "name a table of hp.…, or a list of Real, Integer and Categorical",
        )
    return Foreign(tuple(_dimension(name, one, number) for number, (name, one) in enumerate(named)), tuple(notes))


def _dimension(name: Any, dimension: Any, number: int) -> Parameter:
    if not isinstance(name, str) or not name:
        raise UsageError(f"dimension {number + 1} of the space has no name", 'give it one, as in Real(0, 1, name="lr")')
    # by its name: to import the package would make it a dependency
    kind = type(dimension).__name__
    if kind == "Categorical":
        return choice(name, dimension.categories)
    if kind in ("Real", "Integer"):
        return number_between(
            name, dimension.low, dimension.high, whole=kind == "Integer", log=dimension.prior == "log-uniform"
        )
    if isinstance(dimension, (list, tuple)) and dimension:
        # two numbers are a range, as in scikit-optimize; two texts are choices
        low, high, prior = (*dimension, "uniform")[:3] if len(dimension) in (2, 3) else (None, None, None)
        ends = plain(low), plain(high)
        if isinstance(prior, str) and all(isinstance(end, (int, float)) and not isinstance(end, bool) for end in ends):
            whole = all(isinstance(end, int) for end in ends)
            return number_between(name, *ends, whole=whole, log=prior == "log-uniform")
        return choice(name, dimension)
    raise UsageError(
        f"{safe_text(name)} is {safe_text(kind)}, which is no dimension", "use Real, Integer or Categorical"
    )


def number_between(name: str, low: Any, high: Any, *, whole: bool, log: bool, step: float | None = None) -> Parameter:
    """Returns the parameter for a range; both ends are in it.

    Raises:
        UsageError: for ends that are no range.
    """
    low, high = plain(low), plain(high)
    shown = f"{safe_text(name)} goes from {safe_text(str(low))} to {safe_text(str(high))}"
    if not all(isinstance(end, (int, float)) and math.isfinite(end) for end in (low, high)) or low >= high:
        raise UsageError(shown, "low must be a number below high")
    if log and low <= 0:
        raise UsageError(f"{shown} in the logarithm", "low must be above 0")
    if whole:
        return Parameter(name, "int", int(low), int(high), log, None if step in (None, 1) else int(step or 1))
    return Parameter(name, "float", float(low), float(high), log, step)


def choice(name: str, values: Iterable[Any]) -> Parameter:
    """Returns the parameter for choices.

    Raises:
        UsageError: for a value that no parameter file can hold.
    """
    found = [plain(value) for value in values]
    lists = bool(found) and all(isinstance(value, (list, tuple)) for value in found)
    for value in found:
        if not lists and not isinstance(value, (str, int, float)):
            raise UsageError(
                f"{safe_text(name)} has the choice {safe_text(repr(value))[:60]}, which TOML cannot hold",
                "use strings, numbers, true and false, or lists of them",
            )
    # lists are JSON text in a plan, as in the flat parameters of a record
    chosen: list[Scalar] = [json.dumps(list(value)) if lists else value for value in found]
    return Parameter(name, "choice", choices=distinct(chosen), lists=lists)


def plain(value: Any) -> Any:
    """Returns the Python value of a NumPy scalar, and all else as it is."""
    return value.item() if hasattr(value, "item") and not isinstance(value, type) else value


def load_foreign(module: str, name: str, folder: str) -> Foreign:
    """Imports a module, below a folder or installed, and reads the space that it calls `name`; this runs its code.

    Raises:
        UsageError: when it cannot be imported or has no such name; else as `from_any`.
    """
    import importlib
    import sys

    # for its own imports too; it comes first, as it does for `python search.py`
    sys.path.insert(0, folder)
    try:
        loaded = importlib.import_module(module)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the module is the user's: it may raise anything, or exit
        said = safe_text(f"{type(error).__name__}: {error}")[:200]
        raise UsageError(f"{safe_text(module)} cannot be imported: {said}", "try it with python -c") from None
    finally:
        with suppress(ValueError):  # a module may take it out itself
            sys.path.remove(folder)
    if not hasattr(loaded, name):
        raise UsageError(f"{safe_text(module)} has no {safe_text(name)}", "name the variable that holds the space")
    return from_any(getattr(loaded, name))
