"""A project on an experiment branch with the git hooks installed, and a training that its user starts by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from branchlab.git.repository import find_repository
from branchlab.project import Settings
from branchlab.tracking.capture import is_capturing
from branchlab_hooks.script import render
from branchlab_hooks.setup import wanted_events
from scratch_repository import ScratchRepository
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

BRANCH = "exp/model/wider"


class Done(NamedTuple):
    """How a git command ended, and what it and the hooks said."""

    code: int
    words: str


class HookedProject(ScratchRepository):
    """A repository whose hooks are ours."""

    def train(self, *arguments: str, **environment: str) -> None:
        """Runs the training as a person does, to its end, and as long as it takes to go on working."""
        done = subprocess.run(
            [sys.executable, "train.py", *arguments],
            cwd=self.path,
            env={**os.environ, **environment},
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr.decode()
        wait_until(lambda: not any(is_capturing(str(folder)) for folder in self.runs()))

    def attempt(self, *arguments: str, **environment: str) -> Done:
        """Runs git and returns how it ended."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env={**os.environ, "GIT_EDITOR": "true", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return Done(done.returncode, os.fsdecode(done.stdout + done.stderr))

    def does(self, *arguments: str, **environment: str) -> str:
        """Runs git, which has to succeed, and returns what it and the hooks said."""
        done = self.attempt(*arguments, **environment)
        assert done.code == 0, done.words
        return done.words

    def record(self, commit: str = "HEAD") -> dict[str, Any]:
        """Returns the record of a commit; empty when it has none."""
        shown = self.attempt("show", f"{commit}:metrics.toml")
        return tomllib.loads(shown.words) if shown.code == 0 else {}

    def trailer(self, commit: str = "HEAD") -> str:
        """Returns the run that the message of a commit names."""
        return self.git("log", "-1", "--format=%(trailers:key=Branchlab-Run,valueonly)", commit).strip()

    def runs(self) -> list[Path]:
        """Returns the folders of the runs that are kept."""
        folder = self.path / find_repository(str(self.path)).common_dir / "branchlab" / "runs"
        return sorted(folder.iterdir()) if folder.exists() else []

    def run_id(self) -> str:
        """Returns the id of the only run that is kept."""
        (folder,) = self.runs()
        return folder.name

    def leftovers(self) -> list[str]:
        """Returns what a commit must not leave behind: locks, and work that was begun."""
        git_dir = self.path / self.git("rev-parse", "--git-dir")
        found = [path.name for path in git_dir.glob("*.lock")]
        return [*found, *(path.name for path in git_dir.glob("branchlab-*"))]


def install(project: ScratchRepository) -> None:
    """Writes the hook files, as `branchlab hooks install` does."""
    for event in wanted_events(Settings()):
        hook = project.path / ".git" / "hooks" / event
        hook.parent.mkdir(exist_ok=True)
        hook.write_bytes(render(event))
        hook.chmod(0o755)


@pytest.fixture
def hooked(project: ScratchRepository) -> HookedProject:
    """The small project without DVC, on the branch `exp/model/wider`."""
    install(project)
    project.git("switch", "--quiet", "--create", BRANCH)
    return HookedProject(project.path)
