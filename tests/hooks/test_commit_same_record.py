"""Who never types `branchlab run` gets the same record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from command_line import branchlab
from hooked_project import BRANCH, HookedProject, install

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scratch_repository import ScratchRepository


def _keys(table: dict[str, Any], above: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _keys(value, f"{above}{key}.")
        else:
            yield above + key


def test_a_commit_records_what_a_run_records(dvc_project: ScratchRepository) -> None:
    dvc_project.write("data/train.csv", "a,b\n1,2\n")
    dvc_project.git("config", "core.hooksPath", "/dev/null")
    assert branchlab(dvc_project.path, "run", "-q", "-n", "by-run").code == 0
    dvc_project.git("config", "--unset", "core.hooksPath")
    hooked = HookedProject(dvc_project.path)
    install(hooked)
    hooked.git("switch", "--quiet", "--create", BRANCH)
    hooked.train()
    hooked.git("add", "data")
    hooked.does("commit", "--message", "by commit")
    by_run, by_commit = hooked.record("exp/model/by-run"), hooked.record()
    # What samples a run from outside may miss most of a short one.
    assert by_run.pop("resources").keys() <= by_commit.pop("resources").keys()
    differing = set(_keys(by_run)) ^ set(_keys(by_commit))
    assert differing <= {"run.code", "run.tree", "run.exit_code"}, differing
    for part in ("params", "metrics", "best", "data", "environment"):
        assert by_run.get(part) == by_commit.get(part), part
    files = hooked.git("ls-tree", "-r", "--name-only", "HEAD").split("\n")
    others = hooked.git("ls-tree", "-r", "--name-only", "exp/model/by-run").split("\n")
    assert set(others) - set(files) == set()
    assert {"model.bin.dvc", "metrics.toml", "metrics/history.csv"} <= set(files)
    assert hooked.git("show", "HEAD:model.bin.dvc") == hooked.git("show", "exp/model/by-run:model.bin.dvc")
    assert hooked.git("status", "--porcelain") == ""
