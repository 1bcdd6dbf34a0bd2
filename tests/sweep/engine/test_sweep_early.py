"""Trials that end early, go on from checkpoints, or consist of several runs."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from branchlab.running.harvest import is_harvested
from command_line import start
from in_process import call
from swept_project import PARAMS, began, make_swept, record_at, runs, trials
from waiting import PATIENCE, press_ctrl_c, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository

GRID = """\
[sweep]
method = "grid"
reference = false
batch = 4
%s
[space]
lr = [%s]
%s
"""

# Logs ten steps, a bad one slowly, so that there is time to end it.
CURVES = """\
lr=$(sed -n 's/^lr = //p' params.toml)
for step in 0 1 2 3 4 5 6 7 8 9; do
  printf '{"k":"log","s":%s,"t":0.0,"m":{"loss":%s}}\\n' "$step" "$lr" >> "$BRANCHLAB_RUN_DIR/journal.jsonl"
  case $lr in 9*) sleep 0.3;; esac
done
"""

RUNGS = """\
[sweep]
method = "random"
batch = 6
reference = false
checkpoint = "epochs-done"
[space]
lr = { low = 0.0, high = 1.0 }
[budget]
trials = 6
[fidelity]
parameter = "steps"
low = 1
high = 9
factor = 3
"""


def by_number(repository: ScratchRepository) -> dict[int, tuple[str, object]]:
    return {record.sweep["trial"]: (name, record) for name, record in trials(repository).items()}


def test_a_trial_worse_than_the_median_ends_early_and_keeps_its_curve(repository: ScratchRepository) -> None:
    pruning = '[pruning]\nrule = "median"\nmin_trials = 3\nwarmup = 1\n[resources]\njobs = 2\n'
    make_swept(repository, GRID % ("", "0.1, 0.2, 0.3, 0.4, 0.15, 9.0", pruning), **{"train.sh": CURVES})
    said = call(repository.path, "sweep", "run")
    assert said.code == 0, said.err
    found = {record.sweep["trial"]: record for record in trials(repository).values()}
    assert [number for number, record in found.items() if record.sweep.get("pruned")] == [5]
    assert found[5].sweep["reason"].startswith("median: loss 9 at step 1")
    assert found[5].metrics == {"loss": 9.0}
    name = next(name for name in trials(repository) if "-0005-" in name)
    curve = repository.git("show", f"{name}:metrics/history.csv").splitlines()
    assert [line.split(",")[0] for line in curve] == ["step", "0", "1"]


def test_nobody_is_compared_with_trials_of_its_own_batch(repository: ScratchRepository) -> None:
    pruning = '[pruning]\nrule = "median"\nmin_trials = 2\n'
    make_swept(repository, GRID % ("", "0.1, 0.2, 0.3, 9.0", pruning), **{"train.sh": CURVES})
    assert call(repository.path, "sweep", "run").code == 0
    assert not [record for record in trials(repository).values() if record.sweep.get("pruned")]


def test_the_best_go_on_from_their_checkpoint_rung_by_rung(repository: ScratchRepository) -> None:
    make_swept(repository, RUNGS)
    said = call(repository.path, "sweep", "run", "-j", "2")
    assert said.code == 0, said.err
    found = trials(repository)
    assert len(found) == 6
    rungs = sorted(record.sweep.get("rung", 0) for record in found.values())
    assert rungs == [0, 0, 0, 0, 1, 2]
    best = min(found, key=lambda name: found[name].sweep["values"]["lr"])
    record = found[best]
    assert record.sweep["rung"] == 2
    history = repository.git("show", f"{best}:metrics/history.csv").splitlines()
    assert [line.split(",")[0] for line in history[1:]] == ["3", "4", "5", "6", "7", "8"]
    assert repository.git("show", f"{best}:epochs-done") == "9"
    below = record.sweep["parent"]
    assert record_at(repository, below).sweep["rung"] == 1
    assert repository.git("rev-parse", f"{best}~2") == below
    assert repository.git("show", f"{best}:params.toml").splitlines()[2] == "steps = 9"


def test_rungs_are_the_same_after_a_kill(make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, killed = make_swept(make_repository("whole"), RUNGS), make_swept(make_repository("killed"), RUNGS)
    assert call(whole.path, "sweep", "run").code == 0
    params = PARAMS.replace("well", "slow")
    killed.write("params.toml", params)
    monkeypatch.setenv("PAUSE", "0.4")
    process = start(killed.path, "sweep", "run")
    wait_until(lambda: len(trials(killed)) >= 3 and began(killed))
    process.kill()
    process.wait()
    monkeypatch.setenv("PAUSE", "0")
    said = call(killed.path, "sweep", "resume", "-j", "3")
    assert said.code == 0, said.err
    stand = [
        {record.sweep["trial"]: (record.sweep.get("rung"), record.sweep["values"]) for record in trials(one).values()}
        for one in (whole, killed)
    ]
    assert stand[0] == stand[1]


def test_a_member_of_a_population_goes_on_from_another_ones_record(repository: ScratchRepository) -> None:
    sweep = """\
