"""Changes the note of a record, and nothing else in it."""

from __future__ import annotations

from typing import Any

from branchlab.errors import UsageError
from branchlab.record.format import dump_record, parse_record
from branchlab.record.limits import check_limits
from branchlab.record.values import TEXT_LENGTH


def check_note(note: str) -> None:
    """Makes sure that a record can hold a note as it is.

    Raises:
        UsageError: when it is too long, or not UTF-8.
    """
    if len(note) > TEXT_LENGTH:
        raise UsageError(
            f"a note has at most {TEXT_LENGTH:,} characters, not {len(note):,}", "keep long texts in a file"
        )
    if any("\ud800" <= character <= "\udfff" for character in note):
        raise UsageError("the note is not UTF-8", "write it in UTF-8")


def with_note(text: bytes, source: str, note: str) -> bytes:
    """Returns the bytes of a record with another note; an empty one leaves it out.

    What a newer branchlab or a person wrote into the file stays as it is.

    Raises:
        DamagedError: when the record cannot be read, or would break its limits.
    """
    record = parse_record(text, source)
    if dump_record(record) == text:
        return dump_record(record._replace(run=record.run._replace(note=note)))
    import tomlkit

    document: Any = tomlkit.parse(text.decode())
    run = document["run"]
    if note:
        run["note"] = note
    else:
        run.pop("note", None)
    changed = tomlkit.dumps(document).encode()
    check_limits(changed, source)
    return changed
