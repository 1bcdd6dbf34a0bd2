"""Random records, as hostile as a record may be, and a comparison that knows NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st

from branchlab.record.model import Best, DataFile, Record, Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Number

settings.register_profile("patient", deadline=None)  # the machine may be busy
settings.load_profile("patient")

INTEGERS = st.integers(-(1 << 63), (1 << 63) - 1)
NUMBERS: st.SearchStrategy[Number] = st.floats() | INTEGERS
HOSTILE = st.sampled_from(
    [
        *("", " ", ".", "a.b", "#", "=", "[run]", "]", '"', '"""', "'''", "\\", "\\e", "\n", "\r", "\r\n", "\t"),
        *("\x00", "\x1b[2J", "\x7f", "\x85", "\u202e", "\ufeff", "\ufdd0", "\U0010ffff", "-f", "nan", "inf"),
        *(".".join("abcdefghijklmnopqrstuvwxyz"), "started = 2026-01-01T00:00:00Z", "<<<<<<< ours", "\n[run]\n"),
        *("1", "true", "schema", "started", "__proto__", "data/train.csv", "région=eu", "损失", "x" * 500),
    ]
)
NAMES = HOSTILE | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TEXTS = NAMES | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
METRICS = st.dictionaries(NAMES, NUMBERS, max_size=4)
SCALARS = TEXTS | st.booleans() | INTEGERS | st.floats()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
).filter(lambda value: depth(value) < 6)
TABLES = st.dictionaries(NAMES, VALUES, max_size=4)
STARTED = st.datetimes().map(lambda time: time.isoformat() + "Z")
OPTIONAL_INTEGERS = st.none() | INTEGERS


def depth(value: Any) -> int:
    """Returns how many containers a value is made of, one in the other."""
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


RUNS = st.builds(
    Run,
    id=TEXTS,
    status=st.sampled_from(["finished", "failed", "stopped"]),
    command=st.lists(TEXTS, max_size=4).map(tuple),
    started=STARTED,
    seconds=st.floats(),
    seed=OPTIONAL_INTEGERS | st.integers(min_value=1 << 63, max_value=1 << 200),
    code=TEXTS,
    note=TEXTS,
    exit_code=OPTIONAL_INTEGERS,
    exact=st.booleans(),
    tree=TEXTS,
    differs=st.lists(TEXTS, max_size=3).map(tuple),
    merged=st.lists(TEXTS, max_size=3).map(tuple),
    not_code=st.lists(TEXTS, max_size=3).map(tuple),
)
SWEEPS: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.builds(
    lambda rest, name, trial, values: {**rest, "name": name, "trial": trial, "values": values},
    TABLES,
    TEXTS,
    INTEGERS,
    st.dictionaries(NAMES, SCALARS, max_size=3),
)
RECORDS = st.builds(
    Record,
    run=RUNS,
    params=TABLES,
    metrics=METRICS,
    best=st.dictionaries(NAMES, st.builds(Best, NUMBERS, INTEGERS), max_size=3),
    splits=st.dictionaries(NAMES, METRICS, max_size=3),
    slices=st.dictionaries(NAMES, METRICS, max_size=3),
    data=st.dictionaries(NAMES, st.builds(DataFile, TEXTS, INTEGERS, OPTIONAL_INTEGERS, st.booleans()), max_size=3),
    resources=METRICS,
    environment=TABLES,
    sweep=SWEEPS,
)


def example(**changes: Any) -> Record:
    """Returns a small ordinary record with some fields changed."""
    fields: dict[str, Any] = {"run": run_example(), "params": {"lr": 0.1}, "metrics": {"accuracy": 0.93}}
    return Record(**{**fields, **changes})


def run_example(**changes: Any) -> Run:
    """Returns an ordinary run with some fields changed."""
    fields: dict[str, Any] = {
        "id": "20261120T233015-7f3a9c",
        "status": "finished",
        "command": ("python", "train.py"),
        "started": "2026-11-20T23:30:15Z",
        "seconds": 41.2,
    }
    return Run(**{**fields, **changes})


def exact(value: Any) -> Any:
    """Returns a value in a form where 1 is not 1.0 or True, 0.0 is not -0.0, and NaN is NaN; keys have no order."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [exact(item) for item in value]
    return f"{type(value).__name__} {value!r}"


def key_order(table: Mapping[str, Any]) -> list[Any]:
    """Returns the keys of nested tables in the order in which they stand there, scalars before tables."""
    return [[key, key_order(value)] if isinstance(value, dict) else key for key, value in table.items()]
