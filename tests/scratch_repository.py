"""A real git repository in a temporary folder, as small as a test needs it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class ScratchRepository(NamedTuple):
    """A folder with a git repository. `path` is the work tree, or the repository itself when it is bare."""

    path: Path

    def git(self, *arguments: str, stdin: str = "") -> str:
        """Runs git here and returns its output without the last line end; fails the test when git fails."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            input=os.fsencode(stdin),
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, f"git {arguments} failed: {os.fsdecode(done.stderr)}"
        return os.fsdecode(done.stdout).removesuffix("\n")

    def write(self, path: str, content: str | bytes) -> Path:
        """Writes a file below the work tree, with its folders."""
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(os.fsencode(content))
        return target

    def commit(self, message: str = "work", **files: str) -> str:
        """Writes `files` (name and content), commits all there is and returns the commit's id."""
        for path, content in files.items():
            self.write(path, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")
