from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from branchlab.tracking.reading import read_journal, summary_metrics
from branchlab.tracking.state import RunState, hold_lock, is_alive, read_state, release_lock, write_state
from training_script import common_dir, only_journal, run_folder, run_script

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository


def test_a_script_run_by_hand_leaves_a_finished_run(repository: ScratchRepository) -> None:
    run_script(
        repository.path,
        """
with branchlab.start_run({"lr": 0.1, "model": {"depth": 3}}, seed=7, name="exp/model/wide", note="wider") as run:
    run.log(loss=0.5, accuracy=0.8)
    run.log({"val/loss": 0.25}, step=10)
    run.log(loss=0.4)
    run.summary["parameters"] = 12_345
    run.log_slice("region", "eu", accuracy=0.91, rows=1200)
    run.log_split("test", accuracy=0.7)
""",
    )
    journal = only_journal(repository.path)
    assert (journal.params, journal.seed, journal.note) == ({"lr": 0.1, "model": {"depth": 3}}, 7, "wider")
    assert [(p.step, p.value) for p in journal.series["loss"]] == [(0, 0.5), (11, 0.4)]
    assert [(p.step, p.value) for p in journal.series["val/loss"]] == [(10, 0.25)]
    assert summary_metrics(journal) == {"loss": 0.4, "accuracy": 0.8, "val/loss": 0.25, "parameters": 12345}
    assert journal.slices == {"region=eu": {"accuracy": 0.91, "rows": 1200}}
    assert journal.splits == {"test": {"accuracy": 0.7}}
    assert journal.status == "finished"
    state = read_state(str(run_folder(repository.path)))
    assert state is not None
    assert (state.name, state.status, state.note, state.branch) == ("exp/model/wide", "finished", "wider", "main")
    assert state.project == str(repository.path.resolve())
    assert state.command[-1].endswith("script.py")
    assert state.ended.endswith("Z")
    assert not state.exact
    assert not is_alive(str(run_folder(repository.path)))


@pytest.mark.parametrize(
    ("ending", "code", "status"),
    [
        ("raise ValueError('boom')", 1, "failed"),
        ("raise KeyboardInterrupt", -2, "stopped"),
        ("raise SystemExit(0)", 0, "finished"),
        ("raise SystemExit(3)", 3, "failed"),
        ("run.finish('stopped')", 0, "stopped"),
    ],
)
def test_the_end_of_the_block_is_the_status(repository: ScratchRepository, ending: str, code: int, status: str) -> None:
    run_script(
        repository.path, f"with branchlab.start_run() as run:\n    run.log(a=1)\n    {ending}\n", code_expected=code
    )
    state = read_state(str(run_folder(repository.path)))
    assert state is not None
    assert (state.status, only_journal(repository.path).status) == (status, status)


@pytest.mark.parametrize(("ending", "code", "status"), [("", 0, "finished"), ("1 / 0", 1, "failed")])
def test_a_run_without_a_block_ends_with_the_script(
    repository: ScratchRepository, ending: str, code: int, status: str
) -> None:
    run_script(repository.path, f"run = branchlab.start_run()\nrun.log(a=1)\n{ending}\n", code_expected=code)
    assert only_journal(repository.path).status == status


def test_under_branchlab_run_a_script_writes_only_into_the_given_folder(
    repository: ScratchRepository, tmp_path: Path
) -> None:
    given = tmp_path / "given"
    given.mkdir()
    write_state(str(given), RunState("id"))
    before = (given / "state.json").read_bytes()
    run_script(
        repository.path,
        "with branchlab.start_run({'a': 1}, name='x') as run: run.log(b=2)\n",
        env={"BRANCHLAB_RUN_DIR": str(given)},
    )
    journal = read_journal(str(given / "journal.jsonl"))
    assert (journal.params, summary_metrics(journal), journal.status) == ({"a": 1}, {"b": 2}, "finished")
    assert (given / "state.json").read_bytes() == before
    assert not (repository.path / ".git" / "branchlab").exists()


def test_a_stale_run_folder_in_the_environment_counts_as_none(repository: ScratchRepository, tmp_path: Path) -> None:
    run_script(
        repository.path,
        "with branchlab.start_run() as run: run.log(b=2)\n",
        env={"BRANCHLAB_RUN_DIR": str(tmp_path / "gone")},
    )
    assert summary_metrics(only_journal(repository.path)) == {"b": 2}


