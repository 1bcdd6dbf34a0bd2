"""One row of the catalog as JSON text: written once per commit, spliced into answers without being parsed.

A row is the JSON object of an experiment without its first two members, name and commit, which belong to the branch.
It is plain ASCII, so that nothing from a repository can steer a terminal through `ls --json`.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from branchlab.experiment import Experiment

if TYPE_CHECKING:
    from branchlab.record.summary import Summary

_NUMBER_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_SWEEP = ("sweep", "trial", "search")  # only trials have them: most rows are none
_BEYOND_ASCII = re.compile("[^\\x00-\\x7f]")
# It escapes all that is not printable ASCII, DEL included.
_ENCODER = json.JSONEncoder(allow_nan=False, check_circular=False, separators=(",", ":"))


def experiment_of(summary: Summary, author: str, *, stale: bool) -> Experiment:
    """Returns a recorded experiment that lacks only name and commit, which belong to the branch."""
    return Experiment(
        name="",
        commit=None,
        status=summary.status,
        started=summary.started,
        seconds=summary.seconds,
        author=author,
        note=summary.note,
        params=summary.params,
        metrics=summary.metrics,
        best=summary.best,
        run=summary.run,
        seed=summary.seed,
        data=summary.data,
        stale=stale,
        sweep=summary.sweep,
        trial=summary.trial,
        search=summary.search,
    )


def encode_row(experiment: Experiment) -> bytes:
    """Writes everything but name and commit; numbers that JSON lacks become the words NaN, Infinity, -Infinity."""
    table = _table(experiment)
    try:
        text = _ENCODER.encode(table)
    except ValueError:
        text = _ENCODER.encode(_in_words(table))
    return text[1:].encode()


def _table(experiment: Experiment) -> dict[str, Any]:
    # These two come first: `answer` looks for them there.
    fields = experiment._asdict()
    sweep, stale, problem = {key: fields.pop(key) for key in _SWEEP}, fields.pop("stale"), fields.pop("problem")
    table = {
        "started": experiment.started,
        "run": experiment.run,
        **fields,
        **(sweep if experiment.trial is not None else {}),
    }
    del table["name"], table["commit"]
    return {**table, "stale": stale, "problem": problem}  # these two come last: a shape looks for them there


def plain_ascii(row: bytes) -> bytes:
    """Returns JSON with each letter beyond ASCII escaped."""
    return _BEYOND_ASCII.sub(_escape, row.decode()).encode()


def encode_author(name: bytes) -> bytes:
    """Writes the name of an author as a JSON string."""
    return json.dumps(name.decode(errors="replace")).encode()


def _escape(letter: re.Match[str]) -> str:
    return _ENCODER.encode(letter[0])[1:-1]


def encode_experiment(experiment: Experiment) -> bytes:
    """Writes the whole JSON object."""
    commit = f'"{experiment.commit}"' if experiment.commit else "null"
    return b'{"name":%b,"commit":%b,%b' % (encode_name(experiment.name), commit.encode(), encode_row(experiment))


def encode_name(name: str) -> bytes:
    """Writes a branch name as a JSON string."""
    if name.isascii() and name.isprintable() and '"' not in name and "\\" not in name:
        return b'"%b"' % name.encode()
    readable = name.encode(errors="surrogateescape").decode(errors="replace")
    return json.dumps(readable).encode()


def decode_row(name: str, commit: str | None, row: bytes) -> Experiment:
    """Reads a row back."""
    return _experiment({"name": name, "commit": commit, **json.loads(b"{" + row)})


def decode_experiments(rows: bytes, pool: dict[Any, Any] | None = None) -> list[Experiment]:
    """Reads whole JSON objects that stand behind each other with commas between.

    What is read together shares the names of its metrics and parameters in memory. What is read with the same `pool`
    shares the names of authors, texts of parameters and inputs as well: a third of what ten thousand rows take.
    """
    tables = json.loads(b"[%b]" % rows)
    if pool is not None:
        for table in tables:
            _share(table, pool)
    return [_experiment(table) for table in tables]


def _share(table: dict[str, Any], pool: dict[Any, Any]) -> None:
    table["author"] = pool.setdefault(table["author"], table["author"])
    table["status"] = pool.setdefault(table["status"], table["status"])
    table["data"] = pool.setdefault(tuple(table["data"].items()), table["data"])
    params = table["params"]
    for name, value in params.items():
        if type(value) is str:
            params[name] = pool.setdefault(value, value)


def _experiment(table: dict[str, Any]) -> Experiment:
    for key in ("metrics", "best"):
        table[key] = _numbers(table[key])
    table["seconds"] = _NUMBER_WORDS.get(table["seconds"], table["seconds"])
    return Experiment(**table)


def _numbers(values: dict[str, Any]) -> dict[str, Any]:
    for name, value in values.items():
        if type(value) is str:
            values[name] = _NUMBER_WORDS.get(value, math.nan)
    return values


def _in_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_words(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
