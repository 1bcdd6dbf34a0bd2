"""What holds for a commit for ever, kept in a cache: a check costs what changed since the last one.

The file has the form of the catalog's index; deleting it loses nothing.
"""

from __future__ import annotations

import gc
import json
import os
from typing import TYPE_CHECKING

from branchlab import __version__
from branchlab.catalog.index import Entry, append_entries, find_entry, load_index, project_key, tidy_index
from branchlab.check.contents import NOTHING, read_contents
from branchlab.check.finding import Finding
from branchlab.check.objects import Objects
from branchlab.check.records import judge_records
from branchlab.data.pointer import Output
from branchlab.git.trees import OID_BYTES
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab.catalog.index import Index
    from branchlab.workspace import Workspace

FACTS_FILE = "index.check.v1"
_STARTED = b"-"  # the index sorts by time, a check does not


class Facts(NamedTuple):
    """What a commit holds.

    Attributes:
        findings: about its record, its code, its settings and its pointers; without a place.
        run: id of the run that its record is of, empty without one.
        outputs: data that its pointers name.
        brought: whether the commit itself changed the record.
        merge: whether the commit has several parents.
        sure: False when git could not give all that was asked for, and may next time.
    """

    findings: tuple[Finding, ...]
    run: str
    outputs: tuple[Output, ...]
    brought: bool = False
    merge: bool = False
    sure: bool = True


def facts_of(workspace: Workspace, oids: Sequence[str], kept: Iterable[str]) -> dict[str, Facts]:
    """Returns the facts of commits, from the cache or from git; a commit that git cannot give is left out.

    Args:
        workspace: the project.
        oids: full commit ids, each once.
        kept: all commits that are worth keeping in the cache.
    """
    index = _index(workspace)
    found: dict[str, Facts] = {}
    for oid in oids:
        entry = find_entry(index, oid.encode())
        if entry:
            found[oid] = _decode(entry.row)
    left = [oid for oid in oids if oid not in found]
    if left:
        fresh = read_facts(workspace, left)
        found |= fresh
        sure = {oid.encode(): Entry(_STARTED, _encode(facts)) for oid, facts in fresh.items() if facts.sure}
        append_entries(index, sure)
    if index.untidy:
        tidy_index(index.path, [oid.encode() for oid in kept])
    return found


def read_facts(workspace: Workspace, oids: Sequence[str], whole: Sequence[str] | None = None) -> dict[str, Facts]:
    """Reads commits from git and judges their records; settings and pointers only of those in `whole`, or of all."""
    # Hundreds of thousands of long-lived values would be walked through again and again while they are made.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _read_facts(workspace, oids, oids if whole is None else whole)
    finally:
        if collecting:
            gc.enable()


def _read_facts(workspace: Workspace, oids: Sequence[str], whole: Sequence[str]) -> dict[str, Facts]:
    objects = Objects(workspace.repository)
    judged = judge_records(workspace, objects, oids)
    contents = read_contents(workspace, objects, whole)
    found = {}
    for oid, one in judged.items():
        findings, outputs = contents.get(oid, NOTHING)
        sure = one.sure and not any(finding.level == "unknown" for finding in findings)
        found[oid] = Facts((*findings, *one.findings), one.run, outputs, one.brought, one.merge, sure)
    return found


def _index(workspace: Workspace) -> Index:
    """Opens the cache; other settings of the record or another version of branchlab have a key of their own."""
    repository, record = workspace.repository, workspace.settings.record
    key = project_key(repr((__version__, workspace.prefix, record.metrics, record.directory)))
    path = os.path.join(repository.state_dir, FACTS_FILE)
    return load_index(path, key, 2 * OID_BYTES[repository.object_format])


def _encode(facts: Facts) -> bytes:
    # By position: a field that is moved in Facts, Finding or Output needs a new FACTS_FILE, also between two releases.
    return json.dumps(facts, separators=(",", ":")).encode()


def _decode(row: bytes) -> Facts:
    findings, run, outputs, *flags = json.loads(row)
    return Facts(tuple(Finding(*one) for one in findings), run, tuple(Output(*one) for one in outputs), *flags)
