"""The lines that `init` writes into `.gitattributes`, as git reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.workspace import open_workspace
from branchlab_hooks.attributes import missing_attributes, write_attributes
from command_line import branchlab

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


def driver(repository: ScratchRepository, path: str, kind: str = "merge") -> str:
    return repository.git("check-attr", kind, "--", path).rpartition(": ")[2]


def test_each_file_has_the_driver_for_its_kind(repository: ScratchRepository) -> None:
    assert branchlab(repository.path, "init", "--no-dvc").code == 0
    found = {path: driver(repository, path) for path in ("metrics.toml", "metrics/plots/roc.csv", "params.toml")}
    assert found == {
        "metrics.toml": "branchlab",
        "metrics/plots/roc.csv": "branchlab-outputs",
        "params.toml": "branchlab-params",
    }
    assert driver(repository, "metrics.toml", "diff") == "branchlab"
    assert driver(repository, "data/raw/x.csv.dvc") == driver(repository, "dvc.lock") == "branchlab-pointers"
    assert driver(repository, "metrics/output.log.dvc") == "branchlab-outputs"
    assert driver(repository, "sub/params.toml") == driver(repository, "train.py") == "unspecified"
    assert missing_attributes(open_workspace(str(repository.path))) == []


@pytest.mark.parametrize("path", ["my params.toml", 'a"b.toml', "a[b]*.toml", "grö\\ße.toml", "a\tb.yaml", "!x.toml"])
def test_a_file_with_an_odd_name_has_its_driver(repository: ScratchRepository, path: str) -> None:
    quoted = path.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    repository.write("branchlab.toml", f'[project]\nparams = ["{quoted}"]\n')
    workspace = open_workspace(str(repository.path))
    assert write_attributes(workspace)
    assert driver(repository, path) == "branchlab-params"
    assert driver(repository, "ab.toml") == "unspecified"
    assert not write_attributes(workspace)


def test_a_team_that_merges_its_pointers_in_its_own_way_keeps_it(repository: ScratchRepository) -> None:
    repository.write(".gitattributes", "*.dvc merge=dvc\r\n")
    assert write_attributes(open_workspace(str(repository.path)))
    assert driver(repository, "data.dvc") == "dvc"
    assert driver(repository, "metrics/output.log.dvc") == "branchlab-outputs"


def test_a_parameter_file_that_came_later_gets_its_line(repository: ScratchRepository) -> None:
    write_attributes(open_workspace(str(repository.path)))
    repository.write("branchlab.toml", '[project]\nparams = ["params.toml", "more.yaml"]\n')
    workspace = open_workspace(str(repository.path))
    assert missing_attributes(workspace) == ["/more.yaml merge=branchlab-params"]
    assert write_attributes(workspace)
    assert driver(repository, "more.yaml") == "branchlab-params"
