"""Fills `{lr}` in a command with the value of the parameter, for scripts that take arguments and read no file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.errors import UsageError
from branchlab.text import flatten, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

# A whole argument or what follows `=` in one: JSON, awk programs and `${HOME}` have braces of their own.
_PLACE = re.compile(r"([^{}\s]*=)?\{([^\W\d][\w-]*(?:\.[\w-]+)*)\}")
_MOST_NAMED = 12


def has_placeholders(command: Sequence[str]) -> bool:
    """Tells whether an argument is `{key}` or ends with `={key}`; other braces belong to the command."""
    return any(_PLACE.fullmatch(argument) for argument in command)


def fill_command(command: Sequence[str], params: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns a command with values in the place of parameters, written as in JSON, but text without quotes.

    Args:
        command: argument list.
        params: what the parameter files hold, nested.

    Raises:
        UsageError: for a name that is no single value of the parameter files.
    """
    if not has_placeholders(command):
        return tuple(command)
    values = flatten(params)
    return tuple(_filled(argument, values) for argument in command)


def _filled(argument: str, values: Mapping[str, object]) -> str:
    match = _PLACE.fullmatch(argument)
    if match is None:
        return argument
    option, key = match.groups(default="")
    if key not in values:
        known = ", ".join(map(safe_text, list(values)[:_MOST_NAMED])) + (", …" if len(values) > _MOST_NAMED else "")
        there = f"the parameter files have {known}" if values else "there is no parameter file: write params.toml"
        raise UsageError(f"{{{safe_text(key)}}} in the command is no parameter", there)
    return option + _written(values[key])


def _written(value: object) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
