"""Sweep files against the parameters of a made-up project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.project import Settings
from branchlab.sweep.file import parse_plan

if TYPE_CHECKING:
    from branchlab.sweep.plan import Plan

PARAMS: dict[str, Any] = {
    "lr": 0.5,
    "depth": 3,
    "dropout": 0.0,
    "optimizer": "sgd",
    "momentum": 0.9,
    "bias": True,
    "layers": [64],
    "epochs": 10,
    "seed": 1,
    "born": None,
    "model": {"depth": 2, "act": "relu", "low": 1, "rates": [0.5, 0.1]},
}
END = "budget.trials = 5\n"


def parse(text: str | bytes, settings: Settings | None = None) -> Plan:
    """Returns the plan of a file called sweep.toml."""
    return parse_plan(text.encode() if isinstance(text, str) else text, "sweep.toml", settings or Settings(), PARAMS)
