"""Which files of a commit a record writes, so that all others are its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchlab.project import RecordSettings
    from branchlab.record.model import Record


def written_paths(record: Record, settings: RecordSettings, prefix: str = "") -> tuple[str, ...]:
    """Returns the paths that belong to a record: its file, its folder, and what makes DVC and git know its outputs.

    Args:
        record: the record; its outputs count.
        settings: where records lie.
        prefix: folder of the project relative to the top of the repository, empty or with a trailing slash.
    """
    outputs = [path for path, file in record.data.items() if file.output]
    pointers = [f"{path}.dvc" for path in outputs]
    ignores = [f"{path.rpartition('/')[0]}/.gitignore".lstrip("/") for path in outputs]
    return tuple(prefix + path for path in dict.fromkeys([settings.metrics, settings.directory, *pointers, *ignores]))
