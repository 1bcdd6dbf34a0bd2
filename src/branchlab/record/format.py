"""metrics.toml: a record as text that people diff, and back.

A small record is read with the standard library alone, so that comparing two starts fast. Whatever the bytes are, they
give a record or a `DamagedError` that names the place. docs/formats.md describes the file.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError
from branchlab.record.limits import beyond_64_bits, check_limits, check_shape
from branchlab.record.model import SCHEMA, Best, DataFile, Record, Run
from branchlab.toml_text import load_toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Number

    # The types of each key that is known, and the keys that must be there.
    _Keys = tuple[Mapping[str, tuple[type, ...]], tuple[str, ...]]

RECORD_FILE = "metrics.toml"

_STATUSES = ("finished", "failed", "stopped")
# Python reads at most 4,300 decimal digits (sys.get_int_max_str_digits), hexadecimal ones without limit.
_LARGE_SEED = r"-?(?:0x[0-9a-f]+|[1-9][0-9]{0,4000})"
_MESSAGE_LENGTH = 200
_MEND = "mend the file by hand, or record the run again"


def parse_record(text: bytes, source: str = RECORD_FILE) -> Record:
    """Reads a record. Keys this version does not know are ignored, so a newer schema can add some.

    Raises:
        DamagedError: for bytes that are too large, no TOML, or say something of the wrong type.
    """
    check_limits(text, source)
    try:
        table = load_toml(text)
    except UnicodeDecodeError as error:
        raise DamagedError(f"{source} is not UTF-8 at byte {error.start}", _MEND) from None
    except ValueError as error:
        raise DamagedError(f"{source} is not valid TOML: {error!s:.{_MESSAGE_LENGTH}}", _MEND) from None
    check_shape(table, source)
    # TOML has dates, JSON and the catalog do not. All other tables refuse them by the type of each key.
    for key in {"params", "environment", "sweep"} & table.keys():
        table[key] = _dates_as_text(table[key])
    return record_of(table, source)


def dump_record(record: Record) -> bytes:
    """Writes a record: the same record gives the same bytes, and `parse_record` gives it back.

    Values of numpy and the like are converted here; what no record can hold is cut (`record.values`).

    Raises:
        DamagedError: when a metric is no number, or the result would break the limits of a record.
    """
    import tomli_w

    from branchlab.record.values import plain_key, plain_number, plain_numbers, plain_table

    table: dict[str, Any] = {
        "run": _run_table(record.run),
        "sweep": plain_table(record.sweep),
        "params": plain_table(record.params),
        "metrics": plain_numbers(record.metrics, "metrics"),
        "best": {
            plain_key(name): {"step": int(best.step), "value": plain_number(best.value, f"best.{name}")}
            for name, best in sorted(record.best.items())
        },
        "split": _number_tables(record.splits, "split"),
        "slices": _number_tables(record.slices, "slices"),
        "data": {plain_key(path): _data_table(data) for path, data in sorted(record.data.items())},
        "resources": plain_numbers(record.resources, "resources"),
        "environment": plain_table(record.environment),
    }
    table = {"schema": SCHEMA} | {key: value for key, value in table.items() if value}
    try:
        _check_sweep(table)
    except _MismatchError as error:
        raise DamagedError(f"the new record: {error.place} must be {error.wanted}", "name the sweep's trial") from None
    # Checked as a reader will: a record that is refused only afterwards would stand damaged on its branch.
    text = tomli_w.dumps(table).encode()
    check_limits(text, "the new record")
    check_shape(table, "the new record")
    return text


def record_of(table: Mapping[str, Any], source: str) -> Record:
    """Builds a record from parsed TOML whose limits were checked and whose parameters hold no dates.

    Raises:
        DamagedError: for a value that is missing or of the wrong type.
    """
    try:
        _check(table, _TOP)
        _check_sweep(table)
        get = table.get
        return Record(
            _run(table["run"]),
            get("params", {}),
            _numbers(get("metrics", {}), "metrics"),
            {name: _best(best, name) for name, best in get("best", {}).items()},
            {name: _numbers(split, "split", name) for name, split in get("split", {}).items()},
            {name: _numbers(part, "slices", name) for name, part in get("slices", {}).items()},
            {path: _data_file(data, path) for path, data in get("data", {}).items()},
            _numbers(get("resources", {}), "resources"),
            get("environment", {}),
            get("sweep", {}),
        )
    except _MismatchError as error:
        newer = isinstance(table.get("schema"), int) and table["schema"] > SCHEMA
        raise DamagedError(
            f"{source}: {error.place:.{_MESSAGE_LENGTH}} must be {error.wanted}",
            "a newer branchlab wrote it: update branchlab" if newer else _MEND,
        ) from None


class _MismatchError(Exception):
    def __init__(self, place: str, wanted: str) -> None:
        super().__init__(place, wanted)
        self.place = place
        self.wanted = wanted


# The types are exact: a boolean is no integer here, and a date no string.
_NUMBER = (float, int)  # of several types the first is the one that a message names
_TOP: _Keys = (
    {
        "schema": (int,),
        **dict.fromkeys(("run", "params", "metrics", "best", "split"), (dict,)),
        **dict.fromkeys(("slices", "data", "resources", "environment", "sweep"), (dict,)),
    },
    ("schema", "run"),
)
_RUN: _Keys = (
    {
        "id": (str,),
        "status": (str,),
        "command": (list,),
        "started": (datetime,),
        "seconds": _NUMBER,
        "seed": (int, str),
        "code": (str,),
        "note": (str,),
        "exit_code": (int,),
        "exact": (bool,),
        "tree": (str,),
        "differs": (list,),
        "merged": (list,),
        "not_code": (list,),
    },
    ("id", "status", "started", "seconds"),
)
_BEST: _Keys = ({"value": _NUMBER, "step": (int,)}, ("value", "step"))
_DATA: _Keys = ({"md5": (str,), "bytes": (int,), "files": (int,), "output": (bool,)}, ("md5", "bytes"))
_SWEEP: _Keys = ({"name": (str,), "trial": (int,)}, ("name", "trial"))
_WANTED: dict[type, str] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "true or false",
    list: "a list of strings",
    dict: "a table",
    datetime: "a date and time with an offset such as 2026-11-20T23:30:15Z",
}


def _check(table: Any, keys: _Keys, *place: str) -> None:
    """Holds a table against what it may say; keys nobody knows may stand there."""
    if type(table) is not dict:
        raise _MismatchError(_dotted(*place), "a table")
    known, required = keys
    for key, value in table.items():
        if key in known and type(value) not in known[key]:
            raise _MismatchError(_dotted(*place, key), _WANTED[known[key][0]])
    for key in required:
        if key not in table:
            raise _MismatchError(_dotted(*place, key), _WANTED[known[key][0]])


def _check_sweep(table: Mapping[str, Any]) -> None:
    if "sweep" in table:
        _check(table["sweep"], _SWEEP, "sweep")


def _dotted(*place: str) -> str:
    return ".".join(part if part.isidentifier() else repr(part) for part in place if part)


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _dates_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _run(run: dict[str, Any]) -> Run:
    _check(run, _RUN, "run")
    get = run.get
    status, seed = run["status"], get("seed")
    if status not in _STATUSES:
        raise _MismatchError("run.status", f"one of {', '.join(_STATUSES)}")
    return Run(
        run["id"],
        status,
        _texts(get("command", ()), "command"),
        _instant(run["started"]),
        float(run["seconds"]),
        seed if type(seed) is not str else _large_seed(seed),
        get("code", ""),
        get("note", ""),
        get("exit_code"),
        get("exact", True),
        get("tree", ""),
        _texts(get("differs", ()), "differs"),
        _texts(get("merged", ()), "merged"),
        _texts(get("not_code", ()), "not_code"),
    )


def _texts(values: Sequence[Any], key: str) -> tuple[str, ...]:
    for value in values:
        if type(value) is not str:
            raise _MismatchError(f"run.{key}", "a list of strings")
    return tuple(values)


def _large_seed(text: str) -> int:
    """Reads a seed beyond 64 bits, which stands there as text."""
    if re.fullmatch(_LARGE_SEED, text):
        return int(text, 0)
    raise _MismatchError("run.seed", "an integer")


def _instant(value: datetime) -> str:
    """Returns an offset date-time as ISO 8601 in UTC with a `Z`."""
    text = value.isoformat()
    if not text.endswith("+00:00"):
        if value.tzinfo is None:
            raise _MismatchError("run.started", _WANTED[datetime])
        try:
            text = value.astimezone(UTC).isoformat()
        except OverflowError:  # the first or last day of the calendar, in another zone
            raise _MismatchError("run.started", "a day that UTC has too") from None
    return text[:-6] + "Z"


def _numbers(numbers: Any, *place: str) -> dict[str, Number]:
    if type(numbers) is not dict:
        raise _MismatchError(_dotted(*place), "a table")
    for name, value in numbers.items():
        if type(value) not in _NUMBER:
            raise _MismatchError(_dotted(*place, name), "a number")
    return numbers


def _best(best: Any, name: str) -> Best:
    _check(best, _BEST, "best", name)
    return Best(best["value"], best["step"])


def _data_file(data: Any, path: str) -> DataFile:
    _check(data, _DATA, "data", path)
    return DataFile(data["md5"], data["bytes"], data.get("files"), data.get("output", False))


class _Instant(datetime):
    """A time that tomli_w, which writes `str(value)`, writes as people write it."""

    def __str__(self) -> str:
        return self.isoformat().removesuffix("+00:00") + "Z"


def _run_table(run: Run) -> dict[str, Any]:
    from branchlab.record.values import large_integer, plain_number, plain_text, plain_texts

    try:
        started = _Instant.fromisoformat(run.started).astimezone(UTC)
    except (ValueError, OverflowError):
        raise DamagedError(f"run.started is no time: {run.started!r:.60}", "write it as 2026-11-20T23:30:15Z") from None
    seed = run.seed
    fields: dict[str, Any] = {
        "code": plain_text(run.code) or None,
        "command": plain_texts(run.command),
        "differs": plain_texts(run.differs) or None,
        "exact": None if run.exact else False,
        "exit_code": run.exit_code,
        "id": plain_text(run.id),
        "merged": plain_texts(run.merged) or None,
        "not_code": plain_texts(run.not_code) or None,
        "note": plain_text(run.note) or None,
        "seconds": float(plain_number(run.seconds, "run.seconds")),
        "seed": large_integer(seed) if seed is not None and beyond_64_bits(seed) else seed,
        "started": started,
        "status": run.status,
        "tree": plain_text(run.tree) or None,
    }
    return {key: value for key, value in fields.items() if value is not None}  # TOML has no null


def _number_tables(tables: Mapping[str, Mapping[str, Number]], place: str) -> dict[str, dict[str, Number]]:
    from branchlab.record.values import plain_key, plain_numbers

    return {plain_key(name): plain_numbers(numbers, f"{place}.{name}") for name, numbers in sorted(tables.items())}


def _data_table(data: DataFile) -> dict[str, Any]:
    fields = {"bytes": data.bytes, "files": data.files, "md5": data.md5, "output": data.output or None}
    return {key: value for key, value in fields.items() if value is not None}