[sweep]
method = "pbt"
reference = false
checkpoint = "epochs-done"
[space]
lr = { low = 0.0, high = 1.0 }
[population]
size = 4
generations = 3
"""
    train = CURVES + 'from=$(cat "${BRANCHLAB_CHECKPOINT:-/dev/null}"); echo $((from + 1)) > epochs-done\n'
    make_swept(repository, sweep, **{"train.sh": train})
    said = call(repository.path, "sweep", "run", "-j", "2")
    assert said.code == 0, said.err
    found = {record.sweep["trial"]: (name, record) for name, record in trials(repository).items()}
    assert sorted(found) == list(range(12))
    copied = 0
    for number, (name, record) in found.items():
        generation = number // 4
        assert record.sweep.get("generation", 0) == generation
        assert repository.git("show", f"{name}:epochs-done") == str(generation + 1)
        if generation:
            parent = record_at(repository, record.sweep["parent"])
            assert repository.git("merge-base", "--is-ancestor", record.sweep["parent"], name) == ""
            assert parent.sweep["trial"] // 4 == generation - 1
            copied += parent.sweep["trial"] != number - 4
    assert copied


def test_a_pruned_trial_gets_a_second_chance_from_its_checkpoint(repository: ScratchRepository) -> None:
    sweep = GRID % (
        'second_chance = 1\ncheckpoint = "epochs-done"\n',
        "0.1, 0.2, 0.3, 0.4, 9.0, 9.5",
        '[pruning]\nrule = "median"\nmin_trials = 3\n',
    )
    train = 'echo "${BRANCHLAB_CHECKPOINT:-none}" > from; echo 1 > epochs-done\n' + CURVES
    make_swept(repository, sweep, **{"train.sh": train})
    said = call(repository.path, "sweep", "run", "-j", "2")
    assert said.code == 0, said.err
    found = {record.sweep["trial"]: (name, record) for name, record in trials(repository).items()}
    name, record = found[4]
    assert record.run.status == "finished"
    assert not record.sweep.get("pruned")
    assert repository.git("show", f"{name}:from") == "epochs-done"
    assert record_at(repository, record.sweep["parent"]).sweep["pruned"] is True
    assert found[5][1].sweep["pruned"] is True


SEEDS = """\
[sweep]
method = "grid"
reference = false
batch = 1
[space]
lr = [%s]
[repeats]
parameter = "seed"
values = [1, 2, 3, 4]
[resources]
jobs = 2
"""
SEEDED = """\
lr=$(sed -n 's/^lr = //p' params.toml); seed=$(sed -n 's/^seed = //p' params.toml)
[ "$seed$lr" = "30.4" ] && { echo "seed 3 is bad"; exit 1; }
for step in 0 1; do
  printf '{"k":"log","s":%s,"t":0.0,"m":{"loss":%s}}\\n' "$step" "$lr$seed" >> "$BRANCHLAB_RUN_DIR/journal.jsonl"
