"""What a trial depends on, as one digest: where somebody ran the same already, it need not run again."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from branchlab.git.codetree import code_tree
from branchlab.record.model import Record, Run
from branchlab.record.paths import written_paths
from branchlab.sweep.branches import Branches
from branchlab.sweep.trial import INPUTS, PRUNED, REUSED
from branchlab.text import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.experiment import Experiment, Scalar
    from branchlab.running.source import Source
    from branchlab.workspace import Workspace

_DIGITS = 32  # 128 bits: enough that no two trials of all repositories meet


def code_digest(workspace: Workspace, treeish: str, sweep_files: Sequence[str]) -> str:
    """Returns the id of the code of a commit or tree: one for all trials of a sweep, and the same in every clone.

    Left out are parameter files, sweep files, what records and runs write, and `project.not_code`.

    Args:
        workspace: the project.
        treeish: full id of a commit or tree.
        sweep_files: paths relative to the project.

    Raises:
        EnvironmentProblemError: when git cannot be started.
    """
    settings, prefix = workspace.settings, workspace.prefix
    # `written_paths` asks a record; one of nothing names what every run may write
    run = Run("", "finished", (), "", 0.0, not_code=settings.not_code)
    aside = (*settings.params, *sweep_files, *(f"{path}.dvc" for path in settings.artifacts))
    without = [*written_paths(Record(run), settings.record, prefix), *(prefix + path for path in aside)]
    return code_tree(workspace.repository, treeish, without)


def data_digests(workspace: Workspace, source: Source) -> dict[str, str]:
    """Returns the md5 of each input of a run by its path: what DVC keeps, and `project.data` as it lies there now.

    Raises:
        OSError: when a file cannot be read.
    """
    from branchlab.data.digest import digest
    from branchlab.running.source import used_inputs

    found = {output.path: output.md5 for output in used_inputs(workspace, source)}
    for path in workspace.settings.data:
        place = os.path.join(workspace.root, path)
        # read anew in each session: nobody but DVC keeps the md5 of a file
        if path not in found and os.path.exists(place):
            found[path] = digest(place).md5
    return found


def inputs_digest(
    code: str,
    params: Mapping[str, object],
    data: Mapping[str, str],
    command: Sequence[str],
    *,
    repeats: Sequence[Scalar] = (),
    parent: str = "",
) -> str:
    """Returns the digest of all that a trial depends on, 32 hexadecimal digits.

    Args:
        code: what `code_digest` gave.
        params: resolved parameters, nested or dotted; 1 and 1.0 are two values, as in the parameter file.
        data: md5 by path.
        command: argument list.
        repeats: the parameter that differs between repeats, then its values.
        parent: commit whose checkpoint the trial goes on from.
    """
    import hashlib

    # the fifth is a place that held a seed: without it no trial would be equal to one that was recorded before
    parts = [code, flatten(params), dict(data), list(command), None, list(repeats), parent]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


class Finished:
    """Trials that ended well, of any sweep and any person, by their inputs; a look costs what is new."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads nothing yet."""
        self._branches = Branches(workspace, b'"%b":"' % INPUTS.encode())
        self._by_inputs: dict[str, Experiment] = {}

    def look(self) -> None:
        """Reads what changed since the last look.

        Raises:
            GitError: when git refuses.
            EnvironmentProblemError: when git cannot be started.
        """
        if self._branches.look():
            self._by_inputs = _by_inputs(self._branches.experiments.values())

    def find(self, inputs: str) -> Experiment | None:
        """Returns the experiment that these inputs gave as of the last look; one that ran, sooner than one reused.

        It may be on a branch here, on a remote or in the archive. One that failed, was stopped or pruned, or that
        commits came after, is none.
        """
        return self._by_inputs.get(inputs)


def _by_inputs(experiments: Iterable[Experiment]) -> dict[str, Experiment]:
    found: dict[str, Experiment] = {}
    for one in experiments:
        inputs = one.search.get(INPUTS)
        if one.status != "finished" or one.stale or one.search.get(PRUNED) or not isinstance(inputs, str) or not inputs:
            continue
        # a reused record points at the one that ran, and a chain of them would grow with each sweep
        known = found.get(inputs)
        if known is None or (REUSED in known.search and REUSED not in one.search):
            found[inputs] = one
    return found
