"""The GitHub action does what it says: its steps run here as a runner would start them, on a real shallow clone."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from pull_request import Origin, origin
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["origin"]  # a fixture that pytest finds here

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text())
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


class Job(NamedTuple):
    """How a job ended: code of each step that ran, by its name, its outputs, its words and the job's summary."""

    codes: dict[str, int]
    outputs: dict[str, str]
    words: str
    summary: str

    @property
    def report(self) -> dict[str, Any]:
        """What report.json holds."""
        found: dict[str, Any] = json.loads(Path(self.outputs["reports"], "report.json").read_text())
        return found


def evaluate(expression: str, context: Mapping[str, str]) -> str:
    """Evaluates what the action uses of the runner's expressions: names and `||`; what is not there is empty."""
    return next((found for part in expression.split("||") if (found := context.get(part.strip(), ""))), "")


def holds(condition: str, context: Mapping[str, str], *, failed: bool) -> bool:
    """Evaluates a step's `if`: terms joined by `&&`, each a comparison with a text, or `always()`."""
    terms = [term.strip() for term in condition.split("&&") if term.strip()]
    if "always()" not in terms and failed:
        return False
    for term in terms:
        compared = re.fullmatch(r"(\S+) (==|!=) '(.*)'", term)
        if compared and (context.get(compared[1], "") == compared[3]) != (compared[2] == "=="):
            return False
    return True


def run_action(clone: ScratchRepository, temporary: Path, *, event: Mapping[str, str], **inputs: str) -> Job:
    """Runs the steps of the action in a folder as a runner does, with the variables that GitHub sets."""
    temporary.mkdir()
    context = {"github.action_path": str(ROOT), "github.token": "secret", **event}
    context |= {f"inputs.{name}": str(item.get("default", "")) for name, item in ACTION["inputs"].items()}
    context |= {f"inputs.{name}": value for name, value in inputs.items()}
    codes: dict[str, int] = {}
    words = ""
    for number, step in enumerate(ACTION["runs"]["steps"]):
        if not holds(step.get("if", ""), context, failed=any(codes.values())):
            continue
        (temporary / "output").write_text("")
        own = {
            key: EXPRESSION.sub(lambda match: evaluate(match[1], context), text) for key, text in step["env"].items()
        }
        script = temporary / f"{number}.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=clone.path,
            env={
                **os.environ,
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_OUTPUT": str(temporary / "output"),
                "GITHUB_STEP_SUMMARY": str(temporary / "summary.md"),
                "GITHUB_REPOSITORY": "team/project",
                "GITHUB_API_URL": "http://127.0.0.1:1",
                "RUNNER_TEMP": str(temporary),
                **own,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        codes[step["name"]], words = done.returncode, words + done.stdout + done.stderr
        for line in (temporary / "output").read_text().splitlines():
            name, _, value = line.partition("=")
            context[f"steps.{step.get('id', '')}.outputs.{name}"] = value
    outputs = {
        name: EXPRESSION.sub(lambda match: evaluate(match[1], context), item["value"])
        for name, item in ACTION["outputs"].items()
    }
    summary = temporary / "summary.md"
    return Job(codes, outputs, words, summary.read_text() if summary.exists() else "")


def test_no_script_holds_an_expression() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"], step["name"]
        assert set(step) <= {"name", "id", "if", "shell", "env", "run"}
    for script in filter(Path.is_file, (ROOT / "hooks/ci").iterdir()):
        assert "${{" not in script.read_text()
        assert os.access(script, os.X_OK), script


def test_every_input_is_used_and_every_use_is_an_input() -> None:
    text = (ROOT / "action.yml").read_text()
    assert set(re.findall(r"inputs\.(\w+)", text)) == set(ACTION["inputs"])
    assert all(item["description"] for item in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))


