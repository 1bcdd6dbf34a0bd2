"""What the commits under test hold, the past of the baseline, and how old data is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.ci.ages import data_ages
from branchlab.ci.best import best_ever, read_baseline, trend_of
from branchlab.ci.revisions import find_revisions
from branchlab.ci.rules import changed_rules
from branchlab.ci.sides import read_held
from branchlab.git.codetree import code_tree
from branchlab.project import MetricRule, Settings
from branchlab.record.format import dump_record, parse_record
from branchlab.record.model import DataFile
from branchlab.workspace import open_workspace
from gated_project import SETTINGS, make_gated, record_here
from sample_records import record

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.ci.ages import Aged
    from branchlab.ci.sides import Held
    from scratch_repository import ScratchRepository

RULES = Settings(metrics={"accuracy": MetricRule("maximize", "optimize"), "size": MetricRule("minimize")})
DAY = 86_400
SIGNER = """\
#!/bin/sh
cat >/dev/null 2>&1
case "$*" in
  *--verify*) echo "[GNUPG:] GOODSIG 1 somebody"; echo "gpg: Good signature" >&2 ;;
  *)
    echo "[GNUPG:] SIG_CREATED D" >&2
    printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n'
    ;;
esac
"""
LOCK = """\
schema: '2.0'
stages:
  split:
    cmd: x
    outs:
    - path: data/train.csv
      hash: md5
      md5: {}
      size: 1
