"""Proposes a sweep file: ranges around the values of the parameter files, and what to decide by hand as comments."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError
from branchlab.sweep.space import as_key
from branchlab.text import flatten, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchlab.project import Settings
    from branchlab.sweep.plan import Parameter

_MOST = 20  # more than this is a search for very many trials
_DECADE = 10
_LOG_UP_TO = 0.1
_LARGEST = 1e15  # the double of it must stay below `LARGEST_INTEGER`
_REPEATS = re.compile(r"seed|random_?state|fold", re.IGNORECASE)
_LENGTH = re.compile(r"epochs?|(max_?)?(steps|iter(ation)?s?)|rounds", re.IGNORECASE)
_MEASURED = re.compile(r"(train|test|val(idation)?|dev)_?(split|size|ratio|frac(tion)?)|split|hold_?out", re.IGNORECASE)
# anywhere in a name, as in num_workers; the others must be all of it
_MACHINE = re.compile(r".*(workers|jobs|threads|device|gpus?|verbose|debug|cache|log_?every|port).*", re.IGNORECASE)

_HEAD = """\
# A sweep. Look at the ranges, then: branchlab sweep run
# Every key is explained in docs/sweeps.md.

[sweep]
{name}method = "auto"    # chooses and says why; or random, quasi, grid, tpe, gp, cmaes, nsga2, bandit, pbt, …
seed = 1           # the same seed gives the same trials
{metrics}

[budget]
trials = 30        # trial 0 is the reference: the values of the parameter file
# hours = 2.0
# patience = 15    # ends after so many trials in a row without a better one

[resources]
jobs = 1           # trials at a time

# [[pruning]]      # ends a trial that looks hopeless; it needs metrics that are logged step by step
# rule = "median"

[space]
"""


def propose(params: Mapping[str, Any], settings: Settings, name: str = "") -> str:
    """Returns a sweep file for parameters, with comments.

    A positive float gets a decade to either side, in the logarithm where that is right; a whole number half to double.
    What cannot be guessed is a comment: text, true and false, lists, zero, seeds, how the data is split, and what says
    how long or where a run takes place.

    Args:
        params: what the parameter files hold, nested.
        settings: of the project, for its metrics.
        name: of the sweep; empty for that of the file.

    Raises:
        UsageError: when there are no parameters.
    """
    lines, active = [], 0
    for key, value in _leaves(params, ""):
        entry, remark = _entry(key, value)
        wanted = bool(entry) and not remark and active < _MOST
        active += wanted
        if entry:
            lines.append(f"{'' if wanted else '# '}{_key(key)} = {entry}{remark and f'    # {remark}'}")
    if not lines:
        raise UsageError(
            "there are no parameters to search",
            "write a line such as lr = 0.1 into params.toml, or name the files with params = […] in branchlab.toml; "
            "the script reads them, or the command has {lr} where its value goes",
        )
    return _head(settings, name) + "\n".join(lines) + "\n"


def propose_space(parameters: Iterable[Parameter], settings: Settings, name: str = "") -> str:
    """Returns a sweep file with the ranges of parameters as they are, such as those that `foreign` reads."""
    lines = [f"{_key(parameter.name)} = {entry_of(parameter)}" for parameter in parameters]
    return _head(settings, name) + "\n".join(lines) + "\n"


def entry_of(parameter: Parameter) -> str:
    """Returns what stands behind the name of a parameter in `[space]`."""
    fields: dict[str, Any] = {}
    if parameter.kind == "choice":
        fields["choices"] = _choices(parameter.choices, lists=parameter.lists)
    else:
        fields.update(low=_toml(parameter.low), high=_toml(parameter.high))
        fields.update({"log": "true"} if parameter.log else {})
        fields.update({key: _toml(value) for key in ("step", "points") if (value := getattr(parameter, key))})
    if parameter.when:
        conditions = [f"{_key(parent)} = {_choices(few, lists=False)}" for parent, few in parameter.when.items()]
        fields["when"] = "{ " + ", ".join(conditions) + " }"
    if parameter.file:
        fields["file"] = _toml(parameter.file)
    if fields.keys() == {"choices"}:
        return str(fields["choices"])
    return "{ " + ", ".join(f"{key} = {text}" for key, text in fields.items()) + " }"


def _choices(values: Iterable[Any], *, lists: bool) -> str:
    return "[" + ", ".join(str(value) if lists else _toml(value) for value in values) + "]"


def _head(settings: Settings, name: str) -> str:
    counted = [
        f"{safe_text(metric)} ({rule.goal if rule.strategy == 'optimize' else rule.threshold})"
        for metric, rule in settings.metrics.items()
        if rule.strategy != "store"
    ]
    missing = '# branchlab.toml has no metric with strategy = "optimize" yet, and a sweep needs one'
    searched = any(rule.strategy == "optimize" for rule in settings.metrics.values())
    metrics = f"# metrics of branchlab.toml that count: {', '.join(counted)}" if searched else missing
    return _HEAD.format(name=f"name = {_toml(name)}\n" if name else "", metrics=metrics)


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _entry(key: str, value: Any) -> tuple[str, str]:
    """Returns what to search of one value, and why that is only a comment; nothing for what cannot be searched."""
    try:
        as_key(key)
    except UsageError:
        return "", ""
    if isinstance(value, bool):
        return "[true, false]", "take out the # to try both"
    if isinstance(value, (str, list)):
        return f"[{_toml(value) if isinstance(value, str) else flatten({'': value})['']}]", "add the others"
    if not isinstance(value, (int, float)) or not math.isfinite(value) or abs(value) > _LARGEST:
        return "", ""
    entry = _whole(value) if isinstance(value, int) else _fraction(value)
    return entry, _objection(key.rpartition(".")[2]) or ("" if value else "nobody can guess a range around 0")


def _objection(name: str) -> str:
    """Returns why a number is not to be searched, judging by its name; empty for nothing against it."""
    if _REPEATS.fullmatch(name):
        return "not to be searched: [repeats] runs a trial with several"
    if _LENGTH.fullmatch(name):
        return "how long a trial takes: see [fidelity]"
    if _MEASURED.fullmatch(name):
        return "may change the data that is measured on: values do not compare then"
    return "looks like it changes nothing that is measured" if _MACHINE.fullmatch(name) else ""


def _whole(value: int) -> str:
    # 1 is not halved to 0, where a count often means none at all
    low, high = sorted((int(value / 2), value * 2)) if value < 0 else (max(value // 2, min(value, 1)), value * 2)
    return f"{{ low = {low}, high = {max(high, low + 1)} }}"


def _fraction(value: float) -> str:
    if value <= 0:
        return f"{{ low = {_tidy(value * 2)}, high = 0.0 }}" if value else "{ low = 0.0, high = 1.0 }"
    # mostly a share (dropout, momentum), and a share ends at 1
    if _LOG_UP_TO < value < 1:
        return f"{{ low = {_tidy(value / _DECADE)}, high = 1.0 }}"
    return f"{{ low = {_tidy(value / _DECADE)}, high = {_tidy(value * _DECADE)}, log = true }}"


def _tidy(value: float) -> str:
    return _toml(float(f"{value:.3g}"))


def _toml(value: Any) -> str:
    import tomli_w

    return tomli_w.dumps({"v": value}).removeprefix("v = ").strip()


def _key(name: str) -> str:
    """Returns a dotted key of TOML; parts that are no bare words stand in quotes."""
    import tomli_w

    return ".".join(tomli_w.dumps({part: 0}).removesuffix(" = 0\n") for part in name.split("."))
