"""`branchlab.experiments()`: the catalog for notebooks, as values and as a pandas DataFrame."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from branchlab.catalog.catalog import read_catalog
from branchlab.catalog.query import parse_query, select, whose
from branchlab.experiment import Experiment
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("name", "commit", "status", "started", "seconds", "author", "note")
_OF_TRIALS = ("sweep", "trial")


class Experiments(Sequence[Experiment]):
    """Experiments in a fixed order, newest first unless they were sorted otherwise."""

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self._experiments = tuple(experiments)

    @overload
    def __getitem__(self, index: int) -> Experiment: ...

    @overload
    def __getitem__(self, index: slice) -> Experiments: ...

    def __getitem__(self, index: int | slice) -> Experiment | Experiments:
        """Returns one experiment, or a part of them."""
        if isinstance(index, slice):
            return Experiments(self._experiments[index])
        return self._experiments[index]

    def __len__(self) -> int:
        """Returns how many there are."""
        return len(self._experiments)

    def __repr__(self) -> str:
        """Returns the number and the first names."""
        names = ", ".join([experiment.name for experiment in self._experiments[:3]])
        return f"<{len(self)} experiments: {names}{', …' if len(self) > 3 else ''}>"  # noqa: PLR2004 - three are named

    def to_frame(self) -> pd.DataFrame:
        """Returns one row per experiment.

        The columns are name, commit, status, started (UTC), seconds, author and note, where trials of a sweep are among
        them sweep and trial, then `params.*`, `metrics.*` and `best.*`; what an experiment lacks is missing there.
        """
        import pandas as pd

        frame = pd.DataFrame([_flat(experiment) for experiment in self._experiments])
        fields = [*_COLUMNS, *(_OF_TRIALS if any(one.trial is not None for one in self._experiments) else ())]
        tables = [key for key in frame.columns if key not in fields]
        # A stable sort: within a table columns stay as the first experiments have them.
        order = sorted(tables, key=lambda key: ("params", "metrics", "best").index(key.partition(".")[0]))
        frame = frame.reindex(columns=[*fields, *order])
        frame["started"] = pd.to_datetime(frame["started"], utc=True, format="ISO8601", errors="coerce")
        return frame


def experiments(query: str = "", path: str | os.PathLike[str] = ".") -> Experiments:
    """Returns the experiments of the project around `path` that fit the query, newest first.

    Args:
        query: terms such as `accuracy > 0.9`, `status:failed`, `best:accuracy`; all of them when it is empty.
        path: any folder of the project.

    Raises:
        QueryError: with the place of a mistake in the query.
        EnvironmentProblemError: outside a repository or without git.
    """
    workspace = open_workspace(os.path.abspath(path))
    catalog = read_catalog(workspace)
    parsed = parse_query(query, workspace.settings, whose(query, workspace.repository))
    return Experiments(select(parsed, catalog.experiments))


def _flat(experiment: Experiment) -> dict[str, Any]:
    fields = (*_COLUMNS, *_OF_TRIALS) if experiment.trial is not None else _COLUMNS
    row: dict[str, Any] = {key: getattr(experiment, key) for key in fields}
    for table in ("params", "metrics", "best"):
        row |= {f"{table}.{key}": value for key, value in getattr(experiment, table).items()}
    return row
