"""A project becomes one that DVC works in, and what its owner wrote stays."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.data.initialise import initialise
from branchlab.errors import DamagedError, EnvironmentProblemError
from dvc_project import Project, make_project

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository


def test_dvc_is_made_and_reads_the_record(repository: ScratchRepository) -> None:
    place = str(repository.path)
    assert len(initialise(place, place)) == 2
    repository.write("metrics.toml", "schema = 1\n[metrics]\naccuracy = 0.5\n")
    repository.write("metrics/history.csv", "step,seconds,loss\n0,0.1,1.5\n")
    shown = json.loads(Project(repository.path).dvc("metrics", "show", "--json"))
    assert shown[""]["data"]["metrics.toml"]["data"]["metrics"]["accuracy"] == 0.5
    assert initialise(place, place) == []


def test_a_project_below_the_repository_gets_its_own(repository: ScratchRepository) -> None:
    (repository.path / "sub").mkdir()
    initialise(str(repository.path / "sub"), str(repository.path))
    assert (repository.path / "sub/.dvc/config").exists()
    assert not (repository.path / ".dvc").exists()


def test_comments_and_order_of_a_pipeline_stay(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    text = (
        "# ours\nstages:\n  train:  # the model\n    cmd: python train.py\n    deps:\n      - train.py\n\n"
        "metrics:\n  - other.json  # old\n"
    )
    project.write("dvc.yaml", text)
    assert len(initialise(str(tmp_path), str(tmp_path), metrics="m.toml", history="h/c.csv")) == 1
    expected = text + "  - m.toml\nplots:\n  - h/c.csv:\n      x: step\n      template: linear\n"
    assert (tmp_path / "dvc.yaml").read_text() == expected
    assert initialise(str(tmp_path), str(tmp_path), metrics="m.toml", history="h/c.csv") == []


ENTRY = "x: step\n      template: linear\n"
# At the column of their key, as DVC itself writes lists.
BY_DVC = "stages:\n  a:\n    cmd: 'x'\n    deps:\n    - a.py\n    - b.py   # c\nmetrics:\n- o.json\n"
FLOW = "{h/c.csv: {x: step, template: linear}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            BY_DVC,
            f"{BY_DVC}- m.toml\nplots:\n  - h/c.csv:\n      {ENTRY}",
        ),
        ("# c\n", f"# c\nmetrics:\n  - m.toml\nplots:\n  - h/c.csv:\n      {ENTRY}"),
        ("{}\n", f"{{metrics: [m.toml], plots: [{FLOW}]}}\n"),
        ("plots: []\nmetrics: [ a ] # c\nvars: [1]", f"plots: [{FLOW}]\nmetrics: [ a, m.toml ] # c\nvars: [1]"),
        (
            "metrics: &m\n    - a\n\n# c\nplots:\n- a: {x:   1}\n",
            f"metrics: &m\n    - a\n    - m.toml\n\n# c\nplots:\n- a: {{x:   1}}\n- h/c.csv:\n    {ENTRY}".replace(
                "      template", "    template"
            ),
        ),
    ],
)
def test_nothing_else_of_a_pipeline_changes(tmp_path: Path, text: str, expected: str) -> None:
    project = make_project(tmp_path)
    project.write("dvc.yaml", text)
    assert len(initialise(str(tmp_path), str(tmp_path), metrics="m.toml", history="h/c.csv")) == 1
    assert (tmp_path / "dvc.yaml").read_text() == expected
    assert initialise(str(tmp_path), str(tmp_path), metrics="m.toml", history="h/c.csv") == []


def test_what_cannot_be_added_to_is_left_as_it_is(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.write("dvc.yaml", "null\n")
    with pytest.raises(DamagedError, match=r"dvc\.yaml"):
        initialise(str(tmp_path), str(tmp_path))
    assert (tmp_path / "dvc.yaml").read_text() == "null\n"


def test_a_section_of_another_shape_is_the_users_own(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.write("dvc.yaml", "metrics: [metrics.toml]\nplots:\n  metrics/history.csv: {x: step}\n")
    assert initialise(str(tmp_path), str(tmp_path)) == []


def test_the_ignores_of_dvc_are_completed(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project.path / ".dvc/.gitignore").write_text("/mine\n/cache")
    assert "completed .dvc/.gitignore" in initialise(str(tmp_path), str(tmp_path))
    assert (project.path / ".dvc/.gitignore").read_text() == "/mine\n/cache\n/config.local\n/tmp\n"


@pytest.mark.parametrize("text", ["stages: [", "- a\n", "a: 1\na: 2\n", "\x00"])
def test_a_broken_pipeline_is_named_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    project = make_project(tmp_path)
    project.write("dvc.yaml", text)
    with pytest.raises(DamagedError, match=r"dvc\.yaml"):
        initialise(str(tmp_path), str(tmp_path))
    assert (tmp_path / "dvc.yaml").read_text() == text


def test_what_dvc_says_reaches_the_user(make_repository: MakeRepository) -> None:
    repository = make_repository("ignoring")
    repository.write(".gitignore", ".dvc\n")
    with pytest.raises(EnvironmentProblemError, match=r"dvc init failed: .*ignored"):
        initialise(str(repository.path), str(repository.path))


def test_git_variables_of_a_hook_do_not_mislead_dvc(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "other")], check=True)
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other/index"))
    initialise(str(repository.path), str(repository.path))
    assert (repository.path / ".dvc").is_dir()
    assert not (tmp_path / "other/index").exists()
