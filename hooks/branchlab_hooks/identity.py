"""Whether the code that is being committed is the code that ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.codetree import code_tree
from branchlab.git.index import changed_paths
from branchlab.record.paths import is_one_of, written_paths
from branchlab.running.ran_code import files_written
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.record.model import Record, Run
    from branchlab.running.ran_code import RanCode
    from branchlab.tracking.state import RunState
    from branchlab.workspace import Workspace

_NAMED = 20


class Identity(NamedTuple):
    """What is known of the code of a run beside that of a commit.

    Attributes:
        workspace: the project.
        tree: tree id of the commit, as it is without the record.
        ran: the code that ran; None when it was not captured.
        doubtful: paths that may have been otherwise when the run started.
        ignored: paths that are no code: metric files of other tools.
        state: the run; what it wrote is no code either.
    """

    workspace: Workspace
    tree: str
    ran: RanCode | None
    doubtful: Sequence[str] = ()
    ignored: Sequence[str] = ()
    state: RunState | None = None

    def provenance(self, record: Record) -> Run:
        """Returns the provenance of a record that is committed together with its code."""
        repository, prefix = self.workspace.repository, self.workspace.prefix
        written = written_paths(record, self.workspace.settings.record, prefix)
        outputs = [prefix + path for path, file in record.data.items() if file.output]
        # The pointer of an artifact that this run did not make leaves the commit together with what it pointed to.
        not_made = [f"{prefix}{path}.dvc" for path in self.workspace.settings.artifacts]
        aside = (*written, *outputs, *self.ignored)
        without = (*written, *not_made)
        tree = code_tree(repository, self.tree, without)
        changed: list[str] = []
        if self.ran and (ran := code_tree(repository, self.ran.commit, without)) != tree:
            paths = changed_paths(repository, self.ran.commit, self.tree)
            changed = self._without_outputs([path for path in paths if not is_one_of(path, aside)])
            # Where only outputs differ the tree of the commit counts: any clone can compute that one again.
            tree = ran if changed else tree
        # A short run may write its outputs before its code is captured.
        unsure = (*self.doubtful, *(self.ran.differs if self.ran else ()))
        # A capture that is neither exact nor names a path tells nothing about the code.
        known = self.ran is not None and (self.ran.exact or bool(self.ran.differs))
        differs = sorted({*changed, *(path for path in unsure if not is_one_of(path, aside))})
        return record.run._replace(
            code="",
            tree=tree,
            exact=known and not differs,
            differs=tuple(differs[:_NAMED]),
        )

    def _without_outputs(self, paths: list[str]) -> list[str]:
        if not paths or self.ran is None or self.state is None:
            return paths
        made = files_written(self.workspace, self.state, self.ran, paths)
        return [path for path in paths if path not in made]


def belongs(workspace: Workspace, record: Record, tree: str) -> bool:
    """Tells whether a tree holds the code of a record: what ran, or what was committed with it."""
    repository, run = workspace.repository, record.run
    written = written_paths(record, workspace.settings.record, workspace.prefix)
    code = code_tree(repository, tree, written)
    return code == run.tree or bool(run.code and code == code_tree(repository, run.code, written))


def same_code(workspace: Workspace, record: Record, first: str, second: str) -> bool:
    """Tells whether two trees or commits differ in nothing but what the record writes."""
    written = written_paths(record, workspace.settings.record, workspace.prefix)
    repository = workspace.repository
    return code_tree(repository, first, written) == code_tree(repository, second, written)
