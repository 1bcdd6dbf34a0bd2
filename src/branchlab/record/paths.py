"""Which files of a commit are not the code of its record: those it writes, and those that decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.project import RecordSettings
    from branchlab.record.model import Record


def written_paths(record: Record, settings: RecordSettings, prefix: str = "") -> tuple[str, ...]:
    """Returns the paths that are not code: the record, its folder, what makes its outputs known, what the team named.

    Args:
        record: the record; its outputs count.
        settings: where records lie.
        prefix: folder of the project relative to the top of the repository, empty or with a trailing slash.
    """
    outputs = [path for path, file in record.data.items() if file.output]
    pointers = [f"{path}.dvc" for path in outputs]
    # `dvc add` names an output in the .gitignore beside it.
    ignores = [f"{path.rpartition('/')[0]}/.gitignore".lstrip("/") for path in outputs]
    written = [settings.metrics, settings.directory, *pointers, *ignores]
    aside = (path[1:] if path.startswith("/") else prefix + path for path in record.run.not_code)
    return tuple(dict.fromkeys([*(prefix + path for path in written), *aside]))


def is_one_of(path: str, places: Iterable[str]) -> bool:
    """Tells whether a path is one of some files, or lies below one of some folders."""
    return any(path == place or path.startswith(f"{place}/") for place in places)
