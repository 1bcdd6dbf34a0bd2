"""What differs in code between two commits, the record itself left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.process import finish_git, run_git, start_git

if TYPE_CHECKING:
    import subprocess

    from branchlab.compare.difference import CodeFile
    from branchlab.workspace import Workspace

# Plumbing ignores most of the user's diff settings; these switch off the two that start programs.
# With -z, --numstat splits the line of a rename into three fields, so both of its files are listed.
_PLAIN = ("-r", "--no-ext-diff", "--no-textconv", "--no-renames")


def start_files(workspace: Workspace, base: str, head: str, *, merge_base: bool = False) -> subprocess.Popen[bytes]:
    """Starts to list the files that differ from `base` (or its merge-base with `head`) to `head`, both commit ids."""
    arguments = ["diff-tree", "-z", "--raw", "--numstat", *_PLAIN, *(["--merge-base"] if merge_base else [])]
    return start_git([*arguments, base, head, *_without_record(workspace)], cwd=workspace.repository.top)


def finish_files(process: subprocess.Popen[bytes]) -> tuple[CodeFile, ...]:
    """Returns what `start_files` found."""
    return parse_files(finish_git(process, ["diff-tree"]))


def parse_files(out: bytes) -> tuple[CodeFile, ...]:
    """Reads `diff-tree -z --raw --numstat`: first each file's status, then its line counts, `-` for a binary file."""
    from branchlab.compare.difference import CodeFile

    fields = out.decode(errors="surrogateescape").split("\0")
    status: dict[str, str] = {}
    place = 0
    while fields[place].startswith(":"):
        status[fields[place + 1]] = fields[place].rpartition(" ")[2]
        place += 2
    counts = [field.split("\t", 2) for field in fields[place:] if field]
    return tuple(CodeFile(path, status.get(path, "M"), _count(more), _count(less)) for more, less, path in counts)


def read_patch(workspace: Workspace, base: str, head: str, *, context: int = 3) -> bytes:
    """Returns the changed lines as git prints them, with so many lines around them that did not change."""
    arguments = ["diff-tree", "-p", f"-U{context}", *_PLAIN, base, head, *_without_record(workspace)]
    return run_git(arguments, cwd=workspace.repository.top)


def _count(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _without_record(workspace: Workspace) -> list[str]:
    record = workspace.settings.record
    # Both names are settings, and `*` or `[` in a folder would else stand for other paths as well: `literal`.
    paths = [workspace.prefix + path for path in (record.metrics, record.directory)]
    return ["--", ":(top)", *(f":(top,exclude,literal){path}" for path in paths)]
