"""`branchlab run --here`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.record.format import parse_record
from command_line import branchlab, names

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


def test_code_and_record_are_committed_on_the_current_branch_and_status_is_clean(
    dvc_project: ScratchRepository,
) -> None:
    project = dvc_project
    assert branchlab(project.path, "new", "wider").code == 0
    project.write("train.py", (project.path / "train.py").read_text() + "# wider\n")
    said = branchlab(project.path, "run", "--here", "-S", "lr=0.25")
    assert said.code == 0, said.err
    assert project.git("status", "--porcelain") == ""
    assert project.git("symbolic-ref", "--short", "HEAD") == "exp/model/wider"
    assert project.git("rev-list", "--count", "main..HEAD") == "2"
    record = parse_record((project.path / "metrics.toml").read_bytes())
    assert record.run.code == project.git("rev-parse", "HEAD~1")
    assert "# wider" in project.git("show", f"{record.run.code}:train.py")
    assert "lr = 0.25  # keep me" in (project.path / "params.toml").read_text()
    assert (project.path / "model.bin").read_text() == "model 0.25"
    assert names(project.path) == ["exp/model/wider"]


def test_a_failed_command_leaves_the_branch_alone(project: ScratchRepository) -> None:
    assert branchlab(project.path, "new", "wider").code == 0
    said = branchlab(project.path, "run", "--here", "--", "false")
    assert said.code == 1
    assert project.git("rev-parse", "HEAD") == project.git("rev-parse", "main")
    assert project.git("status", "--porcelain") == ""


def test_a_detached_head_is_refused(project: ScratchRepository) -> None:
    project.git("checkout", "-q", "--detach")
    said = branchlab(project.path, "run", "--here")
    assert said.code == 2
    assert "HEAD is detached" in said.err


def test_a_branch_that_moved_meanwhile_is_not_overwritten(project: ScratchRepository) -> None:
    assert branchlab(project.path, "new", "wider").code == 0
    command = "git commit -q --allow-empty -m meanwhile"
    said = branchlab(project.path, "run", "--here", "--", "sh", "-c", command)
    assert said.code in (3, 4)
    assert project.git("log", "-1", "--format=%s") == "meanwhile"
    said = branchlab(project.path, "record", "-n", "kept")
    assert said.code == 0, said.err
    assert names(project.path) == ["exp/model/kept"]


def test_metric_files_and_the_lock_file_are_committed_with_the_record_and_edits_are_not(
    project: ScratchRepository,
) -> None:
    script = "for name in ('m.json', 'dvc.lock', 'notes.txt'): open(name, 'w').write('{\"mse\": 0.5}')\n"
    project.write("train.py", script)
    project.write("notes.txt", "mine\n")
    project.write("branchlab.toml", '[project]\ncommand = "python train.py"\ncollect = ["m.json"]\n')
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "a script that writes")
    said = branchlab(project.path, "run", "--here")
    assert said.code == 0, said.err
    assert project.git("status", "--porcelain").split() == ["M", "notes.txt"]
    assert project.git("show", "--name-only", "--format=", "HEAD").split() == ["dvc.lock", "m.json", "metrics.toml"]
