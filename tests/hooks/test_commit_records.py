from __future__ import annotations

import pytest

from command_line import TRAIN, branchlab, rows
from hooked_project import BRANCH, HookedProject


def test_a_commit_holds_the_record_of_the_run_before_it(hooked: HookedProject) -> None:
    hooked.write("params.toml", "lr = 0.7\n")
    hooked.train()
    run = hooked.run_id()
    words = hooked.does("commit", "--all", "--message", "wider net")
    record = hooked.record()
    assert record["run"]["id"] == run
    assert record["params"] == {"lr": 0.7}
    assert record["metrics"]["accuracy"] == pytest.approx(0.82)
    assert "exact" not in record["run"]
    assert hooked.trailer() == run
    assert hooked.git("log", "-1", "--format=%s") == "wider net"
    assert f"run {run} is recorded with this commit: accuracy 0.82" in words
    names = hooked.git("show", "--name-only", "--format=").split("\n")
    assert sorted(names) == ["metrics.toml", "metrics/history.csv", "params.toml"]


def test_nothing_is_left_to_do_after_such_a_commit(hooked: HookedProject) -> None:
    hooked.train()
    hooked.write("params.toml", "lr = 0.7\n")
    hooked.does("commit", "--all", "--message", "wider net")
    assert hooked.git("status", "--porcelain") == ""
    assert hooked.runs() == []
    assert hooked.leftovers() == []
    assert hooked.git("for-each-ref", "refs/branchlab") == ""
    (row,) = rows(hooked.path)
    assert (row["name"], row["status"], row["stale"]) == (BRANCH, "finished", False)


def test_what_is_staged_is_committed_and_no_more(hooked: HookedProject) -> None:
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.train()
    hooked.write("notes.txt", "later\n")
    hooked.git("add", "train.py")
    hooked.does("commit", "--message", "wider net")
    assert hooked.record()
    assert hooked.git("status", "--porcelain") == "?? notes.txt"


def test_a_commit_of_one_file_leaves_the_others_staged(hooked: HookedProject) -> None:
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.write("notes.txt", "later\n")
    hooked.git("add", "notes.txt")
    hooked.train()
    hooked.does("commit", "--message", "wider net", "train.py")
    assert hooked.trailer() == hooked.record()["run"]["id"]
    assert hooked.git("status", "--porcelain") == "A  notes.txt"
    assert "notes.txt" not in hooked.git("ls-tree", "-r", "--name-only", "HEAD")


def test_of_several_runs_the_newest_is_recorded_and_once(hooked: HookedProject) -> None:
    hooked.train()
    known = hooked.run_id()
    hooked.write("params.toml", "lr = 0.9\n")
    hooked.train()
    first, newest = sorted((folder.name for folder in hooked.runs()), key=lambda run: run != known)
    hooked.does("commit", "--all", "--message", "second")
    assert hooked.trailer() == newest
    hooked.does("commit", "--allow-empty", "--message", "third")
    assert hooked.trailer() == ""
    assert hooked.run_id() == first
    assert branchlab(hooked.path, "record", first, "-n", "first").code == 0


def test_a_run_is_recorded_on_its_own_branch(hooked: HookedProject) -> None:
    hooked.train()
    hooked.git("switch", "--quiet", "--create", "exp/model/other")
    hooked.does("commit", "--allow-empty", "--message", "elsewhere")
    assert hooked.record() == {}
    hooked.git("switch", "--quiet", BRANCH)
    hooked.does("commit", "--allow-empty", "--message", "here")
    assert hooked.record()


def test_a_run_that_failed_is_left_alone(hooked: HookedProject) -> None:
    hooked.write("train.py", TRAIN + "    raise SystemExit(3)\n")
    with pytest.raises(AssertionError):
        hooked.train()
    hooked.does("commit", "--all", "--message", "broken")
    assert hooked.record() == {}
    assert hooked.run_id()


def test_a_run_meant_for_another_branch_is_left_alone(hooked: HookedProject) -> None:
    hooked.write("train.py", TRAIN.replace("seed=7", 'seed=7, name="exp/model/other"'))
    hooked.train()
    hooked.does("commit", "--all", "--message", "wider net")
    assert hooked.record() == {}


def test_an_exempt_branch_records_nothing(hooked: HookedProject) -> None:
    hooked.git("switch", "--quiet", "main")
    hooked.train()
    hooked.does("commit", "--allow-empty", "--message", "release")
    assert hooked.record() == {}
    assert hooked.run_id()


