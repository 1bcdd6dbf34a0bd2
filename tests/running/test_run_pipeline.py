"""`branchlab run -- dvc repro`: what the stages made is output, with the digests of this run."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from branchlab.data.pointer import Output
from branchlab.record.format import parse_record
from branchlab.running.pipelines import pipeline_outputs
from branchlab.running.place import Place
from branchlab.workspace import open_workspace
from command_line import branchlab

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.record.model import Record
    from scratch_repository import ScratchRepository

LOCK = """\
schema: '2.0'
stages:
  a:
    cmd: x
    outs:
    - path: part
      hash: md5
      md5: {}
      size: 3
"""
PIPELINE = """\
stages:
  prepare:
    cmd: cp params.toml part.txt
    deps: [params.toml]
    outs: [part.txt]
  train:
    cmd: cp part.txt m.toml
    deps: [part.txt]
    metrics:
      - m.toml:
          cache: false
"""
SETTINGS = '[project]\ncommand = "python -m dvc repro"\ncollect = ["m.toml"]\n[metrics.lr]\ngoal = "minimize"\n'
OLD, NEW = "a1" * 16, "b2" * 16


def record_of(project: ScratchRepository, commit: str) -> Record:
    return parse_record(project.git("show", f"{commit}:metrics.toml").encode())


def test_what_stages_made_is_output_of_this_run_and_values_compare(dvc_project: ScratchRepository) -> None:
    project = dvc_project
    project.write("dvc.yaml", PIPELINE)
    project.write("branchlab.toml", SETTINGS)
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "a pipeline")
    python = os.path.dirname(sys.executable)
    environment = {"PATH": f"{python}{os.pathsep}{os.environ['PATH']}", "DVC_NO_ANALYTICS": "1"}
    assert branchlab(project.path, "run", "--here", **environment).code == 0
    said = branchlab(project.path, "run", "-S", "lr=0.25", "-n", "other", **environment)
    assert said.code == 0, said.err
    first, second = record_of(project, "main").data["part.txt"], record_of(project, "exp/model/other").data["part.txt"]
    assert first.output
    assert second.output
    assert first.md5 != second.md5
    assert "better" in branchlab(project.path, "diff", "other", "main").out
    assert branchlab(project.path, "apply", "other").code == 0
    assert (project.path / "dvc.lock").read_text().startswith("schema: '2.0'")


@pytest.mark.parametrize("command", [("dvc", "repro"), ("python", "-m", "dvc", "repro"), ("/usr/bin/dvc", "repro")])
def test_the_lock_file_that_the_run_left_counts(
    repository: ScratchRepository, tmp_path: Path, command: tuple[str, ...]
) -> None:
    workspace = open_workspace(str(repository.path))
    before = [Output("part", OLD, 3, pointer="dvc.lock"), Output("raw", OLD, 3, pointer="raw.dvc")]
    lock = tmp_path / "dvc.lock"
    lock.write_text(LOCK.format(NEW))
    place = Place(str(tmp_path), str(tmp_path), own=True)
    assert [(one.path, one.md5) for one in pipeline_outputs(workspace, command, place, before)] == [("part", NEW)]
    assert pipeline_outputs(workspace, command, None, before) == before[:1]
    lock.write_text("[")
    assert pipeline_outputs(workspace, command, place, before) == before[:1]


def test_to_a_command_that_is_not_dvc_they_are_what_it_read(repository: ScratchRepository, tmp_path: Path) -> None:
    (tmp_path / "dvc.lock").write_text(LOCK.format(NEW))
    place = Place(str(tmp_path), str(tmp_path), own=True)
    assert pipeline_outputs(open_workspace(str(repository.path)), ("python", "dvc.py"), place, []) == []
