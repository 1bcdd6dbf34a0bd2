"""What a command wrote and git ignores goes with its worktree; a first run says so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from branchlab.running import overlooked as module
from branchlab.running.place import Place
from branchlab.workspace import open_workspace
from command_line import Said, branchlab

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

NOT_KEPT = "not kept, since git ignores it: "


def ran(repository: ScratchRepository, script: str, *, folder: str = ".", **settings: object) -> Said:
    """Runs a shell script with these settings of the project and returns what was said."""
    lines = [f"{key} = {value!r}".replace("'", '"') for key, value in settings.items()]
    repository.write(f"{folder}/branchlab.toml", "\n".join(["[project]", *lines, ""]))
    said = branchlab(repository.path / folder, "run", "-q", "--", "sh", "-c", script)
    assert said.code == 0, said.err
    return said


@pytest.fixture
def ignoring(repository: ScratchRepository) -> ScratchRepository:
    """A repository that ignores a folder and all models."""
    repository.commit("rules", **{".gitignore": "out/\n*.bin\n__pycache__/\nwandb/\n/data\n.cache\n"})
    return repository


MODEL = "mkdir -p out; echo 1 > out/model.pt; echo '{\"loss\": 1}' > out/metrics.json"


def test_what_is_gone_with_the_worktree_is_named_with_the_place_for_it(ignoring: ScratchRepository) -> None:
    said = ran(ignoring, MODEL)
    assert (
        f"branchlab: {NOT_KEPT}out/metrics.json, out/model.pt; name models and data under project.artifacts" in said.err
    )
    said = ran(ignoring, MODEL, collect=["out/metrics.json"])
    assert f"{NOT_KEPT}out/model.pt; " in said.err
    assert not (ignoring.path / "out").exists()


def test_of_many_files_their_folder_is_named(ignoring: ScratchRepository) -> None:
    said = ran(
        ignoring, "mkdir -p out/deep; for i in 1 2 3; do echo $i > out/deep/$i; echo $i > $i.bin; done; touch 4.bin"
    )
    assert f"{NOT_KEPT}1.bin, 2.bin, 3.bin and 2 more; " in said.err
    said = ran(ignoring, "mkdir -p out/deep; for i in 1 2 3 4; do echo $i > out/deep/$i; done")
    assert f"{NOT_KEPT}out/; " in said.err


def test_of_several_runs_it_is_said_once(ignoring: ScratchRepository) -> None:
    ignoring.commit("parameters", **{"params.toml": "lr = 0.1\n"})
    ignoring.write("branchlab.toml", "")
    said = branchlab(ignoring.path, "run", "-S", "lr=0.2,0.3", "--", "sh", "-c", "touch model.bin")
    assert (said.code, said.err.count(NOT_KEPT)) == (0, 1)


def test_what_other_tools_write_for_themselves_is_no_loss(ignoring: ScratchRepository) -> None:
    script = (
        "mkdir -p src/__pycache__ wandb/run out/logs out/empty .cache; "
        "touch src/__pycache__/a.pyc wandb/run/x out/logs/y out/train.log .cache/z; ln -s /dev/null out.bin"
    )
    assert NOT_KEPT not in ran(ignoring, script).err


def test_what_was_linked_or_is_known_to_the_record_is_no_loss(ignoring: ScratchRepository) -> None:
    ignoring.write("data/train.csv", "1\n")
    ignoring.write("raw.bin", "1\n")
    assert NOT_KEPT not in ran(ignoring, "cat data/train.csv raw.bin", link=["data/", "raw.bin"]).err
    assert NOT_KEPT not in ran(ignoring, "echo 2 > raw.bin", data=["raw.bin"]).err
    assert NOT_KEPT not in ran(ignoring, "mkdir parts; echo 2 > parts/raw.bin", data=["parts"]).err


def test_nothing_is_said_to_who_has_named_an_output(dvc_project: ScratchRepository) -> None:
    dvc_project.commit("rules", **{".gitignore": "*.bin\n"})
    script = "echo 1 > other.bin; echo 2 > model.bin"
    assert NOT_KEPT not in ran(dvc_project, script, artifacts=["model.bin"]).err
    said = ran(dvc_project, script, artifacts=["third.bin"])  # which it did not make
    assert f"{NOT_KEPT}model.bin, other.bin; " in said.err


def test_in_a_project_below_the_top_paths_are_its_own(ignoring: ScratchRepository) -> None:
    ignoring.commit("project", **{"sub/code.py": "1\n"})
    said = ran(ignoring, "mkdir -p out; touch out/m ../top.bin", folder="sub")
    assert f"{NOT_KEPT}out/m; " in said.err


def test_a_folder_of_very_many_files_is_not_read_to_its_end(
    ignoring: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in range(9):
        ignoring.write(f"out/{folder}/file", "1")
    listed: list[str] = []
    scan = os.scandir

    def counted(path: str) -> object:
        listed.append(path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", counted)
    place = Place.of(str(ignoring.path), "", own=True)
    (line,) = module.overlooked(open_workspace(str(ignoring.path)), place, ("out/",), ())
    assert line.startswith(f"{NOT_KEPT}out/; ")
    assert len(listed) == 5  # the folder, and four of those in it


def test_the_users_own_tree_keeps_what_it_has(ignoring: ScratchRepository) -> None:
    ignoring.commit("settings", **{"branchlab.toml": ""})
    ignoring.git("switch", "-q", "-c", "exp/model/here")
    said = branchlab(ignoring.path, "run", "--here", "-q", "--", "sh", "-c", "touch model.bin")
    assert (said.code, NOT_KEPT in said.err) == (0, False)
    assert (ignoring.path / "model.bin").exists()
