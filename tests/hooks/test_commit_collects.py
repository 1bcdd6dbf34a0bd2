"""Trainings that know nothing of branchlab: their metric files make a run."""

from __future__ import annotations

import json
import os
import time

import pytest

from hooked_project import BRANCH, HookedProject

SCRIPT = """\
import json, sys
accuracy = float(sys.argv[1])
json.dump({"accuracy": accuracy}, open("metrics.json", "w"))
open("curves.csv", "w").write(f"step,accuracy\\n1,0.1\\n2,{accuracy}\\n")
"""
SETTINGS = '[project]\ncommand = "python train.py"\ncollect = ["metrics.json", "*.csv", "logs/**/m.json"]\n'


@pytest.fixture
def plain(hooked: HookedProject) -> HookedProject:
    """The project with a training that only writes files, which git ignores."""
    hooked.write("branchlab.toml", SETTINGS)
    hooked.write("train.py", SCRIPT)
    hooked.write(".gitignore", "/metrics.json\n/curves.csv\n/logs/\n")
    hooked.git("add", "--all")
    hooked.does("commit", "--message", "a plain training")
    _pass_a_second()
    return hooked


def _pass_a_second() -> None:
    """Waits for the next second: the log of HEAD knows no smaller time."""
    now = time.time()
    time.sleep(1.01 - now % 1)


def _accuracy(plain: HookedProject) -> float | None:
    found: float | None = plain.record().get("metrics", {}).get("accuracy")
    return found


def test_fresh_metric_files_are_recorded_and_once(plain: HookedProject) -> None:
    plain.train("0.75")
    plain.does("commit", "--allow-empty", "--message", "measured")
    record = plain.record()
    assert record["metrics"] == {"accuracy": 0.75}
    assert record["run"]["command"] == ["python", "train.py"]
    assert record["run"]["exact"] is False
    assert plain.trailer() == record["run"]["id"]
    assert plain.git("show", "HEAD:metrics/history.csv").startswith("step,seconds,accuracy\n1,")
    assert (plain.runs(), plain.git("status", "--porcelain")) == ([], "")
    plain.does("commit", "--allow-empty", "--message", "nothing new")
    assert plain.trailer() == ""


def test_code_that_changed_after_the_files_is_named(plain: HookedProject) -> None:
    plain.train("0.75")
    _pass_a_second()
    _pass_a_second()
    plain.write("train.py", SCRIPT + "# later\n")
    plain.does("commit", "--all", "--message", "measured")
    assert plain.record()["run"]["differs"] == ["train.py"]


def test_the_lock_file_that_dvc_writes_after_the_metrics_is_not_other_code(plain: HookedProject) -> None:
    plain.write("params.toml", "lr = 0.5\n")
    plain.write("dvc.lock", "schema: '2.0'\n")
    plain.git("add", "params.toml", "dvc.lock")
    plain.train("0.75")
    _pass_a_second()
    _pass_a_second()
    plain.write("dvc.lock", "schema: '2.0'\nstages: {}\n")
    plain.does("commit", "--all", "--message", "measured")
    assert plain.record()["run"].get("differs", []) == []


def test_files_in_folders_count(plain: HookedProject) -> None:
    plain.write("logs/a/b/m.json", json.dumps({"accuracy": 0.5}))
    plain.does("commit", "--allow-empty", "--message", "measured")
    assert _accuracy(plain) == 0.5
    _pass_a_second()
    plain.write("logs/a/c/m.json", json.dumps({"loss": 0.25}))
    plain.does("commit", "--allow-empty", "--message", "measured again")
    assert plain.record()["metrics"] == {"accuracy": 0.5, "loss": 0.25}


def test_an_aborted_commit_keeps_them_for_the_next(plain: HookedProject) -> None:
    plain.train("0.75")
    assert plain.attempt("commit", "--allow-empty", "--message", "").code == 1
    run = plain.run_id()
    plain.does("commit", "--allow-empty", "--message", "measured")
    assert plain.trailer() == run


def test_files_of_the_branch_before_are_not_of_this_one(plain: HookedProject) -> None:
    plain.train("0.75")
    _pass_a_second()
    plain.git("switch", "--quiet", "--create", "exp/model/other")
    plain.does("commit", "--allow-empty", "--message", "other")
    assert plain.record() == {}
    plain.train("0.5")
    plain.does("commit", "--allow-empty", "--message", "measured here")
    assert _accuracy(plain) == 0.5


def test_an_experiment_that_dvc_saves_is_no_change_of_branch(plain: HookedProject) -> None:
    plain.train("0.75")
    _pass_a_second()
    _pass_a_second()
    for _ in range(2):
        plain.git("checkout", "--quiet", "--detach", "HEAD")
        plain.git("symbolic-ref", "-m", f"dvc: Restore HEAD to '{BRANCH}'", "HEAD", f"refs/heads/{BRANCH}")
    plain.does("commit", "--allow-empty", "--message", "measured")
    assert _accuracy(plain) == 0.75


def test_files_that_git_brought_are_no_run(plain: HookedProject) -> None:
    plain.train("0.75")
    plain.git("add", "--force", "metrics.json", "curves.csv")
    plain.does("commit", "--message", "files and record")
    assert _accuracy(plain) == 0.75
    plain.git("switch", "--quiet", "main")
    plain.git("switch", "--quiet", BRANCH)
    os.utime(plain.path / "metrics.json", (time.time() + 2, time.time() + 2))
    plain.does("commit", "--allow-empty", "--message", "nothing new")
    assert plain.trailer() == ""
    assert plain.runs() == []


def test_files_that_a_run_of_branchlab_wrote_belong_to_it(plain: HookedProject) -> None:
    begin = "import branchlab\nrun = branchlab.start_run()\n"
    plain.write("train.py", f"{begin}{SCRIPT}run.log(loss=0.5)\nrun.finish()\n")
    plain.train("0.75")
    plain.does("commit", "--all", "--message", "measured")
    assert plain.record()["metrics"] == {"accuracy": 0.75, "loss": 0.5}
    plain.does("commit", "--allow-empty", "--message", "nothing new")
    assert plain.trailer() == ""
