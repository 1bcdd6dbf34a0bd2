"""The parts of the engine by themselves: shares, budgets, slots, the ledger."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.errors import UsageError
from branchlab.git.repository import find_repository
from branchlab.sweep.engine.feeds import derived_seed
from branchlab.sweep.engine.ledger import Ledger
from branchlab.sweep.engine.lock import engines, hold_sweep, tell
from branchlab.sweep.engine.share import Share, parse_part
from branchlab.sweep.engine.slots import DEVICES_VARIABLE, make_slots
from branchlab.sweep.engine.spending import Spending
from branchlab.sweep.plan import Budget, Objective, Objectives, Plan, Resources
from branchlab.sweep.trial import Told, Trial
from waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scratch_repository import ScratchRepository

LOSS = Objectives((Objective("loss", "minimize"),))


def _trial(number: int, loss: float, **more: object) -> Trial:
    return Trial(number, {"lr": number}, "finished", {"loss": loss})._replace(**more)  # type: ignore[arg-type]


@given(st.integers(1, 20), st.integers(1, 9), st.integers(0, 500))
def test_each_trial_belongs_to_exactly_one_part(size: int, of: int, number: int) -> None:
    shares = [Share(size, own, of) for own in range(of)]
    assert [share.owns(number) for share in shares].count(True) == 1
    owner = next(share for share in shares if share.owns(number))
    assert number in owner.numbers(owner.batch_of(number))
    after = owner.after(number)
    assert owner.owns(after)
    assert not any(owner.owns(between) for between in range(number + 1, after))


def test_a_part_is_read_as_people_count() -> None:
    assert parse_part("2/3", 4) == Share(4, 1, 3)
    assert parse_part("2/3", 4).name == "2/3"
    assert parse_part("", 4).name == parse_part("1/1", 4).name == ""


def test_each_question_has_a_seed_of_its_own() -> None:
    seeds = {derived_seed(seed, part, place) for seed in (1, 2) for part in ("", "1/2") for place in range(50)}
    assert len(seeds) == 200


def test_hours_count_from_earlier_sessions_and_by_a_clock_that_nobody_sets() -> None:
    now = 100.0
    plan = Plan("x", (), budget=Budget(hours=1))
    spending = Spending(plan, LOSS, Ledger(plan, LOSS), before=3500, clock=lambda: now)
    assert spending.over() == ""
    now = 201.0
    assert spending.over() == "its 1h are over"


def test_cost_leaves_out_what_was_reused() -> None:
    plan = Plan("x", (), budget=Budget(cost=2, price_per_hour=1))
    ledger = Ledger(plan, LOSS, [_trial(0, 1.0, seconds=3600.0), _trial(1, 1.0, seconds=36000.0, reused="abc")])
    spending = Spending(plan, LOSS, ledger)
    assert spending.cost == 1
    assert spending.over() == ""
    ledger.end(_trial(2, 1.0, seconds=3600.0), {})
    assert spending.over() == "it has cost 2 of 2"


def test_patience_looks_at_earlier_batches_only() -> None:
    plan = Plan("x", (), budget=Budget(patience=2))
    ledger = Ledger(plan, LOSS, [_trial(0, 0.1), _trial(1, 0.2), _trial(2, 0.3)])
    spending = Spending(plan, LOSS, ledger)
    assert spending.settled([], _no_gain) == "2 trials in a row were not better"
    assert spending.settled([], _no_gain, below=2) == ""


def _no_gain(_told: Sequence[Told]) -> float | None:
    return None


def test_a_gain_below_the_bound_ends_a_sweep() -> None:
    plan = Plan("x", (), budget=Budget(min_gain=0.01))
    spending = Spending(plan, LOSS, Ledger(plan, LOSS))
    assert spending.settled([], lambda _told: 0.02) == ""
    assert spending.settled([], _no_gain) == ""
    assert "0.005, less than 0.01" in spending.settled([], lambda _told: 0.005)


def test_slots_share_the_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEVICES_VARIABLE, "0,1,GPU-5,7,8")
    slots = make_slots(Resources(jobs=None, gpus=2))
    assert [slot[DEVICES_VARIABLE] for slot in slots] == ["0,1", "GPU-5,7"]
    assert len(make_slots(Resources(jobs=8, gpus=2))) == 2
    assert make_slots(Resources(jobs=3)) == [{}, {}, {}]
    assert len(make_slots(Resources(jobs=3), 5)) == 5
    assert len(make_slots(Resources(jobs=None))) >= 1


def test_more_devices_than_there_are_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEVICES_VARIABLE, "0")
    with pytest.raises(UsageError, match="wants 2 GPUs, and there are 1"):
        make_slots(Resources(gpus=2))


def test_an_interrupted_trial_does_not_count() -> None:
    plan = Plan("x", ())
    stopped = _trial(1, 0.5, status="stopped", reason="interrupted")
    by_hand = _trial(2, 0.5, status="stopped", reason="stopped by hand")
    ledger = Ledger(plan, LOSS, [_trial(0, 0.1), stopped, by_hand, _trial(3, 0.1, status="running")])
    assert [trial.number for trial in ledger.trials] == [0, 2]
    assert [told.state for told in ledger.told()] == ["complete", "failed"]


def test_a_trial_on_a_higher_rung_takes_the_place_of_its_lower_one() -> None:
    plan = Plan("x", ())
    ledger = Ledger(plan, LOSS, [_trial(0, 0.5), _trial(1, 0.4)])
    ledger.begin(_trial(1, 0.0, status="running", rung=1))
    assert {rung: [told.state for told in found] for rung, found in ledger.by_rung(running=True).items()} == {
        0: ["complete"],
        1: ["running"],
    }
    ledger.end(_trial(1, 0.2, rung=1), {})
    assert [told.losses for told in ledger.told()] == [(0.5,), (0.2,)]
    assert {rung: len(found) for rung, found in ledger.by_rung().items()} == {0: 1, 1: 1}


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="what tells two processes of one id apart")
def test_an_engine_that_has_just_taken_the_lock_is_told_and_no_process_with_the_pid_of_the_former_one(
    project: ScratchRepository,
) -> None:
    repository = find_repository(str(project.path))
    bystander, engine = (subprocess.Popen(["sleep", "60"]) for _ in range(2))
    try:
        with hold_sweep(repository, "wide") as folder:
            path = Path(folder, "engine.json")
            former = json.loads(path.read_text()) | {"pid": bystander.pid}
            path.write_text(json.dumps(former))
            (holder,) = engines(repository)
            born = Path(f"/proc/{engine.pid}/stat").read_text().split()[21]
            written = threading.Timer(0.2, path.write_text, [json.dumps(former | {"pid": engine.pid, "birth": born})])
            written.start()
            assert tell(holder)
        assert engine.wait(PATIENCE) == -signal.SIGINT
        assert bystander.poll() is None
    finally:
        bystander.kill()
        engine.kill()
        bystander.wait()
        engine.wait()