"""


@pytest.fixture
def gated(repository: ScratchRepository) -> ScratchRepository:
    return make_gated(repository)


def held(repository: ScratchRepository, head: str = "HEAD") -> Held:
    workspace = open_workspace(str(repository.path))
    return read_held(workspace, find_revisions(workspace, head, head).head)


def test_a_commit_holds_its_record_and_curves(gated: ScratchRepository) -> None:
    found = held(gated)
    assert found.recorded
    assert found.side.record.metrics["accuracy"] == 0.91
    assert len(found.curves.columns["accuracy"]) == 4
    assert not found.side.stale


def test_damaged_curves_cost_the_curves_and_not_the_rest(gated: ScratchRepository) -> None:
    gated.write("metrics/history.csv", "step,seconds,accuracy\n<<<<<<< ours\n")
    gated.commit("damaged")
    found = held(gated)
    assert found.recorded
    assert "conflict markers" in found.problem
    assert found.curves.columns == {}


def test_without_a_record_the_parameters_are_those_of_the_files(repository: ScratchRepository) -> None:
    repository.commit("start", **{"branchlab.toml": SETTINGS, "params.toml": "lr = 0.25\n"})
    found = held(repository)
    assert not found.recorded
    assert found.side.record.params == {"lr": 0.25}


def test_a_record_belongs_to_its_code_after_a_squash(gated: ScratchRepository) -> None:
    gated.git("switch", "-q", "main")
    gated.git("merge", "-q", "--squash", "exp/model/wider")
    gated.git("commit", "-q", "-m", "squashed")
    assert not held(gated).side.stale


def test_a_record_is_stale_once_the_code_changed(gated: ScratchRepository) -> None:
    gated.commit("more", **{"train.py": "print('other')\n"})
    assert held(gated).side.stale


def test_a_record_beside_its_code_is_stale_when_the_tree_is_another(gated: ScratchRepository) -> None:
    repository = open_workspace(str(gated.path)).repository
    tree = code_tree(repository, "HEAD", ["metrics.toml", "metrics"])
    made = record(run={"id": "by-hand", "code": "", "tree": tree})
    gated.write("metrics.toml", dump_record(made))
    gated.commit("by hand\n\nBranchlab-Run: by-hand")
    assert not held(gated).side.stale
    gated.commit("amended\n\nBranchlab-Run: by-hand", **{"train.py": "print('other')\n"})
    assert held(gated).side.stale


def test_a_merged_record_is_stale(gated: ScratchRepository) -> None:
    made = parse_record((gated.path / "metrics.toml").read_bytes())
    gated.write("metrics.toml", dump_record(made._replace(run=made.run._replace(merged=("one", "other")))))
    gated.commit(f"merged\n\nBranchlab-Run: {made.run.id}")
    assert held(gated).side.stale


def test_the_best_ever_is_the_best_that_may_be_compared(gated: ScratchRepository) -> None:
    gated.git("switch", "-q", "main")
    record_here(gated, 4, 0.99, data={"data/train.csv": DataFile("f" * 32, 1)})
    record_here(gated, 5, 0.97, run={"status": "failed"})
    record_here(gated, 6, 0.98, run={"merged": ("one",)})
    record_here(gated, 7, float("nan"))
    past = read_baseline(open_workspace(str(gated.path)), "main")
    best = best_ever(past.records, record(), RULES)
    assert best["accuracy"].value == 0.95
    assert best["accuracy"].commit == gated.git("log", "--format=%H", "--grep=^run 1$", "main")
    assert best["size"].value == 7001, "smaller is better"
    other = best_ever(past.records, record(data={"data/train.csv": DataFile("0" * 32, 1)}), RULES)
    assert other["accuracy"].value == 0.99, "a gate can tell that it is on other data"
    assert trend_of(past.records, "accuracy")[:3] == [0.95, 0.93, 0.99]
    assert not past.cut


def test_a_damaged_record_of_the_past_is_passed_over(gated: ScratchRepository) -> None:
    gated.git("switch", "-q", "main")
    gated.commit("damaged", **{"metrics.toml": "this is no TOML"})
    gated.git("rm", "-q", "metrics.toml")
    gated.commit("removed")
    past = read_baseline(open_workspace(str(gated.path)), "main")
    assert [item.record.metrics["accuracy"] for item in past.records] == [0.93, 0.95]


def test_of_equal_values_the_oldest_is_the_best_ever(gated: ScratchRepository) -> None:
    gated.git("switch", "-q", "main")
    record_here(gated, 8, 0.95)
    past = read_baseline(open_workspace(str(gated.path)), "main")
    assert best_ever(past.records, record(), RULES)["accuracy"].commit == past.records[-1].commit


def pointer(digest: str, path: str = "train.csv", extra: str = "") -> str:
    return f"outs:\n- md5: {digest}\n  size: 1\n  hash: md5\n  path: {path}\n{extra}"


def commit_at(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch, day: int, **files: str) -> str:
    monkeypatch.setenv("GIT_AUTHOR_DATE", f"@{day * DAY + DAY} +0000")
    return repository.commit(f"day {day}", **files)


def age(repository: ScratchRepository, path: str) -> Aged:
    return data_ages(open_workspace(str(repository.path)), "HEAD", [path], 101 * DAY)[path]


def test_data_is_as_old_as_its_content(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    commit_at(repository, monkeypatch, 10, **{"data/train.csv.dvc": pointer("a" * 32)})
    since = commit_at(repository, monkeypatch, 60, **{"data/train.csv.dvc": pointer("b" * 32)})
    commit_at(repository, monkeypatch, 90, **{"data/train.csv.dvc": pointer("b" * 32, extra="desc: the rows\n")})
    found = age(repository, "data/train.csv")
    assert found.age == ("data/train.csv", 40 * DAY, since)
    assert not found.cut


@pytest.mark.parametrize(
    ("path", "name", "content"),
    [
        ("data/train.csv", "data/train.csv", "{}"),
        ("data/train.csv", "data.dvc", "outs:\n- md5: {}.dir\n  size: 1\n  nfiles: 1\n  hash: md5\n  path: data\n"),
        ("data/train.csv", "dvc.lock", LOCK),
    ],
)
def test_data_is_found_in_git_in_a_folder_and_in_a_pipeline(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch, path: str, name: str, content: str
) -> None:
    commit_at(repository, monkeypatch, 10, **{name: content.format("a" * 32)})
    since = commit_at(repository, monkeypatch, 60, **{name: content.format("b" * 32)})
    commit_at(repository, monkeypatch, 90, **{"other.txt": "x"})
    assert age(repository, path).age == (path, 40 * DAY, since)


def test_a_rebase_makes_data_no_fresher(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.git("switch", "-q", "-c", "exp/data/rows")
    commit_at(repository, monkeypatch, 10, **{"data/train.csv.dvc": pointer("a" * 32)})
    repository.git("switch", "-q", "main")
    commit_at(repository, monkeypatch, 90, **{"other.txt": "x"})
    monkeypatch.delenv("GIT_AUTHOR_DATE")
    repository.git("rebase", "-q", "main", "exp/data/rows")
    assert age(repository, "data/train.csv").age.seconds == 90 * DAY


def test_data_that_nobody_knows_has_no_age(repository: ScratchRepository) -> None:
    repository.commit("damaged", **{"data/train.csv.dvc": "outs: 7\n"})
    assert age(repository, "data/train.csv").age == ("data/train.csv", None, "")


def test_a_clock_that_runs_ahead_makes_data_new(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    commit_at(repository, monkeypatch, 500, **{"data.csv": "x"})
    assert age(repository, "data.csv").age.seconds == 0


def test_gates_that_a_branch_changed_are_seen() -> None:
    now = Settings(metrics={"accuracy": MetricRule("maximize", "optimize", ">= 0.80", why="other words")})
    changed = changed_rules(SETTINGS.encode(), now)
    assert [(rule.name, rule.b, rule.a) for rule in changed] == [
        ("metrics.accuracy.threshold", ">= 0.90", ">= 0.80"),
        ("metrics.size.goal", "minimize", None),
    ]
    assert changed_rules(None, now) == ()
    assert changed_rules(b"[", now) == ()


def test_signatures_that_git_shows_are_no_age(repository: ScratchRepository, tmp_path: Path) -> None:
    program = tmp_path / "gpg"
    program.write_text(SIGNER)
    program.chmod(0o755)
    repository.git("config", "gpg.program", str(program))
    repository.write("data.csv", "x")
    repository.git("add", "data.csv")
    repository.git("commit", "-q", "-S", "-m", "signed")
    repository.git("config", "log.showSignature", "true")
    assert age(repository, "data.csv").age.seconds is not None
