"""`sweep run`: every trial is a branch with its record, whatever became of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from command_line import fingerprint
from in_process import call, the_error
from swept_project import HOW, RANDOM, make_swept, record_at, runs, trials, values_of

if TYPE_CHECKING:
    from conftest import MakeRepository
    from scratch_repository import ScratchRepository


def test_each_trial_becomes_a_branch_and_the_first_is_the_reference(repository: ScratchRepository) -> None:
    make_swept(repository)
    before = fingerprint(repository)
    said = call(repository.path, "sweep", "run")
    assert said.code == 0, said.err
    assert fingerprint(repository) == before
    found = trials(repository)
    assert sorted(record.sweep["trial"] for record in found.values()) == [0, 1, 2, 3, 4]
    reference = next(name for name in found if "/sweep-0000-" in name)
    assert found[reference].params["lr"] == 0.5
    assert repository.git("rev-parse", f"{reference}^") == repository.git("rev-parse", "HEAD")
    other = next(name for name in found if "/sweep-0003-" in name)
    record = found[other]
    assert record.params["lr"] == record.sweep["values"]["lr"] == record.metrics["loss"]
    assert repository.git("show", f"{record.run.code}:params.toml").startswith(f"lr = {record.params['lr']}")
    assert repository.git("diff", "--name-only", "HEAD", record.run.code) == "params.toml"
    assert runs(repository) == []
    assert repository.git("for-each-ref", "refs/branchlab/runs") == ""
    assert repository.git("worktree", "list").count("\n") == 1


@pytest.mark.parametrize("method", ["random", "bandit"])
def test_the_same_seed_gives_the_same_trials_with_one_and_three_jobs(
    make_repository: MakeRepository, method: str
) -> None:
    space = "lr = [0.9, 0.4, 0.7, 0.1, 0.2, 0.8]\nsteps = [1, 2, 3]\n[budget]\ntrials = 9\n"
    sweep = f'[sweep]\nmethod = "{method}"\nbatch = 3\n[space]\n{space}'
    found = []
    for jobs in ("1", "3"):
        repository = make_swept(make_repository(f"{method}{jobs}"), sweep)
        said = call(repository.path, "sweep", "run", "-j", jobs)
        assert said.code == 0, said.err
        found.append((sorted(trials(repository)), values_of(repository)))
    assert found[0] == found[1]
    assert len(found[0][0]) == 9


def test_a_trial_that_fails_hangs_writes_nan_or_nothing_is_recorded(repository: ScratchRepository) -> None:
    sweep = HOW.replace("batch = 8", "batch = 8\nseconds = 0.6") % '"well", "fail", "nothing", "nan", "slow"'
    make_swept(repository, sweep)
    said = call(repository.path, "sweep", "run", "-j", "3")
    assert said.code == 0, said.err
    found = {record.params["how"]: record for record in trials(repository).values()}
    assert found["well"].run.status == "finished"
    assert found["fail"].run.status == "failed"
    assert found["fail"].sweep["reason"] == "exit code 3: lr 0.5 is bad"
    assert found["nothing"].run.status == "finished"
    assert found["nothing"].metrics == {}
    assert found["nan"].sweep["pruned"] is True
    assert found["nan"].sweep["reason"] == "nan: loss is not a number at step 0"
    assert found["slow"].sweep["pruned"] is True
    assert found["slow"].sweep["reason"] == "wall time: longer than 600ms"
    assert found["slow"].metrics == {"loss": 0.5}


def test_uncommitted_work_is_part_of_the_trials(repository: ScratchRepository) -> None:
    make_swept(repository)
    repository.write("params.toml", 'lr = 0.25\nhow = "well"\nsteps = 1\nseed = 1\n')
    repository.write("new.txt", "new")
    assert call(repository.path, "sweep", "run").code == 0
    found = trials(repository)
    assert {record.params["steps"] for record in found.values()} == {1}
    bases = {record.sweep["base"] for record in found.values()}
    assert len(bases) == 1
    assert repository.git("show", f"{bases.pop()}:new.txt") == "new"


def test_json_has_one_row_per_trial_of_this_session(repository: ScratchRepository) -> None:
    make_swept(repository)
    said = call(repository.path, "sweep", "run", "--json", "-q")
    rows = json.loads(said.out)
    assert said.err == ""
    assert sorted(row["number"] for row in rows) == [0, 1, 2, 3, 4]
    assert {row["status"] for row in rows} == {"finished"}
    assert all(repository.git("rev-parse", row["name"]) == row["commit"] for row in rows)
    assert json.loads(call(repository.path, "sweep", "run", "--json", "-q").out) == []


def test_a_dry_run_prints_the_next_batch_and_leaves_nothing(repository: ScratchRepository) -> None:
    make_swept(repository)
    said = call(repository.path, "sweep", "run", "--dry-run")
    assert [line.split()[0] for line in said.out.splitlines()] == ["0", "1", "2"]
    assert trials(repository) == {}
    assert repository.git("for-each-ref", "refs/branchlab") == ""
    call(repository.path, "sweep", "run")
    names = {line.split()[1] for line in said.out.splitlines()}
    assert names < trials(repository).keys()


def test_a_sweep_with_more_budget_goes_on(repository: ScratchRepository) -> None:
    make_swept(repository)
    call(repository.path, "sweep", "run")
    first = trials(repository)
    repository.write("sweep.toml", RANDOM.replace("trials = 5", "trials = 7"))
    assert call(repository.path, "sweep", "run").code == 0
    assert len(trials(repository)) == 7
    assert {name: trials(repository)[name] for name in first} == first


@pytest.mark.parametrize(
    "space",
    [
        "[space.lr]\nlow = 0.0\nhigh = 1.0\n",
        "space.lr = { low = 0.0, high = 1.0 }\n",
        '"space" = { lr = [0.1, 0.2, 0.3] }\n',
    ],
)
def test_a_sweep_file_of_any_name_and_form_is_no_code(repository: ScratchRepository, space: str) -> None:
    text = space + '[sweep]\nmethod = "random"\n[budget]\ntrials = 2\n'
    make_swept(repository, **{"wide.toml": text})
    assert call(repository.path, "sweep", "run", "wide.toml").code == 0
    repository.write("wide.toml", text.replace("trials = 2", "trials = 3"))
    said = call(repository.path, "sweep", "run", "wide.toml")
    assert said.code == 0, said.err
    assert len(trials(repository)) == 3


def test_a_file_of_another_tool_is_code_though_it_has_a_space(repository: ScratchRepository) -> None:
    make_swept(repository, **{"other.toml": "space.lr = 1\nmodel.depth = 2\n"})
    assert call(repository.path, "sweep", "run").code == 0
    repository.write("other.toml", "space.lr = 1\nmodel.depth = 3\n")
    said = call(repository.path, "sweep", "run")
    assert said.code == 2
    assert "ran other code" in the_error(said)


def test_other_code_is_another_sweep(repository: ScratchRepository) -> None:
    make_swept(repository)
    call(repository.path, "sweep", "run")
    repository.write("train.sh", "exit 1\n")
    repository.write("sweep.toml", RANDOM.replace("trials = 5", "trials = 7"))
    said = call(repository.path, "sweep", "run")
    assert said.code == 2
    assert "ran other code" in the_error(said)
    assert "sweep resume sweep" in said.err
    assert call(repository.path, "sweep", "resume").code == 0
    assert {record.run.status for record in trials(repository).values()} == {"finished"}
    assert len(trials(repository)) == 7


def test_a_sweep_whose_first_trials_all_fail_ends(repository: ScratchRepository) -> None:
    make_swept(repository, RANDOM.replace("trials = 5", "trials = 50"), **{"train.sh": "echo no; exit 1\n"})
    said = call(repository.path, "sweep", "run")
    assert said.code == 1
    assert "the first 5 trials all failed, the last one with exit code 1: no" in the_error(said)
    assert len(trials(repository)) == 5


def test_first_trials_that_failed_in_an_earlier_session_count_too(repository: ScratchRepository) -> None:
    make_swept(repository, RANDOM.replace("trials = 5", "trials = 3"), **{"train.sh": "exit 1\n"})
    call(repository.path, "sweep", "run")
    assert len(trials(repository)) == 3
    repository.write("sweep.toml", RANDOM.replace("trials = 5", "trials = 50"))
    for count in (5, 10):
        said = call(repository.path, "sweep", "run")
        assert said.code == 1
        assert f"the first {count} trials all failed" in the_error(said)
        assert len(trials(repository)) == count


def test_a_command_that_cannot_start_ends_the_sweep_with_one_line(repository: ScratchRepository) -> None:
    make_swept(repository, RANDOM.replace('method = "random"', 'method = "random"\ncommand = "no-such-program"'))
    said = call(repository.path, "sweep", "run")
    assert said.code == 3
    assert "no-such-program cannot be started" in the_error(said)
    assert trials(repository) == {}
    assert runs(repository) == []


def test_a_trial_that_somebody_ran_is_recorded_and_not_run(repository: ScratchRepository) -> None:
    make_swept(repository)
    call(repository.path, "sweep", "run")
    old = {record.sweep["trial"]: record for record in trials(repository).values()}
    repository.write("again.toml", RANDOM)
    said = call(repository.path, "sweep", "run", "again.toml")
    assert said.code == 0, said.err
    again = {record.sweep["trial"]: (name, record) for name, record in trials(repository).items() if "again" in name}
    assert sorted(again) == sorted(old)
    for number, (name, record) in again.items():
        assert record_at(repository, record.sweep["reused"]).run.id == old[number].run.id
        assert record.metrics == old[number].metrics
        assert record.run.seconds == old[number].run.seconds
        assert repository.git("show", f"{name}:metrics/history.csv") == repository.git(
            "show", f"{record.sweep['reused']}:metrics/history.csv"
        )
        assert repository.git("show", f"{name}:params.toml").startswith(f"lr = {record.params['lr']}")


def test_asynchronous_trials_are_all_there(repository: ScratchRepository) -> None:
    make_swept(repository, RANDOM.replace('method = "random"', 'method = "random"\nmode = "async"'))
    said = call(repository.path, "sweep", "run", "-j", "2")
    assert said.code == 0, said.err
    assert sorted(values_of(repository)) == [0, 1, 2, 3, 4]
    assert {record.sweep["mode"] for record in trials(repository).values()} == {"async"}


def test_parts_of_a_sweep_are_its_whole(repository: ScratchRepository) -> None:
    make_swept(repository, HOW.replace("batch = 8", "batch = 2") % '"a", "b", "c", "d", "e", "f", "g"')
    for part in ("2/2", "1/2"):
        said = call(repository.path, "sweep", "run", "--part", part)
        assert said.code == 0, said.err
    found = trials(repository).values()
    assert sorted(record.params["how"] for record in found) == ["a", "b", "c", "d", "e", "f", "g"]
    assert len({record.sweep["trial"] for record in found}) == 7
    assert {record.sweep["part"] for record in found} == {"1/2", "2/2"}


@pytest.mark.parametrize("part", ["0/2", "3/2", "x", "1/", "1/0"])
def test_a_part_that_is_none_is_refused(repository: ScratchRepository, part: str) -> None:
    make_swept(repository)
    said = call(repository.path, "sweep", "run", "--part", part)
    assert said.code == 2
    assert "is no part of a sweep" in the_error(said)
