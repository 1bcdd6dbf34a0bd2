from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from branchlab.sweep.methods.choose import make_method
from sweep_in_hand import LOSS, MIXED, ONE_GOAL, plan, searched

if TYPE_CHECKING:
    from branchlab.sweep.plan import Method, Plan
    from branchlab.sweep.trial import Told

FRESH = """
import json, sys
sys.path.insert(0, sys.argv[1])
from sweep_in_hand import LOSS, MIXED, plan, searched
from test_determinism import asked
print(json.dumps({method: asked(method) for method in json.loads(sys.argv[2])}))
"""


def loss(values: object) -> float:
    assert isinstance(values, dict)
    return float(values["rate"]) * 3 + float(values["drop"]) - float(values["batch"]) / 128


def asked(method: Method) -> list[object]:
    """Returns what a method answers after twelve trials, one of which failed and one of which still runs."""
    a_plan: Plan = plan(MIXED, method)
    told = searched(plan(MIXED, "random"), loss, 12)
    told[3] = told[3]._replace(losses=None, state="failed")
    told[11] = told[11]._replace(losses=None, state="running")
    proposals = make_method(a_plan, LOSS, seed=77).ask(told, 3, 12)
    return [[dict(proposal.values), proposal.origin, proposal.generation] for proposal in proposals]


def test_the_same_plan_seed_and_trials_give_the_same_proposals_in_a_fresh_process() -> None:
    methods: list[Method] = [*ONE_GOAL, "pbt"]
    here = os.path.dirname(__file__)
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": here}
    command = [sys.executable, "-c", FRESH, os.path.dirname(os.path.dirname(here)), json.dumps(methods)]
    fresh = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    assert json.loads(fresh) == {method: asked(method) for method in methods}


@pytest.mark.parametrize("method", ["random", "gp", "tpe", "cmaes", "bandit"])
def test_another_seed_gives_other_proposals(method: Method) -> None:
    told: list[Told] = searched(plan(MIXED, "random"), loss, 12)
    answers = [make_method(plan(MIXED, method), LOSS, seed=seed).ask(told, 3, 12) for seed in (1, 2)]
    assert answers[0] != answers[1]


@pytest.mark.parametrize("method", ["random", "gp", "tpe", "cmaes", "bandit", "quasi"])
def test_a_question_leaves_no_trace_in_the_next(method: Method) -> None:
    told = searched(plan(MIXED, "random"), loss, 12)
    chosen = make_method(plan(MIXED, method), LOSS, seed=1)
    assert chosen.ask(told, 3, 12) == chosen.ask(told, 3, 12)
