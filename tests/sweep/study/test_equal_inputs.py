"""Equal inputs are the same digest in every clone, anything that could change the outcome is another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from branchlab.running.source import source_from_commit
from branchlab.sweep.inputs import Finished, code_digest, data_digests, inputs_digest
from experiment_branches import put_experiment
from scratch_repository import ScratchRepository
from sweep_trials import branch_of, put_live, put_trial, trial_record, workspace_of

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.experiment import Experiment

SETTINGS = '[project]\nnot_code = ["README.md"]\ndata = ["raw.csv"]\nartifacts = ["model.bin"]\n'
INPUTS: dict[str, Any] = {
    "code": "c",
    "params": {"lr": 0.1, "model": {"depth": 2}},
    "data": {"a": "1"},
    "command": ["x"],
}


@pytest.fixture
def project(repository: ScratchRepository) -> ScratchRepository:
    files = {"branchlab.toml": SETTINGS, "params.toml": "lr = 0.1\n", "train.py": "pass\n", "src/model.py": "pass\n"}
    repository.commit("project", **files)
    return repository


def code(repository: ScratchRepository) -> str:
    return code_digest(workspace_of(repository), repository.git("rev-parse", "HEAD"), ["sweep.toml"])


@pytest.mark.parametrize(
    "path", ["params.toml", "sweep.toml", "README.md", "metrics.toml", "metrics/history.csv", "model.bin.dvc"]
)
def test_what_is_no_code_does_not_count(project: ScratchRepository, path: str) -> None:
    before = code(project)
    project.write(path, "changed")
    project.commit()
    assert code(project) == before


@pytest.mark.parametrize("path", ["train.py", "src/model.py", "src/new.py", "other.toml"])
def test_any_other_file_counts(project: ScratchRepository, path: str) -> None:
    before = code(project)
    project.write(path, "changed")
    project.commit()
    assert code(project) != before


def test_a_sweep_file_of_another_name_is_left_out_when_it_is_named(project: ScratchRepository) -> None:
    before = code(project)
    project.commit(**{"deep.toml": "[sweep]\n"})
    assert code_digest(workspace_of(project), "HEAD", ["deep.toml"]) == before != code(project)


def test_a_clone_has_the_same_code(project: ScratchRepository, tmp_path: Path) -> None:
    project.git("clone", "--quiet", ".", str(tmp_path / "other"))
    assert code(ScratchRepository(tmp_path / "other")) == code(project)


def test_data_beside_dvc_counts_by_its_content(project: ScratchRepository) -> None:
    source = source_from_commit(workspace_of(project), project.git("rev-parse", "HEAD"))
    assert data_digests(workspace_of(project), source) == {}
    project.write("raw.csv", "a\n")
    before = data_digests(workspace_of(project), source)
    project.write("raw.csv", "b\n")
    assert before == {"raw.csv": "60b725f10c9c85c70d97880dfe8191b3"} != data_digests(workspace_of(project), source)


def test_the_order_and_nesting_of_parameters_do_not_count() -> None:
    assert inputs_digest(**INPUTS) == inputs_digest(**{**INPUTS, "params": {"model.depth": 2, "lr": 0.1}})


def test_the_digest_of_equal_inputs_is_that_of_trials_recorded_before() -> None:
    assert inputs_digest(**INPUTS) == "03bc36973d9248e248c233ef2c2bf44d"


@pytest.mark.parametrize(
    "change",
    [
        {"code": "d"},
        {"params": {"lr": 0.1, "model": {"depth": 2.0}}},
        {"params": {"lr": 0.1, "model": {"depth": True}}},
        {"params": {"lr": 0.1}},
        {"data": {"a": "2"}},
        {"command": ["x", ""]},
        {"repeats": ["seed", 1, 2]},
        {"parent": "e" * 40},
    ],
)
def test_each_part_counts(change: dict[str, Any]) -> None:
    assert inputs_digest(**{**INPUTS, **change}) != inputs_digest(**INPUTS)


def _equal(repository: ScratchRepository, inputs: str) -> Experiment | None:
    finished = Finished(workspace_of(repository))
    finished.look()
    return finished.find(inputs)


@pytest.mark.parametrize("place", ["refs/heads", "refs/remotes/origin", "refs/archive"])
def test_an_equal_trial_is_found_anywhere(repository: ScratchRepository, place: str) -> None:
    commit = put_trial(repository, 0, inputs="ab", ref=f"{place}/{branch_of(0)}")
    found = _equal(repository, "ab")
    assert found is not None
    assert found.commit == commit
    assert _equal(repository, "abc") is None


@pytest.mark.parametrize("how", [{"status": "failed"}, {"status": "stopped"}, {"pruned": True}])
def test_a_trial_that_did_not_end_well_is_not_reused(repository: ScratchRepository, how: dict[str, Any]) -> None:
    put_trial(repository, 0, inputs="ab", **how)
    put_live(repository, "run-1", 1, inputs="ab", state={"status": "finished"})
    put_experiment(repository, "exp/tune/later", trial_record(2, inputs="ab"), trailer=False)
    put_experiment(repository, "exp/tune/alike", trial_record(3)._replace(sweep={}, params={"inputs": "ab"}))
    assert _equal(repository, "ab") is None


def test_nothing_equals_a_trial_without_inputs(repository: ScratchRepository) -> None:
    put_trial(repository, 0, inputs="")
    assert _equal(repository, "") is None


@pytest.mark.parametrize("ran", [0, 1])
def test_what_ran_is_found_before_what_repeats_it(repository: ScratchRepository, ran: int) -> None:
    put_trial(repository, 1 - ran, inputs="ab", reused="1" * 40)
    put_trial(repository, ran, inputs="ab")
    found = _equal(repository, "ab")
    assert found is not None
    assert found.trial == ran


def test_later_looks_find_what_came_meanwhile(repository: ScratchRepository) -> None:
    finished = Finished(workspace_of(repository))
    finished.look()
    assert finished.find("ab") is None
    put_trial(repository, 0, inputs="ab")
    assert finished.find("ab") is None
    finished.look()
    found = finished.find("ab")
    assert found is not None
    assert found.name == branch_of(0)
