"""The set-ups that docs/ci.md shows work as they stand there, but for installing."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from pull_request import Origin, origin

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

__all__ = ["origin"]  # a fixture that pytest finds here

PAGE = (Path(__file__).parents[2] / "docs/ci.md").read_text()
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def block(beginning: str) -> str:
    (found,) = [text for _, text in BLOCKS if text.startswith(beginning)]
    return found


def shell(folder: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def gitlab_checkout(origin: Origin, folder: Path) -> ScratchRepository:
    """Checks out the head of a merge request as a runner does: twenty commits, no branch."""
    clone = origin.checkout(folder)
    clone.git("fetch", "-q", "--depth=20", "origin", "+refs/heads/exp/model/worse:refs/pipelines/1")
    clone.git("checkout", "-q", "--force", "refs/pipelines/1")
    return clone


def test_the_gitlab_job_fails_a_worse_model_and_leaves_its_reports(origin: Origin, tmp_path: Path) -> None:
    job: dict[str, Any] = YAML(typ="safe").load(block("# .gitlab-ci.yml"))["experiments"]
    lines = [line for line in job["script"] if not line.startswith("pip install")]
    assert len(lines) == len(job["script"]) - 1
    clone = gitlab_checkout(origin, tmp_path / "clone")
    variables = {"CI_DEFAULT_BRANCH": "main", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    done = shell(clone.path, "\n".join(lines), **variables)
    assert done.returncode == 1, done.stdout + done.stderr
    reports = job["artifacts"]["reports"]
    assert "<failure" in (clone.path / reports["junit"]).read_text()
    names = {family.name for family in text_string_to_metric_families((clone.path / reports["metrics"]).read_text())}
    assert names
    for path in job["artifacts"]["paths"]:
        assert (clone.path / path).exists()


def test_the_shell_lines_fail_a_worse_model(origin: Origin, tmp_path: Path) -> None:
    script = block("git clone --depth 1").replace("ADDRESS", f"file://{origin.bare.path}")
    folder = tmp_path / "job"
    folder.mkdir()
    done = shell(folder, script.replace("exp/model/wider", "exp/model/worse"))
    assert done.returncode == 1, done.stderr
    assert "accuracy" in done.stdout
    done = shell(folder / "work", script.splitlines()[2].replace("exp/model/wider", "exp/model/worse"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflow_uses_inputs_and_outputs_that_the_action_has() -> None:
    action = YAML(typ="safe").load((Path(__file__).parents[2] / "action.yml").read_text())
    steps = YAML(typ="safe").load(block("# .github/workflows"))["jobs"]["judge"]["steps"]
    (step,) = [step for step in steps if step.get("uses", "").startswith("branchlab/branchlab@")]
    assert set(step["with"]) <= set(action["inputs"])
    assert set(re.findall(rf"steps\.{step['id']}\.outputs\.(\w+)", PAGE)) <= set(action["outputs"])
    table = set(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE))
    assert table == set(action["inputs"])