def test_a_worse_pull_request_fails_with_its_reports(origin: Origin, tmp_path: Path) -> None:
    clone = origin.checkout(tmp_path / "clone")
    job = run_action(clone, tmp_path / "runner", event=origin.event)
    assert job.codes == {"Install branchlab": 0, "Compare, judge and check": 1}, job.words
    assert job.outputs["verdict"] == "fail"
    assert job.report["head_commit"] == origin.head
    (gate,) = [gate for gate in job.report["gates"] if not gate["passed"]]
    assert (gate["kind"], gate["value"], gate["baseline"]) == ("regression", 0.8, 0.9)
    assert {"report.md", "report.json", "junit.xml", "metrics.txt"} <= set(os.listdir(job.outputs["reports"]))
    assert "0.8" in job.summary
    assert job.summary == Path(job.outputs["reports"], "report.md").read_text()


def test_gates_of_the_workflow_hold_too(origin: Origin, tmp_path: Path) -> None:
    gates = "accuracy max_regression 50%\r\n\n  accuracy >= 0.75\n"
    job = run_action(origin.checkout(tmp_path / "clone"), tmp_path / "runner", event=origin.event, gates=gates)
    assert job.outputs["verdict"] == "pass", job.words
    assert {"accuracy >= 0.75"} <= {gate["rule"] for gate in job.report["gates"] if gate["passed"]}
    assert all(gate["passed"] for gate in job.report["gates"])


def test_a_bad_name_fails_where_the_gates_pass(origin: Origin, tmp_path: Path) -> None:
    event = {**origin.event, "github.head_ref": "my_stuff"}
    gates = "accuracy max_regression 50%"
    job = run_action(origin.checkout(tmp_path / "clone"), tmp_path / "runner", event=event, gates=gates)
    assert (job.codes["Compare, judge and check"], job.outputs["verdict"]) == (1, "fail")
    assert "my_stuff" in job.words
    report = Path(job.outputs["reports"], "report.md").read_text()
    told = "## ❌ branchlab check\n\n    ✗ my_stuff: its name is not allowed"
    assert report.startswith(told)
    assert "\n## ✅ branchlab: all " in report
    assert f"\n{told}" in job.summary
    job = run_action(ScratchRepository(tmp_path / "clone"), tmp_path / "again", event=event, gates=gates, check="false")
    assert job.outputs["verdict"] == "pass", job.words


def test_what_cannot_be_compared_is_no_pass(origin: Origin, tmp_path: Path) -> None:
    job = run_action(origin.checkout(tmp_path / "clone"), tmp_path / "runner", event=origin.event, base="nowhere")
    assert job.codes["Compare, judge and check"] == 3
    assert job.outputs["verdict"] == "unknown"
    assert "origin has no branch nowhere" in job.words
    assert "nowhere" in job.summary


@pytest.mark.parametrize("hostile", ["$(touch planted)", "`touch planted`", "; touch planted", '" || touch planted; "'])
def test_nothing_of_a_name_is_run(origin: Origin, tmp_path: Path, hostile: str) -> None:
    clone = origin.checkout(tmp_path / "clone")
    job = run_action(clone, tmp_path / "runner", event=origin.event, base=hostile, gates=hostile)
    assert job.outputs["verdict"] == "unknown"
    assert not (clone.path / "planted").exists()


def test_a_comment_that_cannot_be_written_is_said(origin: Origin, tmp_path: Path) -> None:
    job = run_action(origin.checkout(tmp_path / "clone"), tmp_path / "runner", event=origin.event, comment="true")
    assert job.codes["Comment"] == 3
    assert "the comment could not be written" in job.words


@pytest.mark.parametrize(
    ("first", "second", "both"), [(0, 0, 0), (0, 1, 1), (3, 1, 1), (1, 3, 1), (0, 3, 3), (5, 0, 3), (0, 127, 3)]
)
def test_what_failed_outranks_what_could_not_be_looked_at(first: int, second: int, both: int) -> None:
    script = (ROOT / "hooks/ci/compare.sh").read_text()
    (function,) = re.findall(r"^worse\(\) \{.*?^\}$", script, re.MULTILINE | re.DOTALL)
    done = subprocess.run(["bash", "-c", f"{function}\nworse {first} {second}"], capture_output=True, check=True)
    assert int(done.stdout) == both
