"""Brings the data of pushed commits to the DVC remote, so that nobody fetches a branch whose data is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.check.contents import read_contents
from branchlab.check.objects import Objects
from branchlab.data.store import find_store, missing_objects
from branchlab.errors import CheckError, DamagedError, EnvironmentProblemError
from branchlab.text import format_bytes, safe_text, some_of
from branchlab.tuples import NamedTuple
from branchlab_hooks.dispatch import words
from branchlab_hooks.progress import Progress
from branchlab_hooks.pushed_refs import data_changes, tips

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.check.contents import Contents
    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.workspace import Workspace
    from branchlab_hooks.pushed_refs import PushedRef


class _Wanted(NamedTuple):
    """Data that must be there, with the branch that needs it, and data of older commits that should be."""

    now: Mapping[Output, str]
    earlier: Sequence[Output]


def bring_data_there(workspace: Workspace, remote: str, refs: Sequence[PushedRef]) -> None:
    """Sends the objects of pushed commits that the DVC remote lacks; the tips need theirs, older commits may lack some.

    Args:
        workspace: the project whose data it is.
        remote: name of the git remote, empty when the push goes to an address.
        refs: what is pushed.

    Raises:
        CheckError: when something is missing, and `hooks.push_data` is off.
        EnvironmentProblemError: when the remote refuses, or data is neither here nor there.
        DamagedError: for a pointer or an object that cannot be trusted.
    """
    wanted = _wanted(workspace, remote, refs)
    if not wanted.now and not wanted.earlier:
        return
    repository = workspace.repository
    store = find_store(workspace.root, repository.top, repository.common_dir)
    # DVC writes its sections as git does: `['remote "name"']`.
    if store is None or not any(section.startswith("remote ") for section in store.config):
        words(
            ["branchlab: pre-push: the data stays here: there is no DVC remote. hint: dvc remote add -d NAME ADDRESS"]
        )
        return
    from branchlab.data.remote import missing_on_remote

    lacking = missing_on_remote(store, [*wanted.now, *wanted.earlier])
    if lacking:
        _send(workspace, store, wanted, lacking)


def _wanted(workspace: Workspace, remote: str, refs: Sequence[PushedRef]) -> _Wanted:
    repository = workspace.repository
    now: dict[Output, str] = {}
    named = tips(repository, refs)
    older = [commit for commit in data_changes(repository, remote, refs) if commit not in named]
    objects = Objects(repository)
    objects.fetch([*named, *older])
    # All in one go: a push of 5,000 branches takes 1.4 times as long as without hooks.
    contents = read_contents(workspace, objects, [*named, *older])
    for commit, name in named.items():
        _refuse_damaged(contents[commit], name)
        for output in contents[commit].outputs:
            now.setdefault(output, name)
    earlier = dict.fromkeys(output for commit in older for output in contents[commit].outputs)
    return _Wanted(now, [output for output in earlier if output not in now])


def _refuse_damaged(contents: Contents, name: str) -> None:
    for finding in contents.findings:
        if finding.kind == "data":
            raise DamagedError(f"{safe_text(name)}: {finding.what}", finding.remedy)


def _send(workspace: Workspace, store: Store, wanted: _Wanted, lacking: list[Output]) -> None:
    # What is nowhere refuses before anything is sent.
    gone = missing_objects(store, lacking)
    nowhere = [output for output in gone if output in wanted.now]
    if nowhere:
        raise EnvironmentProblemError(
            f"data of {_shown(wanted, nowhere)} is neither in the DVC cache nor on the remote",
            "push from the machine that made it; BRANCHLAB_DATA=0 git push … sends the commits alone",
        )
    needed = [output for output in lacking if output in wanted.now]
    if needed and not workspace.settings.hooks.push_data:
        raise CheckError(
            f"the DVC remote lacks data of {_shown(wanted, needed)}",
            f"branchlab push {safe_text(wanted.now[needed[0]])}, or dvc push, sends it",
        )
    if gone:
        paths = some_of(sorted({output.path for output in gone}))
        words([f"branchlab: pre-push: the data of older commits is not here and stays behind: {paths}"])
    if not workspace.settings.hooks.push_data:
        return
    from branchlab.data.remote import push_objects

    with Progress("sending data") as progress:
        sent = push_objects(store, [output for output in lacking if output not in gone], progress=progress)
    if sent.objects:
        objects = "1 object" if sent.objects == 1 else f"{sent.objects} objects"
        words([f"branchlab: sent {objects} of data, {format_bytes(sent.bytes)}"])


def _shown(wanted: _Wanted, outputs: Sequence[Output]) -> str:
    """Returns the branch that needs the first output, and the paths that this branch needs."""
    name = wanted.now[outputs[0]]
    paths = [output.path for output in outputs if wanted.now[output] == name]
    return f"{safe_text(name)} ({some_of(paths)})"