def test_the_settings_can_say_no(hooked: HookedProject) -> None:
    settings = (hooked.path / "branchlab.toml").read_text()
    hooked.write("branchlab.toml", f"{settings}[hooks]\nrecord = false\n")
    hooked.train()
    hooked.does("commit", "--all", "--message", "wider net")
    assert hooked.record() == {}


def test_skipped_hooks_record_nothing_and_the_next_commit_catches_up(hooked: HookedProject) -> None:
    hooked.train()
    hooked.does("commit", "--allow-empty", "--message", "skipped", BRANCHLAB_SKIP="1")
    hooked.does("commit", "--allow-empty", "--no-verify", "--message", "bypassed")
    assert hooked.record() == {}
    hooked.does("commit", "--allow-empty", "--message", "caught up")
    assert hooked.trailer() == hooked.record()["run"]["id"]


def test_a_record_says_which_code_ran(hooked: HookedProject) -> None:
    hooked.write("train.py", TRAIN + "# as it ran\n")
    hooked.train()
    hooked.write("train.py", TRAIN + "# as it is committed\n")
    words = hooked.does("commit", "--all", "--message", "wider net")
    run = hooked.record()["run"]
    assert (run["exact"], run["differs"]) == (False, ["train.py"])
    assert "not what ran" in words
    assert "train.py" in words
    assert "branchlab run -- " in words


def test_a_new_file_that_the_commit_lacks_is_named(hooked: HookedProject) -> None:
    hooked.write("model.py", "WIDTH = 512\n")
    hooked.train()
    hooked.write("train.py", TRAIN + "import model\n")
    words = hooked.does("commit", "--all", "--message", "wider net")
    assert hooked.record()["run"]["differs"] == ["model.py", "train.py"]
    assert "model.py, train.py" in words


def test_parameters_are_those_of_the_start_of_the_run(hooked: HookedProject) -> None:
    script = "import branchlab\nwith branchlab.start_run() as run:\n    run.log(accuracy=0.5)\n"
    hooked.write("train.py", script)
    hooked.write("params.toml", "lr = 0.25\n")
    hooked.train()
    hooked.write("params.toml", "lr = 4.0\n")
    hooked.does("commit", "--all", "--message", "wider net")
    assert hooked.record()["params"] == {"lr": 0.25}


def test_a_record_that_cannot_be_read_is_not_committed(hooked: HookedProject) -> None:
    hooked.write("metrics.toml", "<<<<<<< ours\n")
    hooked.git("add", "metrics.toml")
    done = hooked.attempt("commit", "--message", "broken")
    assert done.code == 1
    assert "metrics.toml" in done.words
    assert "BRANCHLAB_SKIP=1 git commit" in done.words
    assert "Traceback" not in done.words


def test_a_bad_name_is_refused_and_broken_settings_too(hooked: HookedProject) -> None:
    hooked.git("switch", "--quiet", "--create", "wider net".replace(" ", "_"))
    done = hooked.attempt("commit", "--allow-empty", "--message", "x")
    assert done.code == 1
    assert "git branch -m" in done.words
    hooked.git("switch", "--quiet", BRANCH)
    hooked.write("branchlab.toml", "[naming\n")
    done = hooked.attempt("commit", "--all", "--message", "x")
    assert done.code == 1
    assert "branchlab.toml" in done.words
    assert "BRANCHLAB_SKIP=1 git commit" in done.words
    hooked.does("commit", "--all", "--message", "x", BRANCHLAB_SKIP="1")


def test_of_two_projects_that_ran_the_next_commit_takes_the_other(hooked: HookedProject) -> None:
    names = ("a", "b")
    for name in names:
        for place in ("branchlab.toml", "train.py", "params.toml"):
            hooked.write(f"teams/{name}/{place}", (hooked.path / place).read_text())
    hooked.git("add", "teams")
    hooked.does("commit", "--message", "two projects")
    for name in names:
        hooked.write(f"teams/{name}/train.py", TRAIN + "# wider\n")
        HookedProject(hooked.path / "teams" / name).train()
    hooked.does("commit", "--all", "--message", "both")
    hooked.does("commit", "--allow-empty", "--message", "the other")
    for name in names:
        assert "[metrics]" in hooked.git("show", f"HEAD:teams/{name}/metrics.toml")
    assert (hooked.runs(), hooked.leftovers()) == ([], [])
