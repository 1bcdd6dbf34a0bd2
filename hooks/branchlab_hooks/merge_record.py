"""Merges two records. A record is what one run saw, so two of them are never mixed.

The record of the branch that the user is on stays, and names the other run under `merged`: its metrics are stale
until they are measured again. Only what two branches say about the same run is merged by key.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError
from branchlab.record.format import dump_record, parse_record
from branchlab.record.model import SCHEMA
from branchlab.toml_text import load_toml

if TYPE_CHECKING:
    from branchlab.record.model import Record, Run
    from branchlab_hooks.versions import Side, Versions

_MOST_MERGED = 1000
# Looked for in the text, as a newer record need not parse; nine digits, so that int() has little to do.
_SCHEMA = re.compile(rb"^schema = ([0-9]{1,9})$", re.MULTILINE)


def merge_records(versions: Versions, side: Side) -> bytes:
    """Returns the record of `side`, which names the other run as merged into it.

    Raises:
        DamagedError: when one of the two cannot be read.
    """
    whole = versions.unchanged()
    if whole is not None:
        return whole
    own, other = versions.ours, versions.theirs
    if side == "theirs":
        # In a rebase, where git calls the user's own branch theirs.
        own, other = other, own
    kept, left = _parse(own, versions.path), _parse(other, versions.path)
    base = None
    if versions.base:
        # A base that cannot be read only means that nothing is known to have been replaced.
        with suppress(DamagedError):
            base = _parse(versions.base, versions.path).run
    if kept.run.id == left.run.id:
        same_run = base and base.id == kept.run.id
        # Beside the base of another run, what one side added could count as taken out by the other.
        kept = _by_key(versions.base if same_run else b"", own, other)
    return dump_record(kept._replace(run=kept.run._replace(merged=_merged(base, kept.run, left.run))))


def _parse(text: bytes, source: str) -> Record:
    newer = _SCHEMA.search(text)
    if newer and int(newer[1]) > SCHEMA:
        raise DamagedError(f"{source} is of a newer schema", "update branchlab")
    return parse_record(text, source)


def _merged(base: Run | None, kept: Run, left: Run) -> tuple[str, ...]:
    """Returns the runs that a record now stands for as well; the one that both come from has been replaced since."""
    replaced = base is not None and base.id == left.id
    ids = dict.fromkeys((*kept.merged, *left.merged, *(() if replaced else (left.id,))))
    return tuple(run for run in ids if run != kept.id)[-_MOST_MERGED:]


def _by_key(base: bytes, own: bytes, other: bytes) -> Record:
    """Returns what two branches say about one run; where they differ, what `own` says."""
    import tomli_w

    from branchlab.parameters.three_way import merge_tables

    tables: list[dict[str, Any]] = [load_toml(text) for text in (base, own, other)]
    return parse_record(tomli_w.dumps(merge_tables(*tables).table).encode())
