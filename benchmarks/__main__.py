"""Runs every benchmark, one after the other, so that none disturbs another.

python benchmarks            all of them
python benchmarks diff       those named
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NO_BENCHMARK = {"__main__", "repository"}  # repository.py makes what the others measure on


def main(asked: list[str]) -> int:
    """Returns the number of benchmarks that failed or missed their bound."""
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NO_BENCHMARK)
    unknown = sorted(set(asked) - set(known))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = 0
    for name in asked or known:
        print(f"\n== {name}", flush=True)
        failed += subprocess.run([sys.executable, HERE / f"{name}.py"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
