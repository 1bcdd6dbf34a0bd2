"""Experiments as the two ways to record leave them, made by hand so that each can be spoiled in one place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from branchlab.git.codetree import code_tree
from branchlab.git.repository import find_repository
from branchlab.project import RecordSettings
from branchlab.record.format import dump_record
from branchlab.record.message import commit_message
from branchlab.record.paths import written_paths
from in_process import call
from sample_records import record

if TYPE_CHECKING:
    from branchlab.record.model import Record
    from scratch_repository import ScratchRepository

RUN = "20261120T230115-7f3a91"


class Answer(NamedTuple):
    """What `branchlab check --json` said."""

    code: int
    verdict: str
    findings: list[dict[str, str]]
    words: str

    @property
    def kinds(self) -> list[tuple[str, str, str]]:
        """Level, kind and place of each finding."""
        return [(one["level"], one["kind"], one["place"]) for one in self.findings]

    @property
    def said(self) -> str:
        """All that was found, in one text."""
        return "\n".join(f"{one['place']}: {one['what']}; {one['remedy']}" for one in self.findings)


def check(repository: ScratchRepository, *arguments: str) -> Answer:
    """Runs `branchlab check`."""
    said = call(repository.path, "check", "--json", *arguments)
    assert said.out, said.err
    table = json.loads(said.out)
    return Answer(said.code, table["verdict"], table["findings"], said.err)


def message(name: str, one: Record) -> str:
    """Returns the message of the commit that holds a record."""
    return commit_message(one, name, {})


def by_run(repository: ScratchRepository, name: str, code: str = "print(2)\n", **changes: Any) -> Record:
    """Makes a branch as `branchlab run` does: a commit of code, and one with the record on top; stays on it."""
    repository.git("switch", "-q", "-c", name)
    parent = repository.commit("code", **{"train.py": code})
    one = record(**changes)
    one = one._replace(run=one.run._replace(code=parent))
    repository.commit(
        message(name, one), **{"metrics.toml": dump_record(one).decode(), "metrics/history.csv": "step\n"}
    )
    return one


def by_commit(repository: ScratchRepository, name: str, code: str = "print(2)\n", **changes: Any) -> Record:
    """Makes a branch as `git commit` with hooks does: code and record in one commit; stays on it."""
    repository.git("switch", "-q", "-c", name)
    repository.commit("code", **{"train.py": code})
    one = record(**changes)
    if not one.run.tree:
        without = written_paths(one, RecordSettings())
        tree = code_tree(find_repository(str(repository.path)), "HEAD", without)
        one = one._replace(run=one.run._replace(code="", tree=tree))
    repository.write("metrics.toml", dump_record(one))
    repository.git("add", "--all")
    repository.git("commit", "-q", "--amend", "-m", message(name, one))
    return one
