"""Reads a space of hyperopt: a graph of `Apply` nodes below tables and lists, as `hp.…` builds it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError
from branchlab.sweep.foreign import Foreign, choice, number_between, plain
from branchlab.sweep.space import one_of
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Parameter

    When = Mapping[str, tuple[Scalar, ...]]

# as hyperopt names them (hyperopt/pyll/stochastic.py); they come by place or by name
_ARGUMENTS = {
    **dict.fromkeys(("uniform", "loguniform"), ("low", "high")),
    **dict.fromkeys(("quniform", "qloguniform", "uniformint"), ("low", "high", "q")),
    **dict.fromkeys(("normal", "lognormal"), ("mu", "sigma")),
    **dict.fromkeys(("qnormal", "qlognormal"), ("mu", "sigma", "q")),
    "randint": ("low", "high"),
}
_SIGMAS = 3  # a normal distribution is a range of so many standard deviations to each side: 99.7 %


def is_graph(value: Any) -> bool:
    """Tells whether a value is a node of hyperopt, or holds one."""
    if _is_node(value):
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return any(is_graph(item) for item in inner)


def from_hyperopt(space: Any) -> Foreign:
    """Returns a space from what `fmin` of hyperopt takes: a table of `hp.…`, a list, or one of them.

    Names are the keys of tables, joined by dots, and the label where there is none. Choices between tables need a
    constant that tells them apart, `{"kind": "svm", "C": hp.…}`: it becomes the choice, and the others its conditions.

    Raises:
        UsageError: for parts that have no counterpart.
    """
    reader = _GraphReader()
    return Foreign(_merged([*reader.read(space, "", {})], reader.notes), tuple(dict.fromkeys(reader.notes)))


def _is_node(value: Any) -> bool:
    # `hyperopt.pyll.Apply`, known by its looks, so that hyperopt need not be loaded
    return all(hasattr(value, name) for name in ("name", "pos_args", "named_args"))


def _constant(node: Any) -> bool:
    if _is_node(node):
        return node.name == "literal" or (node.name == "pos_args" and all(map(_constant, node.pos_args)))
    return not isinstance(node, dict) and (not isinstance(node, (list, tuple)) or all(_constant(item) for item in node))


def _value(node: Any) -> Any:
    if not _is_node(node):
        return [_value(item) for item in node] if isinstance(node, (list, tuple)) else plain(node)
    return [_value(item) for item in node.pos_args] if node.name == "pos_args" else _value(node.obj)


def _table(node: Any) -> dict[str, Any] | None:
    if _is_node(node) and node.name == "dict":
        return {str(key): value for key, value in node.named_args}
    return {str(key): value for key, value in node.items()} if isinstance(node, dict) else None


def _items(node: Any) -> list[Any] | None:
    if _is_node(node):
        return list(node.pos_args) if node.name == "pos_args" else None
    return list(node) if isinstance(node, (list, tuple)) else None


class _GraphReader:
    """Goes through a graph and notes what is lost."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def read(self, node: Any, path: str, when: When) -> Iterator[tuple[Parameter, str]]:
        """Yields the parameters below a node with their labels."""
        table, items = _table(node), _items(node)
        if table is not None:
            for key, inner in table.items():
                yield from self.read(inner, f"{path}.{key}" if path else key, when)
        elif _constant(node):
            return
        elif items is not None:
            for number, inner in enumerate(items):
                yield from self.read(inner, f"{path}.{number}" if path else "", when)
        elif node.name == "switch":
            yield from self._choice(node, path, when)
        else:
            label, drawn, whole = _unwrapped(node)
            parameter = self._range(drawn, path or label, whole=whole)
            yield parameter._replace(when=when), label

    def _choice(self, node: Any, path: str, when: When) -> Iterator[tuple[Parameter, str]]:
        label, drawn, _ = _unwrapped(node.pos_args[0])
        options, name = node.pos_args[1:], path or label
        # hp.choice draws the number of the option by randint, hp.pchoice by categorical with probabilities
        if drawn.name != "randint":
            self.notes.append(f"{safe_text(name)}: the probabilities of the choices are left out")
        if all(map(_constant, options)):
            yield choice(name, [_value(option) for option in options])._replace(when=when), label
            return
        tables = [_table(option) for option in options]
        known = [table for table in tables if table is not None]
        key = _telling(known) if len(known) == len(tables) else None
        if key is None:
            raise UsageError(
                f"nothing tells the options of {safe_text(name)} apart",
                'put a constant into each, as in {"kind": "svm", "C": hp.…}',
            )
        names = f"{path}.{key}" if path else key
        yield choice(names, [_value(table[key]) for table in known])._replace(when=when), label
        for table in known:
            inner = {other: value for other, value in table.items() if other != key}
            if any(_constant(value) for value in inner.values()):
                self.notes.append(f"{safe_text(name)}: constants of an option are left out, besides {safe_text(key)}")
            yield from self.read(inner, path, {names: (plain(_value(table[key])),)})

    def _range(self, node: Any, name: str, *, whole: bool) -> Parameter:
        """Returns the range of a distribution; a quantised one has steps."""
        kind = node.name
        if kind not in _ARGUMENTS:
            raise UsageError(
                f"{safe_text(name)} is {safe_text(str(kind))}, which has no counterpart", "write it by hand"
            )
        arguments = dict(zip(_ARGUMENTS[kind], map(_value, node.pos_args), strict=False))
        arguments.update((key, _value(value)) for key, value in node.named_args)
        if kind == "randint":
            return _below(name, arguments)
        log, step = "log" in kind, arguments.get("q")
        if "normal" in kind:
            self.notes.append(f"{safe_text(name)}: a normal distribution became the range of {_SIGMAS} sigma")
            spread = _SIGMAS * arguments["sigma"]
            low, high = arguments["mu"] - spread, arguments["mu"] + spread
        else:
            low, high = arguments["low"], arguments["high"]
        if log:
            # hp.loguniform is given the logarithms of its ends
            low, high = math.exp(low), math.exp(high)
        if step is None:
            return number_between(name, low, high, whole=whole, log=log)
        # hyperopt rounds what it drew to multiples of q, so the ends are such, too
        low, high = (float(f"{round(end / step) * step:.12g}") for end in (low, high))
        whole = whole or all(float(number).is_integer() for number in (low, high, step))
        if log:
            # rounding may have made 0 of the low end, which has no logarithm
            low, step = max(low, step), None
        return number_between(name, low, high, whole=whole, log=log, step=step)


