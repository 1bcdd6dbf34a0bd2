"""Tells which experiments were started together: their records say so, or what a grid of runs made of their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.text import format_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.experiment import Experiment


def recorded_sweeps(experiments: Iterable[Experiment]) -> tuple[str, ...]:
    """Returns the names of the sweeps that have trials among experiments, in their order."""
    return tuple(dict.fromkeys(one.sweep for one in experiments if one.sweep))


def sweep_of(one: Experiment) -> str:
    """Returns the name of the sweep that an experiment belongs to, empty where it belongs to none.

    Before sweeps were recorded, `branchlab run -S lr=0.1,0.01 -S depth=2,3` named its runs by what it sets,
    `exp/tune/lr-0.1-depth-2`: all that differ in these values alone are one sweep, `exp/tune/lr-*-depth-*`.
    """
    if one.sweep:
        return one.sweep
    folder, slash, slug = one.name.rpartition("/")
    swept = slug
    for name, value in one.params.items():
        for written in _written(value):
            pair = f"{_slug(name.rpartition('.')[2])}-{written}"
            # Between dashes, so that lr-0.1 is not found in lr-0.15.
            place = f"-{swept}-".find(f"-{pair}-")
            if place >= 0:
                swept = f"{swept[: place + len(pair) - len(written)]}*{swept[place + len(pair) :]}"
                break
    return f"{folder}{slash}{swept}" if swept != slug else ""


def _written(value: object) -> list[str]:
    """Returns how a value may stand in the name of a branch."""
    texts = [str(value)]
    if type(value) in (int, float):
        texts.append(format_number(value))  # type: ignore[arg-type]
    # As parameters/overrides.py names the runs of `branchlab run -S`.
    return [_slug(f"minus{text[1:]}" if text.startswith("-") else text) for text in texts]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-")