def test_a_linked_worktree_shares_the_runs_of_its_repository(repository: ScratchRepository, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    repository.git("worktree", "add", "-q", "-b", "exp/model/x", str(linked))
    run_script(linked, "with branchlab.start_run() as run: run.log(b=2)\n")
    assert common_dir(linked) == str((repository.path / ".git").resolve())
    state = read_state(str(run_folder(repository.path)))
    assert state is not None
    assert (state.branch, state.project) == ("exp/model/x", str(linked.resolve()))


def test_a_project_in_a_subfolder_is_found_from_below(make_repository: MakeRepository) -> None:
    repository = make_repository()
    repository.write("sub/branchlab.toml", "")
    below = repository.path / "sub" / "deep"
    below.mkdir()
    run_script(
        below,
        """
open("model.bin", "w").close()
with branchlab.start_run() as run:
    run.log_artifact("model.bin")
    run.log_artifact("/etc/hostname")
    run.log_artifact("missing.bin")
""",
    )
    state = read_state(str(run_folder(repository.path)))
    assert state is not None
    assert state.project == str((repository.path / "sub").resolve())
    assert only_journal(below).artifacts == ["deep/model.bin", "/etc/hostname"]


def test_outside_of_git_a_run_warns_once_and_records_nothing(tmp_path: Path) -> None:
    _, words = run_script(
        tmp_path,
        """
for _ in range(2):
    with branchlab.start_run({"a": 1}) as run:
        run.log(loss=1)
        run.summary["x"] = 1
        run.log_confusion_matrix([1], [1])
        print(repr(run.folder))
""",
    )
    assert words.count("BranchlabWarning") == 1
    assert "not in a git repository" in words
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["script.py"]


def test_what_is_no_number_is_skipped_with_one_warning(repository: ScratchRepository) -> None:
    _, words = run_script(
        repository.path,
        """
import warnings
warnings.simplefilter("error")
with branchlab.start_run() as run:
    for _ in range(3):
        run.log(loss="0.5", none=None, items=[1], good=1, flag=True)
    run.log_slice("a", "b", x="no", y=2)
    run.summary["text"] = "no"
    run.log(5)
    run.log(a=1, step="no")
    run.log_cross_validation(3)
    run.log_roc_curve([1, 1], [0.5, 0.5])
print("still here")
""",
    )
    assert words == ""  # warnings are errors in this script, and it still goes on
    journal = only_journal(repository.path)
    assert summary_metrics(journal) == {"good": 1, "flag": 1}
    assert journal.slices == {"a=b": {"y": 2}}
    assert journal.status == "finished"


def test_a_warning_names_the_line_of_the_script(repository: ScratchRepository) -> None:
    _, words = run_script(repository.path, "with branchlab.start_run() as run:\n    run.log(loss='no')\n")
    assert "script.py:3: BranchlabWarning: branchlab: loss is no number but str" in words
    assert words.count("Warning:") == 1


def test_numbers_round_trip_exactly_with_nan_and_infinities(repository: ScratchRepository) -> None:
    run_script(
        repository.path,
        """
import numpy as np
from decimal import Decimal
values = [0.1, 1 / 3, 5e-324, float("nan"), float("inf"), -float("inf"), 2**62, 2**70, -0.0, np.float32(0.5),
          np.int64(3), np.bool_(True), np.float64("nan"), Decimal("0.25"), np.array(7.5), np.array([1.0])]
with branchlab.start_run() as run:
    for step, value in enumerate(values):
        run.log(x=value, step=step)
""",
    )
    points = [point.value for point in only_journal(repository.path).series["x"]]
    expected = [
        0.1,
        1 / 3,
        5e-324,
        math.nan,
        math.inf,
        -math.inf,
        2**62,
        2.0**70,
        -0.0,
        0.5,
        3,
        1.0,
        math.nan,
        0.25,
        7.5,
    ]
    assert list(map(repr, points)) == list(map(repr, expected))


def test_names_of_any_kind_survive(repository: ScratchRepository) -> None:
    names = ["val/loss", "ü", 'a"b\\c', "line\nbreak", "", "\ud800"]
    run_script(repository.path, f"with branchlab.start_run() as run: run.log({{name: 1 for name in {names!r}}})\n")
    assert list(only_journal(repository.path).series) == names


def test_params_of_any_kind_become_plain_values(repository: ScratchRepository) -> None:
    run_script(
        repository.path,
        """
import argparse, pathlib
import numpy as np
loop = {}
loop["self"] = loop
space = argparse.Namespace(lr=np.float64(0.5), path=pathlib.Path("a/b"), sizes=(1, 2), names={"b", "a"}, none=None)
with branchlab.start_run(space) as run:
    run.log_params({"lr": 0.25, "model": {1: np.arange(2)}})
    run.log_params({"model": {"depth": 3}, "loop": loop})
""",
    )
    params = only_journal(repository.path).params
    assert params.pop("loop")
    assert params == {
        "lr": 0.25,
        "path": "a/b",
        "sizes": [1, 2],
        "names": ["a", "b"],
        "none": None,
        "model": {"1": [0, 1], "depth": 3},
    }


def test_members_of_an_enum_that_are_text_or_numbers_are_logged_as_these(repository: ScratchRepository) -> None:
    run_script(
        repository.path,
        """
import enum
class Mode(str, enum.Enum):
    FAST = "fast"
class Size(enum.StrEnum):
    SMALL = "small"
class Depth(enum.IntEnum):
    DEEP = 9
with branchlab.start_run({"mode": Mode.FAST, "size": Size.SMALL, "depth": Depth.DEEP, Mode.FAST: [Mode.FAST]}) as run:
    run.log_slice(Mode.FAST, Size.SMALL, accuracy=0.5)
""",
    )
    journal = only_journal(repository.path)
    assert journal.params == {"mode": "fast", "size": "small", "depth": 9, "fast": ["fast"]}
    assert journal.slices == {"fast=small": {"accuracy": 0.5}}


def test_a_nested_run_adds_to_the_outer_one_and_leaves_its_end_alone(repository: ScratchRepository) -> None:
    _, words = run_script(
        repository.path,
        """
with branchlab.start_run({"a": 1}) as outer:
    outer.log(x=1)
    with branchlab.start_run({"b": 2}) as inner:
        inner.log(y=1)
    outer.log(x=2)
""",
    )
    journal = only_journal(repository.path)
    assert journal.params == {"a": 1, "b": 2}
    assert [(p.step, p.value) for p in journal.series["x"]] == [(0, 1), (2, 2)]
    assert "start_run inside an open run" in words


def test_two_runs_after_each_other_are_two_runs(repository: ScratchRepository) -> None:
    run_script(repository.path, "for i in range(2):\n    with branchlab.start_run({'i': i}) as run: run.log(x=i)\n")
    runs = sorted((repository.path / ".git" / "branchlab" / "runs").iterdir())
    assert sorted(read_journal(str(run / "journal.jsonl")).params["i"] for run in runs) == [0, 1]


def test_logging_after_the_end_warns_and_writes_nothing(repository: ScratchRepository) -> None:
    _, words = run_script(repository.path, "with branchlab.start_run() as run: pass\nrun.log(x=1)\n")
    assert "log failed: the run has ended" in words
    assert only_journal(repository.path).series == {}


def test_a_summary_can_be_changed_and_taken_back(repository: ScratchRepository) -> None:
    run_script(
        repository.path,
        """
with branchlab.start_run() as run:
    run.log(x=1)
    run.summary.update(x=2, y=3)
    del run.summary["x"]
    run.summary["y"] += 1
    run.note = "said later"
    assert dict(run.summary) == {"y": 4} and len(run.summary) == 1
""",
    )
    journal = only_journal(repository.path)
    assert summary_metrics(journal) == {"x": 1, "y": 4}
    assert journal.note == "said later"


def test_the_environment_is_captured_at_the_end(repository: ScratchRepository) -> None:
    run_script(repository.path, "import sklearn, yaml\nwith branchlab.start_run() as run: pass\n")
    environment = only_journal(repository.path).environment
    assert {"scikit-learn", "numpy", "pyyaml"} <= environment["packages"].keys()
    assert "pytest" not in environment["packages"]
    assert len(environment["packages_hash"]) == 32
    assert environment["python"].startswith("3.")


def test_a_lock_lives_as_long_as_a_process_that_inherited_it(tmp_path: Path) -> None:
    lock = hold_lock(str(tmp_path))
    assert lock is not None
    assert hold_lock(str(tmp_path), wait=0.0) is None
    child = subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=[lock], stdin=subprocess.PIPE)
    os.close(lock)
    assert is_alive(str(tmp_path))
    child.kill()
    child.wait()
    assert child.stdin is not None
    child.stdin.close()
    assert not is_alive(str(tmp_path))
    again = hold_lock(str(tmp_path), wait=0.0)
    assert again is not None
    release_lock(again)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"id": 3}', '{"id": "a", "command": "x"}', '{"status": "odd"}', "[" * 100_000, "\x00"],
)
def test_a_damaged_state_reads_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    assert read_state(str(tmp_path)) is None


def test_a_state_of_a_newer_version_still_reads(tmp_path: Path) -> None:
    state = RunState("a", command=("python", "\udcff"), exit_code=-9, params={"x": [1]})
    write_state(str(tmp_path), state)
    table = json.loads((tmp_path / "state.json").read_text(errors="surrogateescape"))
    (tmp_path / "state.json").write_text(json.dumps({**table, "new": 1}))
    assert read_state(str(tmp_path)) == state
