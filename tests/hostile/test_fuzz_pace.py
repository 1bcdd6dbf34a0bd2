"""The worst mebibyte that we could think of keeps no parser busy."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from parsers_under_test import PARSERS, outcome
from worst_inputs import worst

if TYPE_CHECKING:
    from parsers_under_test import Parser

BOUND, WIDE_BOUND = 0.1, 1.5  # seconds of CPU for a mebibyte
TRIES = 5
QUIET = 0.028  # seconds of CPU that `slowness` takes on a quiet machine
# What git or branchlab itself wrote on this machine, or nobody but the user can hand in, is only held to be linear.
LINEAR = ("record as text", "listing of DVC", "state", "harvest", "session", "foreign space", "plot", "plot in JSON",
          "samples", "collected CSV", "override", "value in TOML", "value in YAML", "value in JSON", "output", "patch",
          "pushed refs", "made refs", "message", "index")  # fmt: skip


@pytest.mark.prove
@pytest.mark.parametrize("name", PARSERS)
def test_a_mebibyte_keeps_no_parser_busy(name: str) -> None:
    parser = PARSERS[name]
    bound = WIDE_BOUND if name in LINEAR else BOUND
    slow = {what: took for what, content in worst(parser.kind).items() if (took := cost(parser, content, bound))}
    assert not slow, {what: round(took, 3) for what, took in slow.items()}


def slowness() -> float:
    """Returns how much slower this machine is at this moment than the quiet one on which the bounds were set."""
    text = json.dumps([{"a": number, "b": [1, 2.5, "x"]} for number in range(20_000)])
    best = float("inf")
    for _ in range(TRIES):
        start = time.process_time()
        {entry["a"]: [str(value) for value in entry["b"]] for entry in json.loads(text)}
        best = min(best, time.process_time() - start)
    return max(1.0, best / QUIET)


def cost(parser: Parser, content: bytes, bound: float) -> float:
    """Returns the seconds that a parser takes, as on the quiet machine; 0 as soon as one try is within the bound."""
    best = float("inf")
    for _ in range(TRIES):
        start = time.process_time()
        outcome(parser, content)
        took = time.process_time() - start
        # What the machine does beside it comes and goes, so it is asked after in the same moment.
        best = min(best, took if took <= bound else took / slowness())
        if best <= bound:
            return 0.0
    return best
