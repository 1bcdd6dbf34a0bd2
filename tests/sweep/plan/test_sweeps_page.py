"""docs/sweeps.md names every key of a sweep file with its default, and its example can be run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from branchlab.project import Settings
from branchlab.sweep import file, ranges, sections
from branchlab.sweep.file import parse_plan
from branchlab.sweep.plan import Budget, Fidelity, Parameter, Plan, Population, Pruning, Repeats, Resources

PAGE = (Path(__file__).parents[3] / "docs" / "sweeps.md").read_text()
PRUNING = {
    **sections._PRUNING_KEYS,
    **{key: kind for keys in sections._RULE_KEYS.values() for key, kind in keys.items()},
}
TABLES: list[tuple[str, Any, dict[str, Any]]] = [
    ("[sweep]", file._KEYS, Plan._field_defaults),
    ("[space]", ranges._KEYS, Parameter._field_defaults),
    ("[budget]", sections._BUDGET_KEYS, Budget._field_defaults),
    ("[resources]", sections._RESOURCES_KEYS, Resources._field_defaults),
    ("[[pruning]]", PRUNING, Pruning._field_defaults),
    ("[fidelity]", sections._FIDELITY_KEYS, Fidelity._field_defaults),
    ("[repeats]", sections._REPEATS_KEYS, Repeats._field_defaults),
    ("[population]", sections._POPULATION_KEYS, Population._field_defaults),
]


def _rows(section: str) -> dict[str, str]:
    """Returns the default of each key as the first table of a section writes it."""
    table = PAGE.partition(f"### {section}\n")[2].partition("| key |")[2].partition("\n\n")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    return {key: row[2].strip() for row in rows for key in re.findall(r"`(\w+)`", row[1])}


@pytest.mark.parametrize(("section", "keys", "defaults"), TABLES, ids=[name for name, _, _ in TABLES])
def test_every_key_is_explained_with_its_default(section: str, keys: Any, defaults: dict[str, Any]) -> None:
    rows = _rows(section)
    assert rows.keys() == keys.keys()
    written = {key: tomllib.loads(f"v = {text.strip('`')}")["v"] for key, text in rows.items() if text.startswith("`")}
    assert written == {
        key: list(defaults[key]) if isinstance(defaults[key], tuple) else defaults[key] for key in written
    }


def test_the_example_can_be_run() -> None:
    example = PAGE.partition("```toml\n")[2].partition("```")[0]
    params = {"lr": 0.1, "model": {"depth": 3}, "optimizer": "sgd", "momentum": 0.9}
    assert len(parse_plan(example.encode(), "sweep.toml", Settings(), params).space) == 4


@pytest.mark.parametrize("rule", sections._RULE_KEYS)
def test_every_rule_is_explained(rule: str) -> None:
    assert f"| `{rule}` |" in PAGE.partition("| rule | ends a trial |")[2]
