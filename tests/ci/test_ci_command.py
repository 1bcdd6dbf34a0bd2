"""`branchlab ci` from end to end: exit codes, every format in one call, and a report whatever stands in the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from branchlab.record.format import dump_record
from branchlab.report.gate_markdown import SUMMARY
from command_line import branchlab as process
from gated_project import SETTINGS, make_gated, record_here
from reading_project import Answer, branchlab
from sample_records import record
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository

PASS, FAIL, UNKNOWN = 0, 1, 3


@pytest.fixture(autouse=True)
def _no_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    """A CI service that runs these tests has a summary of its own."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.fixture
def gated(repository: ScratchRepository) -> ScratchRepository:
    return make_gated(repository)


def ci(repository: ScratchRepository, *arguments: str) -> Answer:
    return branchlab(repository, "ci", *arguments)


def answer(repository: ScratchRepository, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ci(repository, *arguments, "--json").out)
    return found


def test_a_branch_whose_gates_hold_passes(gated: ScratchRepository) -> None:
    said = ci(gated)
    assert said.code == PASS
    assert said.out.startswith("✓ pass: all 2 gates hold\nexp/model/wider ")
    assert said.words == ""


def test_a_gate_that_fails_is_named_with_its_reason(gated: ScratchRepository) -> None:
    said = ci(gated, "--gate", "accuracy max_regression 1%")
    assert said.code == FAIL
    assert said.out.startswith("✗ fail: 1 of 3 gates failed\n")
    assert "accuracy loses at most 1%: 0.91, baseline 0.93" in said.out


def test_the_json_is_what_scripts_rely_on(gated: ScratchRepository) -> None:
    found = answer(gated, "--gate", "size max_regression 0.01%", "--gate", "size goal minimize")
    assert (found["verdict"], found["base"], found["head"]) == ("fail", "main", "exp/model/wider")
    assert found["base_commit"] == gated.git("rev-parse", "main")
    assert found["head_commit"] == gated.git("rev-parse", "HEAD")
    assert {"metric", "rule", "value", "baseline", "passed", "reason"} <= found["gates"][0].keys()
    assert [gate["metric"] for gate in found["gates"] if not gate["passed"]] == ["size"]
    assert {change["name"]: change["verdict"] for change in found["metrics"]} == {"accuracy": "worse", "size": "worse"}
    assert found["params"][0]["name"] == "lr"
    assert found["best"]["accuracy"]["value"] == 0.95
    assert found["code"]["files"][0]["path"] == "train.py"


def test_one_call_writes_every_format(gated: ScratchRepository, tmp_path: Path) -> None:
    out = tmp_path / "reports"
    said = process(
        gated.path,
        *("ci", "--json", "--md", str(out / "r.md"), "--junit", str(out / "j.xml")),
        *("--openmetrics", str(out / "m.txt"), "--svg", str(out / "curves")),
        GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"),
    )
    assert said.code == PASS, said.err
    assert json.loads(said.out)["verdict"] == "pass"
    assert (out / "r.md").read_text().startswith("## ✅ branchlab: all 2 gates hold")
    assert "<testsuites" in (out / "j.xml").read_text()
    assert (out / "m.txt").read_text().endswith("# EOF\n")
    assert [path.name for path in (out / "curves").iterdir()] == ["accuracy.svg"]
    assert (tmp_path / "summary.md").read_text() == (out / "r.md").read_text()


def test_files_are_relative_to_the_folder_of_the_caller(gated: ScratchRepository) -> None:
    (gated.path / "sub").mkdir()
    said = branchlab(gated, "ci", "--md", "r.md", folder="sub")
    assert said.code == PASS
    assert (gated.path / "sub" / "r.md").exists()