done
echo "$seed" >> "${COUNT:-/dev/null}"; touch "$BRANCHLAB_RUN_DIR/began"; sleep "${PAUSE:-0}"
"""


def test_seeds_make_one_record_with_their_mean_and_each_as_a_split(repository: ScratchRepository) -> None:
    make_swept(repository, SEEDS % "0.1", **{"train.sh": SEEDED})
    said = call(repository.path, "sweep", "run")
    assert said.code == 0, said.err
    ((name, record),) = trials(repository).items()
    assert record.metrics["loss"] == 0.125
    assert record.splits == {f"seed-{seed}": {"loss": float(f"0.1{seed}")} for seed in (1, 2, 3, 4)}
    assert "seed" not in record.params
    assert [line.split(",")[2] for line in repository.git("show", f"{name}:metrics/history.csv").splitlines()] == [
        "loss",
        "0.125",
        "0.125",
    ]
    assert runs(repository) == []
    assert repository.git("for-each-ref", "refs/branchlab/runs") == ""


def test_a_hopeless_trial_ends_before_its_last_seed(repository: ScratchRepository) -> None:
    make_swept(repository, SEEDS % "0.1, 0.9, 0.4", **{"train.sh": SEEDED})
    said = call(repository.path, "sweep", "run")
    assert said.code == 0, said.err
    found = {record.params["lr"]: record for record in trials(repository).values()}
    assert found[0.9].sweep["pruned"] is True
    assert found[0.9].sweep["reason"].startswith("repeats: ")
    assert len(found[0.9].splits) == 3
    assert found[0.4].run.status == "failed"
    assert found[0.4].sweep["reason"] == "seed-3: exit code 1: seed 3 is bad"
    assert runs(repository) == []


def test_seeds_that_had_ended_before_a_kill_are_not_run_again(
    repository: ScratchRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_swept(repository, SEEDS % "0.1", **{"train.sh": SEEDED.replace("sleep", "[ $seed = 1 ] || sleep")})
    monkeypatch.setenv("PAUSE", "60")
    monkeypatch.setenv("COUNT", str(tmp_path / "count"))
    process = start(repository.path, "sweep", "run", "-j", "1")
    wait_until(lambda: any(is_harvested(str(folder)) for folder in runs(repository)))
    wait_until(lambda: len(began(repository)) == 2)
    process.kill()
    process.wait()
    monkeypatch.setenv("PAUSE", "0")
    said = call(repository.path, "sweep", "resume", "-j", "1")
    assert said.code == 0, said.err
    ((_, record),) = trials(repository).items()
    assert len(record.splits) == 4
    assert (tmp_path / "count").read_text().split() == ["1", "2", "2", "3", "4"]
    assert runs(repository) == []


# The command of seed 2 has ended and its files are being gathered while the engine stops everything.
SLOW_HARVEST = """\
import pathlib, sys, time
from branchlab.cli.main import entry
from branchlab.sweep.engine import trial
harvest = trial.harvest
def late(workspace, store, left, **named):
    if left.state.sweep["part_of_trial"] == "seed-2":
        pathlib.Path(left.folder, "late").touch()
        time.sleep(2)
    return harvest(workspace, store, left, **named)
trial.harvest = late
entry()
"""


def test_a_seed_that_ends_after_another_was_interrupted_is_not_run_again(
    repository: ScratchRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_swept(repository, SEEDS % "0.1", **{"train.sh": SEEDED.replace("sleep", "[ $seed = 2 ] || sleep")})
    monkeypatch.setenv("PAUSE", "60")
    monkeypatch.setenv("COUNT", str(tmp_path / "count"))
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_HARVEST, "sweep", "run", "-j", "2", "-q"],
        cwd=repository.path,
        start_new_session=True,
    )
    wait_until(lambda: len(began(repository)) == 2 and any((folder / "late").exists() for folder in runs(repository)))
    press_ctrl_c(process, 2)
    assert process.wait(PATIENCE) == 130
    monkeypatch.setenv("PAUSE", "0")
    assert call(repository.path, "sweep", "resume").code == 0
    assert sorted((tmp_path / "count").read_text().split()) == ["1", "1", "2", "3", "4"]
    assert runs(repository) == []
