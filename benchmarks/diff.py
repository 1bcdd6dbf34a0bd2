"""`branchlab diff A B` against a Python process that imports argparse, json, subprocess and tomllib.

python benchmarks/diff.py [EXPERIMENTS]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from repository import make_repository
from timing import BRANCHLAB, Cost, Row, by_turns, compiled, run_script, time_process

FLOOR = (sys.executable, "-c", "import argparse, json, subprocess, tomllib")
AGAINST = "Python + 4 imports"
BAR = 1.3
ROUNDS = 40


def measure(size: int) -> list[Row]:
    """Compares a diff of two experiments, and of one with the baseline, with the floor."""
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        names = make_repository(folder, size)
        a, b = names[0], names[size // 2]
        answer = subprocess.run([BRANCHLAB, "diff", a, b, "--json"], cwd=folder, check=True, capture_output=True)
        assert {change["verdict"] for change in json.loads(answer.stdout)["metrics"]}
        environment = compiled(base)

        def run(*command: str) -> Cost:
            return time_process(command, folder, environment)

        median = by_turns(
            {
                "floor": lambda: run(*FLOOR),
                "two": lambda: run(BRANCHLAB, "diff", a, b),
                "one": lambda: run(BRANCHLAB, "diff", a),
                "json": lambda: run(BRANCHLAB, "diff", a, b, "--json"),
            },
            ROUNDS,
        )
    floor = median["floor"]
    return [
        Row(f"diff A B, {size:,} experiments", median["two"].wall, AGAINST, floor.wall, BAR),
        Row(f"diff A B, {size:,} experiments", median["two"].cpu, AGAINST, floor.cpu, clock="CPU"),
        Row(f"diff A, {size:,} experiments", median["one"].wall, AGAINST, floor.wall),
        Row(f"diff A B --json, {size:,} experiments", median["json"].wall, AGAINST, floor.wall),
    ]


if __name__ == "__main__":
    run_script(measure, 1_000)