def _below(name: str, arguments: Mapping[str, Any]) -> Parameter:
    """`randint(n)` is below n, `randint(low, high)` below high."""
    low, high = arguments["low"], arguments.get("high")
    if high is None:
        low, high = 0, low
    return number_between(name, low, high - 1, whole=True, log=False)


def _unwrapped(node: Any) -> tuple[str, Any, bool]:
    """Returns label and distribution of `int(float(hyperopt_param(label, distribution)))`, and whether it is whole."""
    whole = False
    while _is_node(node) and node.name in ("float", "int"):
        whole = whole or node.name == "int"
        node = node.pos_args[0]
    if not _is_node(node) or node.name != "hyperopt_param":
        shown = node.name if _is_node(node) else type(node).__name__
        raise UsageError(
            f"the space computes with {safe_text(str(shown))}, which has no counterpart", "write it by hand"
        )
    return str(_value(node.pos_args[0])), node.pos_args[1], whole or node.pos_args[1].name == "randint"


def _telling(tables: Sequence[Mapping[str, Any]]) -> str | None:
    """Returns the key of a constant that is another one in each table."""
    for key, first in tables[0].items():
        if _constant(first) and all(key in table and _constant(table[key]) for table in tables):
            values = [_value(table[key]) for table in tables]
            if all(
                isinstance(one, (str, int, float)) and not one_of(one, values[:at]) for at, one in enumerate(values)
            ):
                return key
    return None


def _merged(found: Sequence[tuple[Parameter, str]], notes: list[str]) -> tuple[Parameter, ...]:
    """Returns parameters under names of their own: options may share a key, as one parameter or as several."""
    merged: dict[str, Parameter] = {}
    for parameter, label in found:
        known = merged.get(parameter.name)
        if known is None:
            merged[parameter.name] = parameter
        elif known._replace(when={}) == parameter._replace(when={}) and known.when.keys() == parameter.when.keys():
            both = {parent: (*few, *parameter.when[parent]) for parent, few in known.when.items()}
            merged[parameter.name] = known._replace(when=both)
        else:
            notes.append(f"{safe_text(label)}: another option has {safe_text(parameter.name)} with another range")
            merged[label] = parameter._replace(name=label)
    return tuple(merged.values())
