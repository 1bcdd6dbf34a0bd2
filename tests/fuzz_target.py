"""One parser under atheris, in a process of its own: `python fuzz_target.py PARSER SECONDS CORPUS`.

Any exception but one of ours ends the process with the input that raised it, as libFuzzer does.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module


def main(name: str, seconds: str, corpus: str) -> None:
    """Feeds a parser with what reaches new code in it."""
    atheris = import_module("atheris")  # has no types, and is there for `make prove` only
    with atheris.instrument_imports(include=["branchlab", "branchlab_tui", "branchlab_hooks", "tomllib", "json"]):
        from parsers_under_test import EDITORS, PARSERS, outcome

    parser = {**PARSERS, **EDITORS}[name]
    arguments = [
        sys.argv[0],
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-timeout=5",
        "-rss_limit_mb=2048",
        "-seed=1",
        "-verbosity=0",
        "-print_final_stats=1",
        f"-artifact_prefix={corpus}/found-",
        f"-dict={corpus}.dict",
        corpus,
    ]
    atheris.Setup(arguments, lambda content: outcome(parser, content) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(__file__))
    main(*sys.argv[1:])
