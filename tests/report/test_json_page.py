"""docs/formats.md names every key, and every kind, that the JSON of `ci` and `check` holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from branchlab.check.finding import Finding, Kind, Level, Report, Verdict
from branchlab.compare.verdict import Evidence, GateKind
from branchlab.report.gate_json import gate_object
from gate_outcomes import failing, unknown

PAGE = (Path(__file__).parents[2] / "docs/formats.md").read_text().partition("\n## ci --json")[2]
OF_CI, OF_CHECK = (set(re.findall(r"`([a-z_]+)`", part)) for part in PAGE.split("`branchlab check --json`:"))


def test_every_key_of_ci_is_on_the_page() -> None:
    found = gate_object(failing())
    inner = {
        *found["gates"][0],
        *found["gates_changed"][0],
        *found["best"]["accuracy"],
        *found["ages"]["data/train.csv"],
    }
    assert {*found, *inner, *Evidence._fields, *get_args(GateKind)} <= OF_CI
    assert gate_object(unknown()).keys() <= found.keys()


def test_every_key_of_check_is_on_the_page() -> None:
    assert {*Finding._fields, *get_args(Level), *get_args(Kind), *get_args(Verdict)} <= OF_CHECK
    assert {"verdict", "range", "findings", *Report._fields} <= OF_CHECK
