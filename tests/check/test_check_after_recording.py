"""What `branchlab run` and `git commit` with hooks leave is in order, and what was made past the hooks is not."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from command_line import branchlab
from experiments_in_hand import check
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

NAME = "exp/model/wider"
PULL = "origin/main..HEAD"


def train(project: ScratchRepository, rate: float) -> None:
    project.write("params.toml", f"lr = {rate}\n")
    subprocess.run([sys.executable, "train.py"], cwd=project.path, check=True, capture_output=True, timeout=60)


def clone_of(project: ScratchRepository, folder: Path, branch: str) -> ScratchRepository:
    """Clones as a CI job does: no hooks, no cache, nothing installed."""
    subprocess.run(["git", "clone", "-q", "-b", branch, project.path, folder], check=True, capture_output=True)
    return ScratchRepository(folder)


def test_commits_with_hooks_pass_and_one_past_them_fails_until_the_next(
    dvc_project: ScratchRepository, tmp_path: Path
) -> None:
    project = dvc_project
    project.git("switch", "-q", "-c", NAME)
    train(project, 0.4)
    project.git("commit", "-q", "-a", "-m", "wider")
    assert project.git("log", "-1", "--format=%(trailers:key=Branchlab-Run)")
    assert check(project).findings == []
    train(project, 0.3)
    project.git("commit", "-q", "-a", "--no-verify", "-m", "past the hooks")
    found = check(clone_of(project, tmp_path / "before", NAME), PULL)
    assert (found.code, found.kinds) == (1, [("error", "stale", NAME), ("warning", "data", "")])
    project.git("commit", "-q", "--allow-empty", "-m", "caught up")
    found = check(clone_of(project, tmp_path / "after", NAME), PULL)
    assert (found.code, found.kinds) == (0, [("warning", "data", "")])


def test_an_artifact_that_is_no_longer_made_leaves_with_its_pointer(dvc_project: ScratchRepository) -> None:
    project = dvc_project
    project.git("switch", "-q", "-c", NAME)
    train(project, 0.4)
    project.git("commit", "-q", "-a", "-m", "with a model")
    (project.path / "model.bin").unlink()
    script = (project.path / "train.py").read_text().split("    open(")[0]
    project.write("train.py", script)
    train(project, 0.2)
    project.git("commit", "-q", "-a", "-m", "without")
    assert "model.bin.dvc" not in project.git("ls-files")
    assert check(project).findings == []


def test_a_run_with_files_of_its_own_is_in_order(dvc_project: ScratchRepository) -> None:
    script = "import sys; open('results.json', 'w').write('{}'); open('train.py', 'a').write('# seen\\n')"
    said = branchlab(dvc_project.path, "run", "-n", "wider", "--", sys.executable, "-c", script)
    assert said.code == 0, said.err
    assert dvc_project.git("diff", "--name-only", f"{NAME}^", NAME, "--", "results.json", "train.py") != ""
    assert check(dvc_project).findings == []
    assert check(dvc_project, NAME).findings == []


def test_a_commit_that_records_another_project_of_the_repository_is_in_order(project: ScratchRepository) -> None:
    for name in ("a", "b"):
        files = {place: (project.path / place).read_text() for place in ("branchlab.toml", "train.py", "params.toml")}
        project.commit(name, **{f"teams/{name}/{place}": text for place, text in files.items()})
    assert branchlab(project.path, "hooks", "install").code == 0
    project.git("switch", "-q", "-c", NAME)
    for rate, name in ((0.4, "a"), (0.3, "b"), (0.2, "a")):
        train(ScratchRepository(project.path / "teams" / name), rate)
        project.git("commit", "-q", "-a", "-m", name)
        assert f"teams/{name}/metrics.toml" in project.git("show", "--name-only", "--format=")
    for name in ("a", "b"):
        found = check(ScratchRepository(project.path / "teams" / name), "HEAD~3..HEAD")
        assert "trailer" not in [kind for _, kind, _ in found.kinds], found.said
