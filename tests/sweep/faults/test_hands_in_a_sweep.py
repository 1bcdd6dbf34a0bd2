"""People and other engines that change things while a sweep runs: nothing of theirs moves, no trial counts twice."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from command_line import fingerprint, start
from in_process import call, the_error
from scratch_repository import ScratchRepository
from swept_project import (
    PARAMS,
    RANDOM,
    TRAIN,
    alive_in,
    began,
    make_swept,
    record_at,
    runs,
    state_of,
    trials,
    values_of,
)
from waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SLOW = PARAMS.replace("well", "slow")
RUNGS = """\
[sweep]
method = "grid"
reference = false
batch = 2
[space]
lr = [0.1, 0.2]
[fidelity]
parameter = "steps"
low = 1
high = 2
factor = 2
"""
RUNGS_OF_TWO = """\
[sweep]
method = "random"
reference = false
batch = 2
[space]
lr = { low = 0.0, high = 1.0 }
[budget]
trials = %d
[fidelity]
parameter = "steps"
low = 1
high = 4
factor = 2
"""
TPE = RANDOM.replace("random", "tpe").replace("batch = 3", "batch = 2").replace("trials = 5", "trials = 8")


def shown(repository: ScratchRepository, name: str = "sweep") -> list[dict[str, Any]]:
    """Returns the trials as `sweep show` tells them."""
    said = call(repository.path, "sweep", "show", name, "--json")
    assert said.code == 0, said.err
    found: list[dict[str, Any]] = json.loads(said.out)
    return found


def numbers(repository: ScratchRepository, name: str = "sweep") -> list[int]:
    return sorted(trial["trial"] for trial in shown(repository, name))


def rungs_with_a_pause(repository: ScratchRepository) -> None:
    """Makes a sweep of which only the second rung takes time."""
    script = (
        'steps=$(sed -n "s/^steps = //p" params.toml); lr=$(sed -n "s/^lr = //p" params.toml)\n'
        'cd "$BRANCHLAB_RUN_DIR"\n'
        'printf \'{"k":"log","s":%s,"t":0.0,"m":{"loss":%s}}\\n\' "$steps" "$lr" >> journal.jsonl\n'
        '[ "$steps" = 1 ] || { touch began; sleep "$PAUSE"; }\n'
    )
    make_swept(repository, RUNGS, **{"train.sh": script})


def the_climber(repository: ScratchRepository) -> str:
    """Waits for the second rung to begin, and returns the branch of the trial on it."""
    wait_until(lambda: began(repository))
    name: str = json.loads((began(repository)[0] / "state.json").read_text())["name"]
    return name


def test_a_rung_whose_branch_a_person_moved_goes_on_beside_it(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAUSE", "0.8")
    rungs_with_a_pause(repository)
    process = start(repository.path, "sweep", "run")
    branch = the_climber(repository)
    repository.git("branch", "-q", "-f", branch, "main")
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert repository.git("rev-parse", branch) == repository.git("rev-parse", "main")
    assert record_at(repository, f"{branch}-2").sweep["rung"] == 1
    assert numbers(repository) == [0, 1]


def test_a_rung_whose_branch_is_checked_out_leaves_that_working_tree_alone(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAUSE", "0.8")
    rungs_with_a_pause(repository)
    process = start(repository.path, "sweep", "run")
    branch = the_climber(repository)
    repository.git("checkout", "-q", branch)
    before = fingerprint(repository)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert fingerprint(repository) == before
    assert repository.git("status", "--porcelain", "-uno") == ""
    assert {trial["trial"]: trial["rung"] for trial in shown(repository)} == {0: 1, 1: 0}


def test_a_rung_whose_branch_was_archived_still_counts_once(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAUSE", "0.8")
    rungs_with_a_pause(repository)
    process = start(repository.path, "sweep", "run")
    branch = the_climber(repository)
    assert call(repository.path, "archive", branch).code == 0
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert {trial["trial"]: trial["rung"] for trial in shown(repository)} == {0: 1, 1: 0}


def test_an_interrupted_rung_goes_on_from_the_one_below(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAUSE", "60")
    rungs_with_a_pause(repository)
    process = start(repository.path, "sweep", "run")
    branch = the_climber(repository)
    below = repository.git("rev-parse", branch)
    process.kill()
    process.communicate()
    monkeypatch.setenv("PAUSE", "0")
    assert call(repository.path, "sweep", "resume").code == 0
    assert len(trials(repository)) == 2
    assert repository.git("rev-parse", f"{branch}~2") == below
    assert {trial["trial"]: trial["status"] for trial in shown(repository)} == {0: "finished", 1: "finished"}


def test_a_sweep_file_that_is_edited_or_deleted_meanwhile_changes_nothing(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAUSE", "0.1")
    make_swept(repository, **{"params.toml": SLOW})
    process = start(repository.path, "sweep", "run")
    wait_until(lambda: began(repository))
    (repository.path / "sweep.toml").write_text("this is no = [sweep")
    wait_until(lambda: len(trials(repository)) >= 2)
    (repository.path / "sweep.toml").unlink()
    process.kill()
    process.communicate()
    said = call(repository.path, "sweep", "resume", "sweep")
    assert said.code == 0, said.err
    assert numbers(repository) == [0, 1, 2, 3, 4]


def test_two_sweeps_and_two_parts_run_at_a_time_in_one_repository(repository: ScratchRepository) -> None:
    make_swept(repository, **{name: RANDOM.replace("trials = 5", "trials = 4") for name in ("a.toml", "b.toml")})
    before = fingerprint(repository)
    lines = (["a.toml"], ["b.toml", "--part", "1/2"], ["b.toml", "--part", "2/2"])
    processes = [start(repository.path, "sweep", "run", *line) for line in lines]
    for process in processes:
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
    assert numbers(repository, "a") == [0, 1, 2, 3]
    assert numbers(repository, "b") == [0, 1, 2, 3]
    assert len(trials(repository)) == 8
    assert fingerprint(repository) == before


def test_shares_with_trials_in_common_do_not_run_at_a_time(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAUSE", "60")
    make_swept(repository, **{"params.toml": SLOW})
    process = start(repository.path, "sweep", "run", "--part", "1/2")
    wait_until(lambda: began(repository))
    for line in ((), ("--part", "1/3")):
        said = call(repository.path, "sweep", "run", *line)
        assert said.code == 4
        assert "part 1/2 of the sweep sweep runs already" in the_error(said)
    process.kill()
    process.communicate()


def test_two_clones_run_the_parts_of_one_sweep_and_see_the_same_study(
    repository: ScratchRepository, tmp_path: Path
) -> None:
    make_swept(repository, TPE)
    repository.git("clone", "-q", ".", str(tmp_path / "other"))
    other = ScratchRepository(tmp_path / "other")
    repository.git("remote", "add", "origin", str(other.path))
    for _ in range(2):
        for one, part in ((repository, "1/2"), (other, "2/2")):
            said = call(one.path, "sweep", "run", "--part", part)
            assert said.code == 0, said.err
        for one in (repository, other):
            one.git("fetch", "-q", "origin")
    ours, theirs = shown(repository), shown(other)
    assert [trial["trial"] for trial in ours] == list(range(8))
    assert [(trial["trial"], trial["values"], trial["commit"]) for trial in ours] == [
        (trial["trial"], trial["values"], trial["commit"]) for trial in theirs
    ]
    assert len({json.dumps(trial["values"]) for trial in ours}) == 8


def test_who_asked_for_a_trial_also_lets_it_climb_and_a_teammate_goes_on_under_a_branch_of_their_own(
    repository: ScratchRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = TRAIN.replace("from=0\n", '[ -n "$BETTER" ] && lr=-$lr\nfrom=0\n')
    make_swept(repository, RUNGS_OF_TWO % 2, **{"train.sh": script})
    repository.git("clone", "-q", ".", str(tmp_path / "other"))
    other = ScratchRepository(tmp_path / "other")
    repository.git("remote", "add", "origin", str(other.path))
    assert call(repository.path, "sweep", "run", "--part", "1/2").code == 0  # 0 and 1, and one of them climbs
    other.write("sweep.toml", RUNGS_OF_TWO.replace("high = 4", "high = 2") % 4)
    with monkeypatch.context() as there:
        there.setenv("BETTER", "1")
        assert call(other.path, "sweep", "run", "--part", "2/2").code == 0  # 2 and 3, not as far up as they may
    repository.git("fetch", "-q", "origin")
    repository.write("sweep.toml", RUNGS_OF_TWO % 6)
    assert call(repository.path, "sweep", "run", "--part", "1/2").code == 0
    assert sorted(values_of(repository)) == [0, 1, 4, 5]
    repository.write("sweep.toml", RUNGS_OF_TWO % 8)
    assert call(repository.path, "sweep", "run").code == 0
    assert sorted(values_of(repository)) == list(range(8))  # the better ones of the teammate went on
    assert not [name for name in repository.git("branch", "--format=%(refname:short)").split() if "origin" in name]
    assert numbers(repository) == list(range(8))


def test_the_same_number_of_two_people_is_two_trials_where_the_values_differ_and_one_where_not(
    repository: ScratchRepository, tmp_path: Path
) -> None:
    make_swept(repository, TPE.replace("trials = 8", "trials = 4"))
    repository.git("clone", "-q", ".", str(tmp_path / "other"))
    other = ScratchRepository(tmp_path / "other")
    repository.git("remote", "add", "origin", str(other.path))
    call(repository.path, "sweep", "run")
    call(other.path, "sweep", "run", "--part", "1/2")  # trials 0 and 1, of another division
    repository.git("fetch", "-q", "origin")
    found = [(trial["trial"], json.dumps(trial["values"])) for trial in shown(repository)]
    assert len(found) == len(set(found))
    assert [number for number, _ in found].count(0) == 1  # the reference of both
    assert {number for number, _ in found} == {0, 1, 2, 3}
    said = call(repository.path, "sweep", "run")
    assert "no new trial" in said.err, said.err


def test_archived_trials_are_not_run_again(repository: ScratchRepository) -> None:
    make_swept(repository)
    assert call(repository.path, "sweep", "run").code == 0
    assert call(repository.path, "sweep", "keep", "best:1").code == 0
    said = call(repository.path, "sweep", "run")
    assert "no new trial" in said.err, said.err
    assert numbers(repository) == [0, 1, 2, 3, 4]
    assert call(repository.path, "sweep", "keep", "all").code == 0
    assert sorted(values_of(repository)) == [0, 1, 2, 3, 4]


def test_trials_whose_times_are_out_of_order_are_all_there(repository: ScratchRepository) -> None:
    """Somebody set the clock back: one trial begins a year before those of lower numbers."""
    make_swept(repository)
    assert call(repository.path, "sweep", "run").code == 0
    back = max(trials(repository))
    record = repository.git("show", f"{back}:metrics.toml").replace("started = 20", "started = 19")
    repository.git("checkout", "-q", back)
    (repository.path / "metrics.toml").write_text(record + "\n")
    repository.git("commit", "-q", "--amend", "-a", "--no-edit", "--date", "1999-01-01T00:00:00")
    repository.git("checkout", "-q", "main")
    for line in (("status",), ("best",), ("show",), ("report",)):
        assert call(repository.path, "sweep", *line).code == 0, line
    said = call(repository.path, "sweep", "run")
    assert "no new trial" in said.err, said.err
    assert numbers(repository) == [0, 1, 2, 3, 4]


def test_a_run_is_recorded_once_though_the_clock_was_set_back_before_its_commit(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAUSE", "60")
    make_swept(repository, **{"params.toml": SLOW})
    process = start(repository.path, "sweep", "run")
    wait_until(lambda: began(repository))
    folder = began(repository)[0]
    process.kill()
    process.communicate()
    wait_until(lambda: not alive_in(repository))
    monkeypatch.setenv("PAUSE", "0")
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write('{"k":"end","t":1.0,"status":"finished"}\n')
    (folder / "state.json").write_text(json.dumps({**state_of(folder), "started": "2099-01-01T00:00:00Z"}))
    saved = shutil.copytree(folder, repository.path.parent / "saved")
    assert call(repository.path, "sweep", "resume").code == 0
    shutil.copytree(saved, folder)  # as if it had been killed before the folder went away
    assert call(repository.path, "sweep", "resume").code == 0
    assert len(trials(repository)) == 5
    assert runs(repository) == []
