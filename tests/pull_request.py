"""A pull request with a worse model, as a git host keeps it; the fixture `origin` makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from command_line import branchlab
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository

SETTINGS = """\
[project]
command = "sh train.sh"
collect = ["result.json"]

[metrics.accuracy]
goal = "maximize"
max_regression = "1%"
"""


class Origin(NamedTuple):
    """A bare repository with a pull request as a host keeps it: the branch, its head and its merge with main."""

    bare: ScratchRepository
    head: str
    event: dict[str, str]

    def checkout(self, folder: Path) -> ScratchRepository:
        """Checks the merge out as actions/checkout does: one commit, no branch."""
        clone = ScratchRepository(folder)
        folder.mkdir()
        clone.git("init", "-q")
        clone.git("remote", "add", "origin", f"file://{self.bare.path}")
        refspec = "+refs/pull/7/merge:refs/remotes/pull/7/merge"
        clone.git("fetch", "-q", "--no-tags", "--depth=1", "origin", refspec)
        clone.git("checkout", "-q", "--force", "refs/remotes/pull/7/merge")
        return clone


@pytest.fixture
def origin(make_repository: MakeRepository) -> Origin:
    """main has a record with accuracy 0.9 and went on; the pull request makes it 0.8."""
    work = make_repository("work")
    files = {"branchlab.toml": SETTINGS, "train.sh": "cp score.json result.json\n", ".gitignore": "/result.json\n"}
    work.commit("project", **files, **{"score.json": '{"accuracy": 0.9}'})
    for name, score in (("exp/model/first", "0.9"), ("exp/model/worse", "0.8")):
        work.write("score.json", f'{{"accuracy": {score}}}')
        said = branchlab(work.path, "run", "-n", name)
        assert said.code == 0, said.err
        work.git("checkout", "-q", "--", ".")
        work.git("merge", "-q", "--ff-only", "exp/model/first")
    for number in range(5):
        work.git("commit", "-q", "--allow-empty", "-m", f"work {number}")
    bare = make_repository("origin", bare=True)
    work.git("push", "-q", str(bare.path), "main", "exp/model/worse", "exp/model/worse:refs/pull/7/head")
    work.git("switch", "-q", "--detach", "main")
    work.git("merge", "-q", "--no-edit", "exp/model/worse")
    work.git("push", "-q", str(bare.path), "HEAD:refs/pull/7/merge")
    head = work.git("rev-parse", "exp/model/worse")
    event = {
        "github.base_ref": "main",
        "github.head_ref": "exp/model/worse",
        "github.event.pull_request.head.sha": head,
    }
    return Origin(bare, head, {**event, "github.event.pull_request.number": "7"})
