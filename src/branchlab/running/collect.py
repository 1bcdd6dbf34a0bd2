"""Reads the metrics that other tools left: dvclive, and any metrics file in JSON, YAML, TOML, CSV or TSV."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

from branchlab.errors import BranchlabError
from branchlab.text import flatten, safe_text
from branchlab.tracking.reading import merge_params
from branchlab.tracking.values import number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.experiment import Number
    from branchlab.tracking.reading import Point

VALUES_BYTES = 1 << 20
CURVES_BYTES = 1 << 27  # the whole table is held in memory
MOST_FILES = 1_000
_VALUES = (".json", ".yaml", ".yml", ".toml")
_CURVES = (".csv", ".tsv")
# Tables of a metrics file by these names are what the script was told, not what it measured.
_PARAMETERS = ("args", "params", "parameters", "hparams", "hyperparameters", "config")
_Item = TypeVar("_Item")
_LIVE_CURVES = os.path.join("plots", "metrics")


class Collected(NamedTuple):
    """What was found.

    Attributes:
        summary: the summary value by metric: what a file says, else the last point of the curve.
        series: points by metric, in the order of the file; `seconds` is 0 where the file does not tell.
        problems: one line for each file that was left out, with the reason.
        params: what the files say the script was told: a table such as `args` of a metrics file, dvclive's params.yaml.
    """

    summary: dict[str, Number]
    series: dict[str, list[Point]]
    problems: list[str]
    params: dict[str, Any]


def collect_metrics(root: str, patterns: Sequence[str]) -> Collected:
    """Reads all files below `root` that match a pattern (`**` for any folders), and dvclive folders.

    A metric that several files name is kept from the first one; the others get the file's name as a prefix
    (`other/loss`). A file that cannot be read is a problem, never an exception.
    """
    found = Collected({}, {}, [], {})
    inside = os.path.realpath(root)
    for path in _matches(inside, patterns, found.problems):
        if os.path.isdir(path):
            _add_live(found, inside, path)
        else:
            _add_file(found, inside, path)
    for name, points in found.series.items():
        found.summary.setdefault(name, points[-1].value)
    return found


def collected_files(root: str, patterns: Sequence[str]) -> list[str]:
    """Returns the files that `collect_metrics` reads, relative to `root`."""
    inside = os.path.realpath(root)
    found: list[str] = []
    for path in _matches(inside, patterns, []) if patterns else ():
        if os.path.isdir(path):
            found += [*_files(os.path.join(path, _LIVE_CURVES)), os.path.join(path, "metrics.json")]
        else:
            found.append(path)
    return [os.path.relpath(path, inside) for path in found if os.path.isfile(path)]


def _matches(root: str, patterns: Sequence[str], problems: list[str]) -> list[str]:
    import glob

    paths: dict[str, None] = {}
    for pattern in patterns:
        if os.path.isabs(pattern) or ".." in pattern.split("/"):
            problems.append(f"the pattern {safe_text(pattern)} leads out of the project")
            continue
        matched = sorted(glob.glob(pattern, root_dir=root, recursive=True))
        if not matched:
            problems.append(f"nothing matches {safe_text(pattern)}")
        # A dict, not a set: the order of the patterns decides which file keeps the plain name of a metric.
        paths.update(dict.fromkeys(os.path.join(root, path) for path in matched))
    if len(paths) > MOST_FILES:
        problems.append(f"{len(paths)} files match; the first {MOST_FILES} are read")
    return list(paths)[:MOST_FILES]


def _add_live(found: Collected, root: str, folder: str) -> None:
    """Adds a dvclive folder: `metrics.json` and one table per metric, whose name is its path."""
    curves = os.path.join(folder, _LIVE_CURVES)
    names = {}
    for path in _files(curves):
        name = os.path.relpath(path, curves).rpartition(".")[0].replace(os.sep, "/")
        names[name.replace("/", ".")] = name
        for series in _read_series(found, root, path).values():
            _keep(found.series, name, series, path)
    told = os.path.join(folder, "params.yaml")
    if os.path.isfile(told):
        merge_params(found.params, _load(found, root, told))
    values = os.path.join(folder, "metrics.json")
    if os.path.isfile(values):
        # dvclive nests `val/loss` into tables; the file names of the curves still tell.
        for key, value in _read_values(found, root, values).items():
            if key == "step":  # its counter, no metric
                continue
            _keep(found.summary, names.get(key, key), value, values)
    elif not names:
        found.problems.append(f"{safe_text(os.path.relpath(folder, root))} is a folder without metrics.json")


def _files(folder: str) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        # os.walk gives the order of the disk, and the first file of two keeps its name.
        folders.sort()
        yield from (os.path.join(parent, name) for name in sorted(names) if name.endswith(_CURVES))


def _add_file(found: Collected, root: str, path: str) -> None:
    suffix = os.path.splitext(path)[1].lower()
    if suffix in _CURVES:
        for name, series in _read_series(found, root, path).items():
            _keep(found.series, name, series, path)
    elif suffix in _VALUES:
        for name, value in _read_values(found, root, path).items():
            _keep(found.summary, name, value, path)
    else:
        found.problems.append(f"{safe_text(os.path.relpath(path, root))} is no JSON, YAML, TOML, CSV or TSV file")


def _keep(items: dict[str, _Item], name: str, item: _Item, path: str) -> None:
    if name in items:
        name = f"{os.path.splitext(os.path.basename(path))[0]}/{name}"
    items.setdefault(name, item)


def _read_series(found: Collected, root: str, path: str) -> Mapping[str, list[Point]]:
    source = os.path.relpath(path, root)
    from branchlab.running.curves import read_curves

    try:
        table = read_curves(_read(root, source, CURVES_BYTES), source)
    except (BranchlabError, OSError, ValueError) as error:
        found.problems.append(_reason(source, error))
        return {}
    for name, value in table.summary.items():
        _keep(found.summary, name, value, path)
    return table.series


def _read_values(found: Collected, root: str, path: str) -> dict[str, Number]:
    table = _load(found, root, path)
    for name in [name for name in _PARAMETERS if isinstance(table.get(name), dict)]:
        merge_params(found.params, table.pop(name))
    # `type`, since True is an int to isinstance, and a flag is no metric.
    values = {name: value for name, value in flatten(table).items() if type(value) in (int, float)}
    return {name: plain for name, value in values.items() if (plain := number(value)) is not None}


def _load(found: Collected, root: str, path: str) -> dict[str, Any]:
    """Returns the table in a file; what cannot be read is a problem and empty."""
    from branchlab.parameters.files import load_parameters

    source = os.path.relpath(path, root)
    try:
        table = load_parameters(source, _read(root, source, VALUES_BYTES))
        flatten(table)  # raises for what is nested too deeply
    except (BranchlabError, OSError, ValueError, RecursionError) as error:
        found.problems.append(_reason(source, error))
        return {}
    return table


def _read(root: str, source: str, most: int) -> bytes:
    path = os.path.realpath(os.path.join(root, source))
    if os.path.commonpath((root, path)) != root:
        raise ValueError("leads out of the project")
    if not os.path.isfile(path):  # a pipe would wait for a writer
        raise ValueError("is no regular file")
    with open(path, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ValueError(f"is larger than {most >> 20} MiB")
    return content


def _reason(source: str, error: Exception) -> str:
    reason = error.message if isinstance(error, BranchlabError) else getattr(error, "strerror", None) or str(error)
    source, reason = safe_text(source), safe_text(reason)
    return reason if source in reason else f"{source} {reason}"
