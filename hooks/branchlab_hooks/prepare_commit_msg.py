"""`prepare-commit-msg`: a message that was copied keeps the name of a run only where the code is that of its record."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from branchlab.errors import DamagedError
from branchlab.git.objects import read_object
from branchlab.plainfile import read_plain, write_plain
from branchlab.record.format import parse_record
from branchlab.workspace import projects_of, workspace_of
from branchlab_hooks.dispatch import words
from branchlab_hooks.identity import belongs, same_code
from branchlab_hooks.staged import is_amended, read_staged, repository_here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository
    from branchlab.record.model import Record
    from branchlab.workspace import Workspace

_RUN = re.compile(rb"^Branchlab-Run: *([^\r\n]*?) *\r?$", re.MULTILINE)
_OURS = re.compile(rb"^(?:Metric-[A-Za-z0-9-]+|Branchlab-Run):[^\n]*(?:\n|\Z)", re.MULTILINE)
_CUT = re.compile(rb"^.* -{24} >8 -{24}$", re.MULTILINE)
_STALE_FILE = "branchlab-stale"  # post-rewrite speaks of it


def run(arguments: Sequence[str], _stdin: bytes) -> int:
    """Takes the trailers of a copied record out of a message, unless they hold for the commit that is being made.

    Args:
        arguments: `1` when `pre-commit` added a record, whose trailers follow, `amended` when a new message may take
            the place of one that names a run; then what git says: the file of the message, where the message is from,
            and the commit that it is from.
    """
    added, path, *rest = arguments
    repository = repository_here()
    if added == "amended":
        _name_again(repository)
        return 0
    message = read_plain(path) or b""
    # Below the cut of `git commit --verbose` stands a diff, in which such lines are no trailers.
    cut = _CUT.search(message)
    head, tail = (message[: cut.start()], message[cut.start() :]) if cut else (message, b"")
    named = {run.decode(errors="replace") for run in _RUN.findall(head)}
    # With a record added, add_trailers of sh/pending.sh writes the right ones after this.
    kept = set() if added == "1" else _holding(repository, named, rest[1:])
    if named - kept:
        write_plain(path, without_trailers(head, kept) + tail)
        if added != "1" and not kept:
            _say(repository)
    return 0


def _name_again(repository: Repository) -> None:
    """Lets a message that replaces another one name its run, where the record stays and the code is the same."""
    below = read_object(repository, "HEAD^{commit}")
    named = {run.decode(errors="replace") for run in _RUN.findall(below.body)} if below else set()
    if not named or not is_amended():
        return
    from branchlab.git.index import Entry
    from branchlab.project import goals_of
    from branchlab.record.message import trailers
    from branchlab_hooks.pending import Pending, write_pending

    projects = list(projects_of(workspace_of(repository)))
    staged, objects = read_staged(repository, [project.record_path for project in projects])
    for project, found in zip(projects, objects[1::2], strict=True):
        record = _parse(found.body) if found else None
        if found and record and record.run.id in named and _fits(project, record, staged.tree, ["HEAD"]):
            write_pending(
                repository, Pending(Entry(project.record_path, found.oid), trailers(record, goals_of(project.settings)))
            )
            break


def without_trailers(message: bytes, kept: set[str]) -> bytes:
    """Returns a message without the trailers of records, but for those of some runs.

    Of a squashed message, each part has its own; metrics are taken out with the run that they stand beside.
    """
    parts = re.split(rb"(\n[ \t]*\n)", message)
    return b"".join(_OURS.sub(b"", part) if _drops(part, kept) else part for part in parts)


def _drops(part: bytes, kept: set[str]) -> bool:
    named = {run.decode(errors="replace") for run in _RUN.findall(part)}
    return bool(named) and not named & kept


def _holding(repository: Repository, named: set[str], copied: Sequence[str]) -> set[str]:
    """Returns those runs whose record is in the commit being made, with its code, or with that of the original."""
    projects = list(projects_of(workspace_of(repository)))
    staged, objects = read_staged(repository, [project.record_path for project in projects])
    # git names the original for -c, -C and --amend, and not for a cherry-pick.
    originals = [*copied, *(["CHERRY_PICK_HEAD"] if _is_there(repository, "CHERRY_PICK_HEAD") else [])]
    kept = set()
    for project, found in zip(projects, objects[1::2], strict=True):
        record = _parse(found.body) if found else None
        if record and record.run.id in named and _fits(project, record, staged.tree, originals):
            kept.add(record.run.id)
    return kept


def _fits(project: Workspace, record: Record, tree: str, originals: Sequence[str]) -> bool:
    # An inexact record belongs to no tree; it stays as long as the code of its commit does.
    return belongs(project, record, tree) or any(same_code(project, record, other, tree) for other in originals)


def _parse(text: bytes) -> Record | None:
    try:
        return parse_record(text)
    except DamagedError:
        return None


def _is_there(repository: Repository, name: str) -> bool:
    return os.path.exists(os.path.join(repository.git_dir, name))


def _say(repository: Repository) -> None:
    if _is_there(repository, "rebase-merge") or _is_there(repository, "rebase-apply"):
        # Said once at the end, and not for each commit of a long rebase.
        with open(os.path.join(repository.git_dir, _STALE_FILE), "wb"):
            return
    what = "this commit is not the code that the record was measured on, so the record shows as stale"
    words([f"branchlab: {what}. hint: branchlab run measures it again"])
