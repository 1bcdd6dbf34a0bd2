"""The figures of a run as JSON: an entry for each benchmark, with the machine and its load; a new run replaces it."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from timing import Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PACKAGES = ("branchlab", "dvc", "textual", "optuna", "pre-commit")


def save(path: Path, name: str, size: int, load: float, rows: Sequence[Row]) -> None:
    """Puts the rows of one benchmark into the file; those of the others stay."""
    kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"benchmarks": {}}
    kept["machine"] = _machine()
    kept["benchmarks"][name] = {
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "size": size,
        "load": round(load, 1),
        "rows": [_plain(row) for row in rows],
    }
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def load_rows(path: Path) -> list[Row]:
    """Returns the rows of all benchmarks in a file."""
    kept = json.loads(path.read_text())["benchmarks"]
    return [_row(fields) for name in sorted(kept) for fields in kept[name]["rows"]]


def _plain(row: Row) -> dict[str, object]:
    """Returns the fields that say something; no figure is given more than four digits."""
    default = Row("", 0.0, "", 0.0)._asdict()
    fields = {key: value for key, value in row._asdict().items() if value != default[key] or key == "figure"}
    for key in ("figure", "floor"):
        if isinstance(value := fields.get(key), float):
            fields[key] = None if math.isnan(value) else float(f"{value:.4g}")
    return fields


def _row(fields: dict[str, Any]) -> Row:
    values: dict[str, Any] = {"what": "", "against": "", "floor": 0.0, **fields}
    whole: dict[str, Any] = {key: math.nan if value is None else value for key, value in values.items()}
    return Row(**whole)


def _machine() -> dict[str, object]:
    git = subprocess.run(["git", "version"], check=True, capture_output=True, text=True).stdout.split()[2]
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "git": git,
        **{name: version(name) for name in _PACKAGES},
    }
