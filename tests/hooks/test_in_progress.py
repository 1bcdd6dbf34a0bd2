"""The shell and Python know of the same operations that git has not finished."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

import branchlab_hooks
from branchlab_hooks.staged import IN_PROGRESS

if TYPE_CHECKING:
    from pathlib import Path

BODY = f"{branchlab_hooks.__path__[0]}/sh/pre-commit.sh"
# The function alone, without the rest of the hook.
ASK = f"""eval "$(sed -n '/^is_busy() {{/,/^}}/p' {BODY})"; git_dir=. is_busy"""
LIST = f"""sed -n '/^is_busy() {{/,/^}}/s/.*for name in \\(.*\\); do/\\1/p' {BODY}"""


def test_the_shell_has_the_list_of_python() -> None:
    assert subprocess.check_output(["sh", "-c", LIST], text=True).split() == list(IN_PROGRESS)


@pytest.mark.parametrize("name", [*IN_PROGRESS, "COMMIT_EDITMSG"])
def test_the_shell_sees_an_operation_in_progress(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    said = subprocess.run(["sh", "-c", ASK], cwd=tmp_path, check=False).returncode
    assert said == (0 if name in IN_PROGRESS else 1)
