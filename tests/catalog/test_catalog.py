"""What the catalog finds in real repositories, whole and damaged."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import branchlab
from branchlab.catalog.catalog import FEW_REFS
from branchlab.catalog.scan import FEW_COMMITS
from branchlab.catalog.tips import finish_listing, start_listing
from branchlab.catalog.workers import WORTH_A_WORKER
from branchlab.git.object_reader import ObjectReader
from branchlab.reading.sides import require_side
from branchlab.record.format import dump_record
from branchlab.record.model import Best, DataFile
from branchlab.workspace import open_workspace
from experiment_branches import names, numbered, put_experiment, read, read_json, state_folder
from record_strategies import example, run_example

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scratch_repository import ScratchRepository

NAME = "exp/model/wider"


def test_an_experiment_is_read_with_all_it_says(repository: ScratchRepository) -> None:
    record = example(
        run=run_example(seed=7, note="wider net"),
        params={"lr": 0.1, "model": {"depth": 3}, "layers": [1, 2]},
        metrics={"accuracy": 0.93, "loss": math.nan},
        best={"accuracy": Best(0.94, 180)},
        splits={"test": {"accuracy": 0.92}},
        data={"train.csv": DataFile("a" * 32, 1), "model.bin": DataFile("b" * 32, 1, output=True)},
    )
    commit = put_experiment(repository, NAME, record)
    (found,) = read(repository).experiments
    assert (found.name, found.commit, found.status, found.run) == (NAME, commit, "finished", record.run.id)
    assert (found.started, found.seconds, found.seed) == ("2026-11-20T23:30:15Z", 41.2, 7)
    assert (found.author, found.note, found.stale, found.problem) == ("Ada Example", "wider net", False, "")
    assert found.params == {"lr": 0.1, "model.depth": 3, "layers": "[1, 2]"}
    assert {**found.metrics, "loss": 0} == {"accuracy": 0.93, "loss": 0, "test.accuracy": 0.92}
    assert math.isnan(found.metrics["loss"])
    assert (found.best, found.data) == ({"accuracy": 0.94}, {"train.csv": "a" * 32})


def test_json_says_the_same_in_the_promised_shape(repository: ScratchRepository) -> None:
    record = example(metrics={"a": math.nan, "b": math.inf, "c": -math.inf, "d": 0.1 + 0.2})
    put_experiment(repository, NAME, record)
    (row,) = read_json(repository)
    (found,) = read(repository).experiments
    assert row["metrics"] == {"a": "NaN", "b": "Infinity", "c": "-Infinity", "d": 0.1 + 0.2}
    assert {key: row[key] for key in ("name", "commit", "status", "started", "seconds", "author", "note")} == {
        key: getattr(found, key) for key in ("name", "commit", "status", "started", "seconds", "author", "note")
    }
    assert found.metrics["b"] == math.inf


def test_only_branches_that_follow_the_rule_are_experiments(repository: ScratchRepository) -> None:
    for name in ("feature/x", "exp/other/x", "exp/model/Upper", "release/1", "exp/model/ok"):
        put_experiment(repository, name)
    assert names(read(repository)) == ["exp/model/ok"]


def test_newest_comes_first(repository: ScratchRepository) -> None:
    for number in (2, 3, 1):
        put_experiment(repository, f"exp/model/n{number}", numbered(number))
    assert names(read(repository)) == ["exp/model/n3", "exp/model/n2", "exp/model/n1"]
    assert [row["name"] for row in read_json(repository)] == ["exp/model/n3", "exp/model/n2", "exp/model/n1"]


def test_a_branch_without_a_record_is_named_apart(repository: ScratchRepository) -> None:
    put_experiment(repository, "exp/model/bare", path="other.toml")
    repository.git("branch", "exp/model/fresh", "main")
    for _ in range(2):
        assert read(repository) == ((), ("exp/model/bare", "exp/model/fresh"))
        assert read_json(repository) == []


def test_a_record_that_the_baseline_holds_is_no_experiment_of_a_fresh_branch(repository: ScratchRepository) -> None:
    repository.write("metrics.toml", dump_record(example()))
    repository.commit()
    repository.git("branch", "exp/model/fresh")
    assert read(repository) == ((), ("exp/model/fresh",))


def test_commits_after_the_record_make_it_stale(repository: ScratchRepository) -> None:
    put_experiment(repository, NAME, trailer=False)
    assert read(repository).experiments[0].stale


def test_listing_and_showing_agree_on_a_squashed_message(repository: ScratchRepository) -> None:
    nothing = repository.git("mktree", stdin="")
    record = example(run=run_example(code=repository.git("commit-tree", nothing, stdin="code"), merged=()))
    commit = put_experiment(repository, NAME, record, trailer=False)
    message = f"wider (#12)\n\nBranchlab-Run: {record.run.id}\n\n* and a typo\n"
    squashed = repository.git("commit-tree", f"{commit}^{{tree}}", "-p", "main", stdin=message)
    repository.git("update-ref", f"refs/heads/{NAME}", squashed)
    workspace = open_workspace(str(repository.path))
    reader = ObjectReader(str(repository.path))
    try:
        shown = require_side(reader, workspace, NAME)
    finally:
        reader.close()
    assert [one.stale for one in read(repository).experiments] == [shown.stale] == [False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "schema"),
        (b"schema = ", "not valid TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"<<<<<<< HEAD\n", "conflict markers"),
        (b"x" * (3 << 20), "larger than 1 MiB"),
        (b"#" * (1 << 17), "longer than 64 KiB"),
        (b"[" * 5000, ""),
        (dump_record(example()).replace(b'"finished"', b"7"), "run.status"),
    ],
    ids=["empty", "torn", "binary", "conflict", "huge", "long", "deep", "mistyped"],
)
def test_a_damaged_record_is_listed_as_damaged_and_all_others_are_read(
    repository: ScratchRepository, text: bytes, words: str
) -> None:
    put_experiment(repository, "exp/model/damaged", text)
    put_experiment(repository, "exp/model/sound")
    for _ in range(2):
        by_name = {one.name: one for one in read(repository).experiments}
        assert by_name["exp/model/sound"].status == "finished"
        assert by_name["exp/model/damaged"].status == "damaged"
        assert words in by_name["exp/model/damaged"].problem
        assert by_name["exp/model/damaged"].author == "Ada Example"
        assert [row["status"] for row in read_json(repository)].count("damaged") == 1


def test_a_record_that_is_a_folder_is_damaged(repository: ScratchRepository) -> None:
    put_experiment(repository, NAME, path="metrics.toml/inner")
    assert read(repository).experiments[0].status == "damaged"


def test_an_unreadable_object_damages_its_own_experiment_only(repository: ScratchRepository) -> None:
    commits = [put_experiment(repository, f"exp/model/n{number}", numbered(number)) for number in range(3)]
    blob = repository.git("rev-parse", f"{commits[1]}:metrics.toml")
    path = repository.path / ".git" / "objects" / blob[:2] / blob[2:]
    sound = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(b"\x78\x01nonsense")
    assert {one.name: one.status for one in read(repository).experiments} == {
        "exp/model/n0": "finished",
        "exp/model/n1": "damaged",
        "exp/model/n2": "finished",
    }
    path.write_bytes(sound)
    assert {one.status for one in read(repository).experiments} == {"finished"}


def test_a_branch_that_vanishes_while_it_is_read_is_left_out(repository: ScratchRepository) -> None:
    put_experiment(repository, "exp/model/stays", numbered(1))
    gone = put_experiment(repository, "exp/model/gone", numbered(2))
    listing = start_listing(str(repository.path))
    refs = finish_listing(listing)
    repository.git("branch", "-D", "exp/model/gone")
    repository.git("prune", "--expire=now")
    from branchlab.catalog.rows import read_rows
    from branchlab.workspace import open_workspace

    found = read_rows(open_workspace(str(repository.path)), refs)
    assert gone.encode() in refs
    assert ([row.name for row in found.rows], found.complete) == (["exp/model/stays"], False)


def test_several_projects_in_one_repository_are_told_apart(repository: ScratchRepository) -> None:
    repository.commit(**{"a/branchlab.toml": "", "b/branchlab.toml": '[project]\n[record]\nmetrics = "score.toml"\n'})
    put_experiment(repository, "exp/model/a", path="a/metrics.toml")
    put_experiment(repository, "exp/model/b", path="b/score.toml")
    put_experiment(repository, "exp/model/top")
    for _ in range(2):
        assert names(read(repository, "a")) == ["exp/model/a"]
        assert names(read(repository, "b")) == ["exp/model/b"]
        assert names(read(repository)) == ["exp/model/top"]
        assert [row["name"] for row in read_json(repository, "b")] == ["exp/model/b"]


def test_remote_and_archived_experiments_are_listed_on_request(repository: ScratchRepository) -> None:
    same = put_experiment(repository, "exp/model/both", numbered(1))
    repository.git("update-ref", "refs/remotes/origin/exp/model/both", same)
    put_experiment(repository, "", numbered(2), ref="refs/remotes/origin/exp/model/theirs")
    put_experiment(repository, "", numbered(3), ref="refs/archive/exp/model/old")
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/exp/model/theirs")
    assert names(read(repository)) == ["exp/model/both"]
    assert names(read(repository, remote=True)) == ["origin/exp/model/theirs", "exp/model/both"]
    assert names(read(repository, archived=True)) == ["archive/exp/model/old", "exp/model/both"]
    assert len(read_json(repository, remote=True, archived=True)) == 3
    assert len(read_json(repository)) == 1
    for name in names(read(repository, remote=True, archived=True)):
        repository.git("rev-parse", "--verify", "--quiet", name)


def test_hostile_names_and_texts_are_read_and_cannot_steer_a_terminal(repository: ScratchRepository) -> None:
    settings = '[naming]\npattern = "{type}/{slug}"\ntypes = ["quo\\"te", "\u202e", "$(id)"]\n'
    repository.commit(**{"branchlab.toml": settings})
    record = example(run=run_example(note='\x1b[2J\x7f\x9b\u202e "quoted" \\ \n[/red]'), params={"\x1b": "\u200b"})
    for kind in ('quo"te', "\u202e", "$(id)"):
        put_experiment(repository, f"{kind}/x", record, ref=f"refs/heads/{kind}/x")
    repository.git("update-ref", "refs/heads/-f", repository.git("rev-parse", "refs/heads/$(id)/x"))
    assert sorted(names(read(repository))) == sorted(['quo"te/x', "\u202e/x", "$(id)/x"])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "branchlab.cli.main", "ls", "--json"],
        cwd=repository.path,
        env=env,
        capture_output=True,
        check=True,
    )
    assert all(32 <= byte < 127 or byte == 10 for byte in done.stdout)
    assert {row["note"] for row in json.loads(done.stdout)} == {record.run.note}


@pytest.mark.parametrize("cores", [2, 4])
def test_reading_many_at_once_gives_what_reading_one_by_one_gives(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    count = 2 * WORTH_A_WORKER + 1
    import_many(repository, count)
    many = read_json(repository)
    assert len(many) == count
    for file in state_folder(repository).iterdir():
        file.unlink()
    again = read(repository).experiments
    assert [(row["name"], row["metrics"]) for row in many] == [(one.name, one.metrics) for one in again]


def test_many_records_that_have_nothing_in_common_are_read(repository: ScratchRepository) -> None:
    count = FEW_COMMITS + 10
    texts = [dump_record(numbered(number)._replace(metrics={f"m{number}": number / 7})) for number in range(count)]
    texts[7], texts[9] = b"schema = ", b"x" * (3 << 20)
    import_texts(repository, texts)
    found = {row["name"]: (row["status"], row["metrics"]) for row in read_json(repository)}
    sound = {f"exp/model/n{number}": ("finished", {f"m{number}": number / 7}) for number in range(count)}
    assert found == sound | dict.fromkeys(("exp/model/n7", "exp/model/n9"), ("damaged", {}))


def import_many(repository: ScratchRepository, count: int) -> None:
    """Makes many experiments quickly."""
    import_texts(repository, [dump_record(numbered(number)) for number in range(count)])


def import_texts(repository: ScratchRepository, records: list[bytes]) -> None:
    """Makes an experiment of each record quickly."""
    stream = []
    for number, record in enumerate(records):
        message = f"x\n\nBranchlab-Run: run-{number}\n"
        stream.append(
            f"commit refs/heads/exp/model/n{number}\ncommitter Ada <a@b> {number} +0000\n"
            f"data {len(message)}\n{message}\nfrom refs/heads/main\n"
            f"M 100644 inline metrics.toml\ndata {len(record)}\n{record.decode()}\n"
        )
    repository.git("fast-import", "--quiet", stdin="".join(stream))


def test_the_kept_answer_follows_every_change_of_the_branches(repository: ScratchRepository) -> None:
    for number in range(6):
        put_experiment(repository, f"exp/model/n{number}", numbered(number))
    assert len(read_json(repository)) == 6
    changes: list[Callable[[], object]] = [
        lambda: put_experiment(repository, "exp/model/newest", numbered(27)),
        lambda: put_experiment(repository, "exp/data/oldest", numbered(0)),
        lambda: repository.git("branch", "-D", "exp/model/n5"),
        lambda: put_experiment(repository, "exp/model/n3", numbered(9)),
        lambda: repository.git("branch", "-m", "exp/model/n2", "exp/tune/renamed"),
        lambda: repository.git("branch", "exp/fix/copy", "exp/model/n1"),
        lambda: repository.git("branch", "-f", "main", "exp/model/n1"),
        lambda: [repository.git("branch", f"exp/fix/c{number}", "exp/model/n4") for number in range(FEW_REFS + 1)],
        lambda: put_experiment(repository, "exp/model/torn", b"schema ="),
        lambda: [repository.git("branch", "-D", one) for one in names(read(repository))],
        lambda: put_experiment(repository, "exp/model/again", numbered(3)),
    ]
    repository.git("switch", "--quiet", "--detach")
    for change in changes:
        change()
        kept = read_json(repository)
        for file in state_folder(repository).glob("index.answer*"):
            file.rename(file.with_suffix(".aside"))
        anew = read_json(repository)
        for file in state_folder(repository).glob("*.aside"):
            file.rename(file.with_suffix(".v1"))
        assert kept == anew
        assert [row["name"] for row in kept] == names(read(repository))


def test_another_naming_rule_changes_the_answer(repository: ScratchRepository) -> None:
    put_experiment(repository, NAME)
    put_experiment(repository, "try/model/x")
    assert [row["name"] for row in read_json(repository)] == [NAME]
    repository.write("branchlab.toml", '[naming]\npattern = "try/{type}/{slug}"\n')
    assert [row["name"] for row in read_json(repository)] == ["try/model/x"]


def test_an_unborn_repository_has_an_empty_catalog(repository: ScratchRepository) -> None:
    repository.git("checkout", "--quiet", "--orphan", "unborn")
    repository.git("branch", "-D", "main")
    assert read(repository) == ((), ())
    assert read_json(repository) == []


def test_a_repository_that_cannot_be_written_is_read(repository: ScratchRepository) -> None:
    put_experiment(repository, NAME)
    state_folder(repository).write_text("a file where the folder should be")  # root is not stopped by modes
    assert names(read(repository)) == [NAME]
    assert len(read_json(repository)) == 1


def test_linked_worktrees_share_one_index(repository: ScratchRepository, tmp_path: Path) -> None:
    put_experiment(repository, NAME)
    repository.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    assert len(branchlab.experiments(path=tmp_path / "linked")) == 1
    assert (state_folder(repository) / "index.v2").exists()


def test_experiments_become_a_data_frame(repository: ScratchRepository) -> None:
    put_experiment(repository, "exp/model/a", numbered(1))
    put_experiment(repository, "exp/model/b", example(metrics={"loss": math.nan}, best={"loss": Best(0.1, 2)}))
    found = branchlab.experiments(path=repository.path)
    frame = found.to_frame()
    assert list(frame.columns[:7]) == ["name", "commit", "status", "started", "seconds", "author", "note"]
    assert list(frame.columns[7:]) == ["params.lr", "metrics.loss", "metrics.accuracy", "best.loss"]
    assert str(frame["started"].dtype).startswith("datetime64")
    assert list(frame["name"]) == ["exp/model/b", "exp/model/a"]
    assert [one.name for one in found[1:]] == ["exp/model/a"]
    assert repr(found) == "<2 experiments: exp/model/b, exp/model/a>"
    assert len(branchlab.experiments("accuracy > 0 author:me", repository.path)) == 1
    assert list(branchlab.experiments("absent=1", repository.path).to_frame().columns[:1]) == ["name"]
