"""Checks the name of a branch, and remembers the good ones so that the next commit needs no Python for it.

What is remembered lies in `branchlab/hooks/accepted` of the git directory of the working tree, a line for each branch:
its name, a tab, and the settings file that accepts it. `sh/names.sh` reads it. A line holds as long as the settings are
older than the file, so the file bears the time at which the last check began.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.errors import CheckError
from branchlab.git.refs import BRANCHES, list_refs
from branchlab.naming import compile_rule, to_fill_in
from branchlab.plainfile import read_plain, write_plain
from branchlab.project import SETTINGS_FILE
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab.workspace import Workspace, projects_of

if TYPE_CHECKING:
    from branchlab.git.repository import Repository

_MOST = 200  # the shell reads them one by one at each commit
_SETTLED_NS = 2_000_000_000  # settings that changed this recently may have done so after they were read


class Refusal(NamedTuple):
    """Why a branch may not have its name, and what to do.

    Attributes:
        branch: the refused name, as git has it.
        reason: what is wrong with it, in plain words and safe to show.
        nearest: the accepted name that is nearest to it, and free.
        note: what has to be changed in it, such as the number of an issue that nobody said; mostly empty.
        command: the command that renames the branch, to be typed as it stands.
    """

    branch: str
    reason: str
    nearest: str
    note: str
    command: str

    @property
    def message(self) -> str:
        """The sentence that refuses, safe to show."""
        what = f"{safe_text(self.branch)} is no name for an experiment: {self.reason}"
        return f"{what}. The nearest good one is {self.nearest}{self.note}"

    @property
    def error(self) -> CheckError:
        """The error that a gate ends with."""
        exempt = f"or let naming.exempt in {SETTINGS_FILE} name it"
        return CheckError(self.message, f"{safe_text(self.command)} renames it; {exempt}")


def check_branch(workspace: Workspace, branch: str, *, remember: bool = True) -> Refusal | None:
    """Checks the name of a branch, and remembers it when it is good.

    A repository may hold several projects, each with its rule: the name has to be good for one of them. Where there is
    no project, there is no rule.

    Args:
        workspace: the project at the top of the working tree.
        branch: short name.
        remember: false leaves the memory alone, for names that nobody commits to, or that come in thousands.

    Raises:
        UsageError: when no rule accepts the name, and the settings of a project hold a mistake.
        DamagedError: when settings are not TOML.
    """
    started = time.time_ns()
    first: Workspace | None = None
    for project in projects_of(workspace):
        if accepts(project, branch):
            if remember:
                _remember(project, branch, started)
            return None
        first = first or project
    return refusal(first, branch) if first else None


def require_good(workspace: Workspace, branch: str) -> None:
    """Checks the name of the branch that is committed to; an empty one stands for none.

    Raises:
        CheckError: when the branch may not have it; and as `check_branch` does.
    """
    found = check_branch(workspace, branch) if branch else None
    if found:
        raise found.error


def accepts(workspace: Workspace, branch: str) -> bool:
    """Tells whether a project lets a branch have its name: an experiment, an exempt branch, or the baseline."""
    settings = workspace.settings
    rule = compile_rule(settings.naming)
    return rule.accepts(branch) or rule.exempt(branch) or branch == settings.baseline


def refusal(workspace: Workspace, branch: str) -> Refusal:
    """Says what is wrong with a name that a project does not accept."""
    import shlex

    from branchlab.running.names import Name, free_name, today, user_name

    naming = workspace.settings.naming
    rule = compile_rule(naming)
    near = rule.suggest(branch, user=user_name(), date=today())
    taken = {ref.name.removeprefix(BRANCHES) for ref in list_refs(workspace.repository, BRANCHES)}
    nearest = free_name(Name(near, free=True), taken)
    reason = rule.check(branch) or f"it does not follow {naming.pattern}"
    note = to_fill_in(rule, nearest)
    return Refusal(branch, reason, nearest, note, f"git branch -m {shlex.quote(branch)} {nearest}")


def accepted_file(git_dir: str) -> str:
    """Returns where the accepted names of a working tree are remembered, by its git directory."""
    return os.path.join(git_dir, "branchlab", "hooks", "accepted")


def _remember(workspace: Workspace, branch: str, started: int) -> None:
    """Adds a name; a file that cannot be written is no error, and two that write at once cost a line."""
    path = accepted_file(workspace.repository.git_dir)
    settings = workspace.prefix + SETTINGS_FILE
    # A line break would make two lines of one; and a file of this moment may be newer than what was read.
    if "\n" in settings or not _is_older(os.path.join(workspace.repository.top, settings), started - _SETTLED_NS):
        return
    with suppress(OSError):
        lines = [line for line in _still_good(path, workspace.repository) if line.partition("\t")[0] != branch]
        os.makedirs(os.path.dirname(path), exist_ok=True)
        text = "".join(f"{line}\n" for line in [*lines[1 - _MOST :], f"{branch}\t{settings}"])
        write_plain(path, text.encode(errors="surrogateescape"))
        # Settings that are saved during the check are then newer than the file, and it does not count.
        os.utime(path, ns=(started, started))


def _still_good(path: str, repository: Repository) -> list[str]:
    """Returns the lines whose settings are older than the file."""
    text = read_plain(path)
    if text is None:
        return []
    written = os.stat(path).st_mtime_ns
    good: dict[str, bool] = {}
    for line in (lines := text.decode(errors="surrogateescape").split("\n")[:-1]):
        settings = line.partition("\t")[2]
        if settings not in good:
            good[settings] = _is_older(os.path.join(repository.top, settings), written)
    return [line for line in lines if good[line.partition("\t")[2]]]


def _is_older(path: str, written: int) -> bool:
    try:
        # Not at the same time: a coarse clock gives two writes in a row one time.
        return os.stat(path).st_mtime_ns < written
    except OSError:
        return False
