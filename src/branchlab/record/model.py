"""What a run leaves on its branch, as one immutable value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Number

RunStatus = Literal["finished", "failed", "stopped"]

SCHEMA = 1


class Run(NamedTuple):
    """The provenance of a record: enough to run it again.

    Attributes:
        id: time prefix for the eye and random bits, `20261120T233015-7f3a9c`.
        status: how the command ended.
        command: the argument list.
        started: ISO 8601, UTC, ends with `Z`.
        seconds: wall time.
        seed: the one the run declared, if it did.
        code: full id of the commit that holds the exact code which ran; empty when the commit that holds the record
            holds the code as well, as after `git commit`.
        note: hypothesis or remark, one line or several.
        exit_code: of the command; negative for a signal; None when unknown.
        exact: False when the code was captured after the run, or is not the code that ran.
        tree: id of the code that ran without what records write (`branchlab.git.codetree`), where `code` is empty.
        differs: paths of the commit that are not as they were when the run started, the first twenty.
        not_code: paths that were no code to the project when it ran, as `project.not_code` has them.
        merged: ids of the runs whose records were merged into this one; its metrics are then stale.
    """

    id: str
    status: RunStatus
    command: tuple[str, ...]
    started: str
    seconds: float
    seed: int | None = None
    code: str = ""
    note: str = ""
    exit_code: int | None = None
    exact: bool = True
    tree: str = ""
    differs: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    not_code: tuple[str, ...] = ()


class Best(NamedTuple):
    """The best value of a metric over its history and the step it was reached at."""

    value: Number
    step: int


class DataFile(NamedTuple):
    """A file or folder by content. A folder's `md5` ends in `.dir`, as DVC writes it.

    Attributes:
        md5: digest in hexadecimal.
        bytes: size; of all files together for a folder.
        files: number of files, for a folder.
        output: True for what the run made; only inputs decide whether values are comparable.
    """

    md5: str
    bytes: int
    files: int | None = None
    output: bool = False


class Record(NamedTuple):
    """Everything `metrics.toml` says. Metric and slice names are kept as written (`val/loss`, `region=eu`).

    Attributes:
        params: nested tables of scalars and lists, as the run saw them.
        metrics: summary value by metric.
        best: best value and its step by metric.
        splits: metrics by split, fold or seed (`test`, `fold-0`).
        slices: metrics by slice (`region=eu`), `rows` among them is the slice's size.
        data: inputs and outputs by path relative to the project.
        resources: `seconds`, `peak_memory` (bytes), `mean_cpu` and `mean_gpu` (percent; 100 is one core, one device), …
        environment: `python`, `platform`, `packages_hash`, and a table `packages` of versions by name.
        sweep: what search the run is a trial of, empty when of none: `name`, `trial` (its number, counts from 0),
            `values` by dotted parameter, and what else `branchlab.sweep` writes there.
    """

    run: Run
    params: Mapping[str, Any] = {}
    metrics: Mapping[str, Number] = {}
    best: Mapping[str, Best] = {}
    splits: Mapping[str, Mapping[str, Number]] = {}
    slices: Mapping[str, Mapping[str, Number]] = {}
    data: Mapping[str, DataFile] = {}
    resources: Mapping[str, Number] = {}
    environment: Mapping[str, Any] = {}
    sweep: Mapping[str, Any] = {}


def unrecorded(params: Mapping[str, Any]) -> Record:
    """Returns what is known of a commit without a record: its parameters; its run has no id."""
    return Record(Run("", "finished", (), "", 0.0), params=params)
