"""Whatever was written, staged, deleted and ignored: the snapshot is what `git add -A` would make of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import example, given, settings
from hypothesis import strategies as st

from branchlab.git.repository import find_repository
from branchlab.git.snapshot import read_working_tree, write_snapshot
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Sequence

PATHS = ["a", "a/b", "a/b", "d", "d/e", "d/e/\udcff", '- q"\n']  # few, so that they get in each other's way

ACTS = ["write", "run", "link", "link", "delete", "stage", "forget", "plan", "ignore"]


class Step(NamedTuple):
    """One thing a user does to one path."""

    act: str
    path: str
    content: str


def _steps(least: int, *acts: str) -> st.SearchStrategy[list[Step]]:
    contents = st.sampled_from(["1", "2", "", "x\r\n"])
    return st.lists(
        st.builds(Step, st.sampled_from(acts), st.sampled_from(PATHS), contents), min_size=least, max_size=8
    )


def _do(scratch: ScratchRepository, step: Step) -> None:
    path = scratch.path / step.path
    options = {"stage": ["add", "-A"], "forget": ["rm", "-r", "-q", "--cached"], "plan": ["add", "-N"]}
    if step.act in options:  # git refuses a path that it does not know or must ignore
        command = ["git", "--literal-pathspecs", *options[step.act], "--", step.path]
        subprocess.run(command, cwd=scratch.path, check=False, capture_output=True)
    elif step.act == "ignore":
        with (scratch.path / ".gitignore").open("ab") as file:
            file.write(b"/" + os.fsencode(step.path).replace(b"\n", b"?") + b"\n")
    else:
        _clear(scratch, path)
        if step.act == "link":
            path.symlink_to(step.content or "nowhere")
        elif step.act in ("write", "run"):
            path.write_text(step.content, newline="")
            path.chmod(0o755 if step.act == "run" else 0o644)


def _clear(scratch: ScratchRepository, path: Path) -> None:
    """Makes room: what stands at the path goes, and what is no folder on the way to it."""
    for place in (*reversed(path.parents), path):
        if scratch.path in place.parents and (place.is_symlink() or (place.exists() and not place.is_dir())):
            place.unlink()
    shutil.rmtree(path, ignore_errors=True)
    path.parent.mkdir(parents=True, exist_ok=True)


@given(_steps(2, "write", "run", "link"), _steps(1, *ACTS))
@example([Step("write", "d/e", "1")], [Step("link", "d", "1")])
@example([Step("write", "a", "1")], [Step("forget", "a", ""), Step("ignore", "a", "")])
@example([Step("write", "a", "1")], [Step("forget", "a", ""), Step("plan", "a", "")])
@settings(max_examples=30, deadline=None)
def test_any_working_tree_is_captured_as_git_itself_would(before: Sequence[Step], after: Sequence[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scratch = ScratchRepository(Path(folder) / "project")
        scratch.path.mkdir()
        scratch.git("init", "--quiet", "--template=")
        for step in before:
            _do(scratch, step)
        scratch.commit("base")
        for step in after:
            _do(scratch, step)
        opened = find_repository(str(scratch.path))
        taken = write_snapshot(opened, read_working_tree(opened)) or scratch.git("rev-parse", "HEAD^{tree}")
        twin = ScratchRepository(shutil.copytree(scratch.path, Path(folder) / "twin", symlinks=True))
        twin.git("add", "--all")
        assert taken == twin.git("write-tree")
