"""Runs every benchmark, one after the other, so that none disturbs another, and prints one table.

python benchmarks                        all of them
python benchmarks diff listing           those named
python benchmarks --size 1000            the number of experiments of the large repositories (or BENCH_SIZE)
python benchmarks --save FILE            keeps the figures as JSON, for pictures.py; those of other benchmarks stay

The default ends within 25 minutes on two cores. A missed bar is shown, not an error: another machine is another story.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from importlib import import_module
from pathlib import Path

from keeping import save
from timing import Row, show

NO_BENCHMARK = {
    *("__main__", "repository", "timing", "keeping", "pictures", "tables", "drawing", "tui_pty", "tracker_programs"),
    *("sweep_problems", "sweep_quality"),  # of no time
}
SIZE = 10_000


def main(arguments: list[str]) -> int:
    """Returns the number of benchmarks that failed."""
    known = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NO_BENCHMARK)
    parser = argparse.ArgumentParser(prog="python benchmarks", description="Measures branchlab beside its floors.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--size", type=int, default=int(os.environ.get("BENCH_SIZE", SIZE)), help="experiments")
    parser.add_argument("--save", metavar="FILE", help="keep the figures as JSON")
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.names) - set(known))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
    failed = 0
    rows: list[Row] = []
    print(f"{asked.size:,} experiments, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    for name in asked.names or known:
        started, load = time.monotonic(), os.getloadavg()[0]
        try:
            found: list[Row] = import_module(name).measure(asked.size)
        except Exception as error:  # noqa: BLE001 - the others still have something to say
            print(f"{name} failed: {error}", file=sys.stderr)
            failed += 1
            continue
        finally:
            print(f"{name}: {time.monotonic() - started:.0f} s, load {load:.1f}", file=sys.stderr, flush=True)
        rows += found
        if asked.save:
            save(Path(asked.save), name, asked.size, load, found)
    show(rows)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