def test_the_summary_of_a_job_is_added_to_and_never_too_long(
    gated: ScratchRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    summary.write_text("x" * SUMMARY)
    assert ci(gated).code == PASS
    assert len(summary.read_text()) <= SUMMARY + 1
    before = "x" * (SUMMARY - 500) + "\n"
    summary.write_text(before)
    assert ci(gated).code == PASS
    text = summary.read_text()
    assert text.startswith(before)
    assert "## ✅" in text
    assert len(text.encode()) <= SUMMARY


def test_a_summary_that_cannot_be_written_stops_nothing(
    gated: ScratchRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    said = ci(gated)
    assert said.code == PASS
    assert "warning: GITHUB_STEP_SUMMARY" in said.words


def unknown_states(make_repository: MakeRepository) -> dict[str, ScratchRepository]:
    """Returns repositories in which nothing can be compared."""
    full = make_gated(make_repository("full"))
    found = {"no commit": make_repository("empty", commit=False), "no settings": make_repository("bare-project")}
    found["no commit"].write("branchlab.toml", SETTINGS)
    for name in ("shallow", "no record", "damaged record", "broken settings"):
        path = full.path.parent / name
        full.git("clone", "-q", *(["--depth=1"] if name == "shallow" else []), f"file://{full.path}", str(path))
        found[name] = ScratchRepository(path)
    found["no record"].git("rm", "-q", "metrics.toml")
    found["no record"].commit("removed")
    found["damaged record"].commit("damaged", **{"metrics.toml": "[run\n"})
    found["broken settings"].commit("broken", **{"branchlab.toml": "[metrics.accuracy]\nthreshold = 7\n"})
    return found


def test_what_cannot_be_compared_is_said_in_every_format(make_repository: MakeRepository, tmp_path: Path) -> None:
    for name, repository in unknown_states(make_repository).items():
        files = {kind: str(tmp_path / f"{name}.{kind}") for kind in ("md", "junit", "openmetrics")}
        said = ci(repository, "--json", *(part for kind in files for part in (f"--{kind}", files[kind])))
        assert said.code == UNKNOWN, name
        found = json.loads(said.out)
        assert (found["verdict"], found["gates"]) == ("unknown", []), name
        assert found["reason"], name
        assert said.words.startswith(f"branchlab: error: {found['reason']}"), name
        assert "could not compare" in (tmp_path / f"{name}.md").read_text(), name
        assert "<error " in (tmp_path / f"{name}.junit").read_text(), name
        assert 'verdict="unknown"' in (tmp_path / f"{name}.openmetrics").read_text(), name
        assert "Traceback" not in said.words, name


def test_a_shallow_clone_passes_nothing_that_it_cannot_see(gated: ScratchRepository) -> None:
    path = gated.path.parent / "clone"
    gated.git("clone", "-q", "--depth=3", "--no-single-branch", f"file://{gated.path}", str(path))
    clone = ScratchRepository(path)
    assert ci(clone).code == PASS
    loose = ("--gate", "accuracy max_regression_from_best 10%")
    found = answer(clone, *loose)
    assert found["verdict"] == "unknown"
    assert [gate["kind"] for gate in found["gates"] if not gate["passed"]] == ["best_regression"]
    strict = answer(clone, "--gate", "accuracy max_regression_from_best 0.1%")
    assert strict["verdict"] == "fail", "what is here is enough to say no"
    fetched = answer(clone, *loose, "--fetch", "origin")
    assert fetched["verdict"] == "pass", fetched["reason"]


def test_what_github_checks_out_is_judged_as_the_branch(
    gated: ScratchRepository, make_repository: MakeRepository
) -> None:
    head, left = gated.git("rev-parse", "HEAD"), gated.git("rev-parse", "main")
    gated.git("switch", "-q", "main")
    gated.commit("main goes on", **{"README.md": "more"})
    gated.git("checkout", "-q", "--detach")
    gated.git("merge", "-q", "--no-ff", "-m", f"Merge {head} into {gated.git('rev-parse', 'main')}", head)
    gated.git("update-ref", "refs/pull/7/merge", "HEAD")
    job = make_repository("job", commit=False)
    job.git("remote", "add", "origin", f"file://{gated.path}")
    job.git("fetch", "-q", "--depth=1", "origin", "+refs/pull/7/merge:refs/remotes/pull/7/merge")
    job.git("checkout", "-q", "--detach", "refs/remotes/pull/7/merge")
    alone = ci(job)
    assert alone.code == UNKNOWN
    assert "shallow" in alone.words
    found = answer(job, "--fetch", "origin")
    assert (found["verdict"], found["head_commit"], found["base_commit"]) == ("pass", head, left), found["reason"]
    assert not found["stale"]


def test_old_data_that_a_shallow_clone_makes_look_new_is_no_pass(
    gated: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z")
    gated.git("switch", "-q", "main")
    gated.commit("data", **{"data.csv": "x"})
    monkeypatch.delenv("GIT_AUTHOR_DATE")
    gated.commit("settings", **{"branchlab.toml": SETTINGS + '[ci]\nmax_age = { "data.csv" = "30d" }\n'})
    for number in range(3):
        gated.commit(f"more {number}")
    gated.git("switch", "-q", "-c", "exp/data/old")
    record_here(gated, 9, 0.95)
    assert answer(gated)["verdict"] == "fail"
    path = gated.path.parent / "clone"
    gated.git("clone", "-q", "--depth=3", "--no-single-branch", f"file://{gated.path}", str(path))
    found = answer(ScratchRepository(path))
    assert found["verdict"] == "unknown"
    assert found["ages"]["data.csv"]["at_least"]


def test_a_branch_that_loosens_a_gate_is_seen_to_do_so(gated: ScratchRepository) -> None:
    gated.write("branchlab.toml", SETTINGS.replace(">= 0.90", ">= 0.50"))
    record_here(gated, 4, 0.6)
    found = answer(gated)
    assert found["verdict"] == "pass"
    assert found["gates_changed"] == [{"name": "metrics.accuracy.threshold", "base": ">= 0.90", "head": ">= 0.50"}]
    assert "changed gates" in ci(gated).out


def test_code_that_was_not_measured_does_not_pass(gated: ScratchRepository) -> None:
    gated.commit("more", **{"train.py": "print('never measured')\n"})
    found = answer(gated)
    assert found["stale"]
    assert [gate["kind"] for gate in found["gates"] if not gate["passed"]] == ["record"]


def test_numbers_are_the_same_on_a_laptop_and_in_a_clone(gated: ScratchRepository) -> None:
    path = gated.path.parent / "clone"
    gated.git("clone", "-q", f"file://{gated.path}", str(path))
    clone = ScratchRepository(path)
    clone.git("checkout", "-q", "--detach", "origin/exp/model/wider")
    clone.git("branch", "-q", "-D", "exp/model/wider")
    here, there = answer(gated), answer(clone)
    assert here == there


def test_a_project_in_a_folder_is_judged_by_its_own_record(repository: ScratchRepository) -> None:
    repository.write("sub/branchlab.toml", SETTINGS)
    repository.commit("start")
    repository.git("switch", "-q", "-c", "exp/model/wider")
    record_here(repository, 1, 0.95)
    for name in ("metrics.toml", "metrics"):
        repository.git("mv", name, f"sub/{name}")
    repository.commit("moved\n\nBranchlab-Run: 20261120T230115-7f3a91")
    found = json.loads(branchlab(repository, "ci", "--json", folder="sub").out)
    assert [gate["passed"] for gate in found["gates"] if gate["metric"] == "accuracy"] == [True]


def test_no_branch_is_touched_and_nothing_is_written(gated: ScratchRepository) -> None:
    before = gated.git("for-each-ref"), gated.git("status", "--porcelain", "--ignored")
    assert ci(gated).code == PASS
    assert (gated.git("for-each-ref"), gated.git("status", "--porcelain", "--ignored")) == before


def test_the_first_commit_is_judged_by_what_needs_no_base(make_repository: MakeRepository) -> None:
    repository = make_repository(commit=False)
    repository.write("branchlab.toml", SETTINGS)
    repository.write("metrics.toml", dump_record(record()))
    repository.commit("first\n\nBranchlab-Run: 20261120T230115-7f3a91")
    said = ci(repository)
    assert said.code == PASS
    assert "the first commit: there is nothing to compare it with" in said.out
    found = answer(repository, "--gate", "accuracy max_regression 1%")
    assert (found["verdict"], found["base_commit"]) == ("fail", None)


@pytest.mark.parametrize("remote", ["origin", "upstream"])
def test_a_branch_that_only_the_remote_has_is_fetched_and_judged(gated: ScratchRepository, remote: str) -> None:
    head = gated.git("rev-parse", "HEAD")
    path = gated.path.parent / "clone"
    gated.git("clone", "-q", "--depth=1", "--branch=main", f"--origin={remote}", f"file://{gated.path}", str(path))
    found = answer(ScratchRepository(path), "--fetch", remote, "--head", "exp/model/wider")
    assert (found["verdict"], found["head_commit"]) == ("pass", head), found["reason"]


def test_a_named_branch_is_judged_by_its_own_gates(gated: ScratchRepository) -> None:
    gated.write("branchlab.toml", SETTINGS.replace(">= 0.90", ">= 0.50"))
    record_here(gated, 4, 0.6)
    there = answer(gated)
    gated.git("switch", "-q", "main")
    assert answer(gated, "--head", "exp/model/wider") == there
    assert answer(gated, "--head", "wider") == there
    assert there["gates_changed"]
    gated.write("branchlab.toml", "[nonsense]\n")
    broken = gated.commit("broken")
    gated.git("switch", "-q", "exp/model/wider")
    assert answer(gated, "--head", broken)["reason"].startswith("main:branchlab.toml: ")


def test_gates_that_the_baseline_changed_are_no_change_of_a_branch_that_a_service_merged(
    gated: ScratchRepository,
) -> None:
    alone = answer(gated)
    gated.git("switch", "-q", "main")
    gated.commit("stricter", **{"branchlab.toml": SETTINGS.replace(">= 0.90", ">= 0.99")})
    gated.git("checkout", "-q", "--detach")
    gated.git("merge", "-q", "--no-ff", "--no-edit", "exp/model/wider")
    merged = answer(gated)
    assert (merged["gates_changed"], merged["gates"]) == ([], alone["gates"])


def test_a_report_that_cannot_be_written_keeps_no_other_back(gated: ScratchRepository, tmp_path: Path) -> None:
    junit, taken = tmp_path / "j.xml", tmp_path / "taken"
    taken.write_text("a file")
    asked = ("--md", str(tmp_path), "--junit", str(junit), "--svg", str(taken))
    said = ci(gated, "--json", *asked)
    assert said.code == UNKNOWN
    assert json.loads(said.out)["verdict"] == "pass"
    assert [line.partition(f"{tmp_path}")[0] for line in said.words.splitlines()] == ["branchlab: error: "] * 2
    assert junit.exists()
    assert ci(gated, "--gate", "accuracy >= 1", *asked).code == FAIL


def test_a_disk_that_is_full_names_the_report(gated: ScratchRepository) -> None:
    assert ci(gated, "--md", "/dev/full").words.startswith("branchlab: error: /dev/full: No space left on device")


def test_a_folder_for_a_report_is_no_report(gated: ScratchRepository, tmp_path: Path) -> None:
    said = ci(gated, "--md", f"{tmp_path}/out/")
    assert (said.code, "Is a directory" in said.words) == (UNKNOWN, True)


def test_a_report_without_a_name_is_refused_and_a_side_without_one_is_the_usual(gated: ScratchRepository) -> None:
    for option in ("--md", "--junit", "--openmetrics", "--svg", "--fetch"):
        said = ci(gated, option, "")
        assert (said.code, said.out) == (2, ""), option
        assert f"{option} is empty" in said.words
    assert answer(gated, "--base", "", "--head", "") == answer(gated)


def test_two_dashes_are_a_value_like_any_other(gated: ScratchRepository) -> None:
    assert "--gate '--' is no gate" in ci(gated, "--gate=--").words
