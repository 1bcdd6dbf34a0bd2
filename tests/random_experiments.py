"""Random experiments, queries and orders: few names and values, so that they meet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st

from branchlab.experiment import STATUSES, Experiment
from branchlab.git.repository import Repository
from branchlab.project import MetricRule, Settings
from branchlab.workspace import Workspace
from branchlab_tui.model.rows import Places
from branchlab_tui.model.snapshot import Snapshot, row_key

if TYPE_CHECKING:
    from collections.abc import Sequence

settings.register_profile("patient", deadline=None)  # the machine may be busy
settings.load_profile("patient")

SETTINGS = Settings(
    metrics={
        "accuracy": MetricRule("maximize", "optimize"),
        "loss": MetricRule("minimize", "optimize", measured_on=("data/test.csv",)),
        "size": MetricRule("minimize", unit="kB"),
    }
)
NUMBERS = st.sampled_from([0, 1, -1, 0.5, 0.25, 1.0, 1e-7, 12345.678, math.nan, math.inf, -math.inf, 10**400])
SCALARS = (
    NUMBERS | st.booleans() | st.sampled_from(["", "adam", "sgd", "0.5", "True", "1", "\x1b[2J", "a b"]) | st.none()
)
NAMES = st.sampled_from(["accuracy", "loss", "size", "test.accuracy", "f1", "latency ms"])
PARAMS = st.sampled_from(["lr", "model.depth", "depth", "optimizer", "accuracy", "seed"])
MOMENTS = st.none() | st.sampled_from(["2026-11-01T00:00:00Z", "2026-11-02T10:20:30Z", "2025-01-01T00:00:00.5Z"])
DATA = st.dictionaries(st.sampled_from(["data/train.csv", "data/test.csv"]), st.sampled_from(["a91f", "b02c"]))
WORDS = st.sampled_from(["wider", "Deeper", "dropout 0.5", "", "wider\x00deeper"])
EXPERIMENTS = st.builds(
    Experiment,
    name=st.sampled_from(["exp/model/wider", "exp/data/rows", "exp/tune/lr-0.5", "other", "exp/model/Ünï"]),
    commit=st.none() | st.sampled_from(["a" * 40, "b" * 40]),
    status=st.sampled_from(STATUSES),
    started=MOMENTS,
    seconds=st.none() | st.sampled_from([0.0, 1.5, 1e6, math.nan]),
    author=st.sampled_from(["", "Ada Park", "Björn"]),
    note=WORDS,
    params=st.dictionaries(PARAMS, SCALARS, max_size=3),
    metrics=st.dictionaries(NAMES, NUMBERS, max_size=4),
    best=st.dictionaries(NAMES, NUMBERS, max_size=2),
    run=st.sampled_from(["run-1", "run-2", ""]),
    seed=st.none() | st.sampled_from([0, 7]),
    data=DATA,
    stale=st.booleans(),
    problem=st.sampled_from(["", "broken"]),
)
SEVERAL = st.lists(EXPERIMENTS, max_size=12)
_METRIC_KEYS = ("accuracy", "loss", "metrics.loss", "best.accuracy")
_PARAM_KEYS = ("lr", "depth", "params.lr", "optimizer", "params.accuracy", "params.nothing")
_FIELD_KEYS = ("name", "status", "started", "seconds", "author", "note", "seed", "run", "commit", "nothing")
KEYS = st.sampled_from([*_METRIC_KEYS, *_PARAM_KEYS, *_FIELD_KEYS])
_VALUES = st.sampled_from(["0.5", "1", "true", "adam", "nan", "inf", "-1", '"a b"', "0"])
_TERMS = st.one_of(
    st.builds("{}{}{}".format, KEYS, st.sampled_from(["=", "!=", "=="]), _VALUES),
    st.builds("{}{}{}".format, KEYS, st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(["0.5", "-1", "nan"])),
    st.builds("started{}{}".format, st.sampled_from([">", "<="]), st.sampled_from(["2026", "2026-11-02"])),
    st.sampled_from(
        ["status:failed", "status:running", "author:ada", "type:model", "type:tune", "data:a91", "data:test"]
    ),
    st.sampled_from(
        ["after:2026-11-02", "before:2026-11", "best:accuracy", "best:loss", "wider", "ROWS", '"dropout 0"']
    ),
    st.just('"wider\x00deeper"'),
)
QUERIES = st.lists(
    st.lists(st.builds("{}{}".format, st.sampled_from(["", "-"]), _TERMS), min_size=1, max_size=3).map(" ".join),
    max_size=2,
).map(" | ".join)
SORTS = st.lists(st.tuples(KEYS, st.booleans()), max_size=3).map(tuple)


def snapshot_of(
    experiments: Sequence[Experiment],
    using: Settings = SETTINGS,
    baseline: Experiment | None = None,
    generation: int = 1,
) -> Snapshot:
    """Returns a look at a repository that holds these experiments."""
    workspace = Workspace(Repository("/nowhere", "/nowhere/.git", "/nowhere/.git"), "", using, initialised=True)
    ones = list(experiments)
    return Snapshot(generation, workspace, ones, Places(ones), baseline=baseline, layout=generation)


def distinct(experiments: Sequence[Experiment]) -> list[Experiment]:
    """Returns the experiments that have a row key of their own."""
    return list({row_key(one): one for one in experiments}.values())
