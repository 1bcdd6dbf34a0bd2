"""Numbers that most code forgets, on the whole way: from `run.log` to the record, to every table and to CI."""

from __future__ import annotations

import json
import math
import operator
import struct
import warnings
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchlab.catalog.query import parse_query
from branchlab.experiment import Experiment
from branchlab.record.format import dump_record, parse_record
from branchlab.record.history import dump_history, merge_series, parse_history, to_parquet
from branchlab.tracking.journal import JournalWriter
from branchlab.tracking.reading import JOURNAL_FILE, read_journal, summary_metrics
from branchlab.tracking.run import ActiveRun, Place
from branchlab.tracking.values import encode_numbers, number
from branchlab.tracking.warning import BranchlabWarning
from branchlab_tui.model.state import TableState
from branchlab_tui.model.view import make_listing
from command_line import branchlab
from gated_project import make_gated, record_here
from in_process import call, no_raw
from quick_runs import make_quick
from random_experiments import snapshot_of
from sample_records import NOW, record

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

BITS = 64


class Tensor:
    """What a tensor without dimension is: `float` takes it, and it knows its item."""

    ndim = 0

    def __init__(self, value: float) -> None:
        self._value = value

    def __float__(self) -> float:
        return float(self._value)

    def item(self) -> float:
        return self._value


class Case(NamedTuple):
    """What a script logs under a name, and what a record holds then; None for what is refused."""

    name: str
    logged: Any
    recorded: float | None


CASES = (
    Case("nan", math.nan, math.nan),
    Case("inf", math.inf, math.inf),
    Case("minus_inf", -math.inf, -math.inf),
    Case("minus_zero", -0.0, -0.0),
    Case("least", 5e-324, 5e-324),
    Case("great", 1e308, 1e308),
    Case("i63", 2**63, 2.0**63),
    Case("below_i63", 2**63 - 1, 2**63 - 1),
    Case("minus_i63", -(2**63), -(2**63)),
    Case("i64", 2**64 + 1, float(2**64)),
    Case("huge", 10**400, math.inf),
    Case("minus_huge", -(10**400), -math.inf),
    Case("true", bool(1), 1),
    Case("float32", np.float32(0.1), float(np.float32(0.1))),
    Case("float16", np.float16(0.1), float(np.float16(0.1))),
    Case("float64", np.float64(0.1), 0.1),
    Case("longdouble", np.longdouble("1e4000"), math.inf),
    Case("int64", np.int64(2**62), 2**62),
    Case("uint64", np.uint64(2**64 - 1), float(2**64)),
    Case("bool_", np.bool_(1), 1),
    Case("array0", np.array(0.5), 0.5),
    Case("decimal", Decimal("0.1"), 0.1),
    Case("decimal_nan", Decimal("NaN"), math.nan),
    Case("fraction", Fraction(1, 3), 1 / 3),
    Case("tensor", Tensor(0.25), 0.25),
    Case("complex", 1j, None),
    Case("complex128", np.complex128(1 + 1j), None),
    Case("complex64", np.complex64(1 + 0j), None),
    Case("array1", np.array([0.5]), None),
    Case("text", "0.5", None),
    Case("time", np.timedelta64(5, "s"), None),
    Case("nothing", None, None),
)
KEPT = {case.name: case.recorded for case in CASES if case.recorded is not None}


def same(one: float, other: float) -> bool:
    """Tells whether two numbers are the same to the bit; NaN is NaN."""
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return struct.pack("d", one) == struct.pack("d", other) and (one == other)


def all_same(found: dict[str, Any], wanted: dict[str, float]) -> None:
    """Compares tables of numbers."""
    assert found.keys() == wanted.keys()
    assert [name for name in wanted if not same(found[name], wanted[name])] == []


def strict(text: str) -> Any:
    """Reads JSON as parsers do that know the standard only."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def open_run(folder: Path) -> ActiveRun:
    """Returns a run that writes into a folder."""
    return ActiveRun(Place(str(folder), JournalWriter(str(folder)), str(folder)))


def test_each_kind_of_number_is_logged_exactly_or_refused_with_one_warning(tmp_path: Path) -> None:
    run = open_run(tmp_path)
    refused = [case.name for case in CASES if case.recorded is None]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(2):
            run.log({case.name: case.logged for case in CASES})
        for case in CASES:
            run.summary[case.name] = case.logged
        run.log_slice("key", "value", **{case.name: case.logged for case in CASES})
        run.finish()
    words = [str(one.message) for one in said]
    assert all(one.category is BranchlabWarning for one in said), words
    assert len(words) == len(refused)
    journal = read_journal(str(tmp_path / JOURNAL_FILE))
    assert journal.damaged_lines == 0
    all_same({name: points[-1].value for name, points in journal.series.items()}, KEPT)
    all_same(summary_metrics(journal), KEPT)
    all_same(journal.slices["key=value"], KEPT)
    made = parse_record(dump_record(record(metrics=summary_metrics(journal))))
    all_same(dict(made.metrics), KEPT)
    history = merge_series(journal.series)
    read = parse_history(dump_history(history))
    all_same({name: values[-1] for name, values in read.columns.items()}, {key: float(KEPT[key]) for key in KEPT})
    assert to_parquet(history)


def test_steps_and_seeds_are_exact_or_refused(tmp_path: Path) -> None:
    run = open_run(tmp_path)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        run.declare(seed=2**64 + 1)
        for step in (np.int64(3), 2**63 - 1, 2**63, -(2**70), math.nan, math.inf, Decimal(4), "five"):
            run.log(loss=1.0, step=step)  # type: ignore[arg-type]
        run.declare(seed=math.nan)  # type: ignore[arg-type]
        run.finish()
    journal = read_journal(str(tmp_path / JOURNAL_FILE))
    assert [point.step for point in journal.series["loss"]] == [3, 2**63 - 1, 4]
    assert journal.seed == 2**64 + 1
    assert journal.damaged_lines == 0
    assert len(said) == 2
    assert parse_record(dump_record(record(run={"seed": journal.seed}))).run.seed == 2**64 + 1
    assert to_parquet(merge_series(journal.series))


def test_a_step_that_no_curve_can_hold_is_a_damaged_line(tmp_path: Path) -> None:
    lines = [f'{{"k":"log","s":{step},"t":0.0,"m":{{"loss":1.0}}}}\n' for step in (0, 2**63, -(2**63) - 1, 1)]
    (tmp_path / JOURNAL_FILE).write_text("".join(lines))
    journal = read_journal(str(tmp_path / JOURNAL_FILE))
    assert [point.step for point in journal.series["loss"]] == [0, 1]
    assert journal.damaged_lines == 2


def test_parameters_of_any_size_do_not_cost_the_others(tmp_path: Path) -> None:
    run = open_run(tmp_path)
    run.log_params({"huge": 10**5000, "large": 10**400, "nan": math.nan, "lr": np.float32(0.5), "flag": np.bool_(1)})
    run.finish()
    params = read_journal(str(tmp_path / JOURNAL_FILE)).params
    assert int(params["huge"], 0) == 10**5000
    assert params["large"] == 10**400
    made = parse_record(dump_record(record(params=params))).params
    assert (made["lr"], made["flag"]) == (0.5, True)
    assert int(str(made["large"]), 0) == 10**400
    assert math.isnan(made["nan"])


NUMBERS = st.floats() | st.integers() | st.integers(min_value=1 << 62) | st.floats(width=32).map(np.float32)
NUMPY = st.integers(-(1 << 63), (1 << 63) - 1).map(np.int64) | st.floats(width=16).map(np.float16)
OTHERS = st.booleans() | st.decimals() | st.fractions() | st.floats().map(np.array) | st.floats().map(Tensor)


@settings(max_examples=300, deadline=None)
@given(NUMBERS | NUMPY | OTHERS)
def test_what_is_logged_comes_back_from_journal_and_record_to_the_bit(value: Any) -> None:
    plain = number(value)
    if plain is None:
        assert isinstance(value, Decimal)
        assert value.is_snan()
        return
    line = json.loads(encode_numbers({"m": value}))["m"]
    assert type(line) is type(plain)
    assert same(line, plain)
    metrics = parse_record(dump_record(record(metrics={"m": line}))).metrics
    assert same(metrics["m"], plain)
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
        assert plain == value
    elif isinstance(value, (float, np.floating)):
        assert same(plain, float(value))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["accuracy", "size", "loss"]), NUMBERS.map(number), min_size=1))
def test_the_terminal_ui_has_a_row_for_every_number(metrics: dict[str, Any]) -> None:
    one = Experiment("exp/model/one", "c" * 40, "finished", metrics=metrics, best=metrics)
    base = Experiment("main", "d" * 40, "finished", metrics=dict.fromkeys(metrics, 0.5))
    snapshot = snapshot_of([one, base])
    query = parse_query("", snapshot.workspace.settings)
    listing = make_listing(snapshot, TableState(delta="both"), query, NOW)
    for place in range(len(listing.rows)):
        for column in listing.columns:
            no_raw(listing.rows.cell(place, column.key).text)


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    """A gated project whose experiment measured every strange number."""
    from scratch_repository import ScratchRepository

    repository = ScratchRepository(tmp_path_factory.mktemp("strange"))
    repository.git("init", "--quiet")
    make_gated(repository)
    record_here(repository, 4, 0.9, metrics={"accuracy": math.nan, "size": math.inf, **KEPT})
    return repository


TABLES = [
    ("ls", "--json"),
    ("ls", "--json", "--sort", "nan"),
    ("ls", "--json", "--sort", "huge", "least<1"),
    ("diff", "exp/model/wider", "main", "--json"),
    ("compare", "exp/model/wider", "main", "--json", "--all"),
    ("show", "exp/model/wider", "--json"),
    ("log", "--json"),
    ("ci", "--base", "main", "--json"),
    ("check", "--json"),
]


@pytest.mark.parametrize("line", TABLES, ids=" ".join)
def test_json_is_what_any_parser_reads(strange: ScratchRepository, line: tuple[str, ...]) -> None:
    said = call(strange.path, *line)
    assert said.code in (0, 1), said.err
    assert strict(said.out)


@pytest.mark.parametrize("form", ["--csv", "--md", ""])
@pytest.mark.parametrize("line", [("ls",), ("diff", "exp/model/wider", "main"), ("compare", "exp/model/wider", "main")])
def test_tables_show_every_number(strange: ScratchRepository, line: tuple[str, ...], form: str) -> None:
    said = call(strange.path, *line, *([form] if form else []))
    assert said.code == 0, said.err
    assert "nan" in said.out
    assert "inf" in said.out
    no_raw(said.out)


def test_ls_json_gives_back_every_number(strange: ScratchRepository) -> None:
    (row,) = [row for row in strict(call(strange.path, "ls", "--json").out) if row["name"] == "exp/model/wider"]
    words = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
    found = {
        name: words.get(value, value) if isinstance(value, str) else value for name, value in row["metrics"].items()
    }
    all_same({name: found[name] for name in KEPT}, KEPT)


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("great>1e307", True),
        ("inf>1e308", True),
        ("minus_inf<-1e308", True),
        ("nan>0", False),
        ("nan<=0", False),
        ("minus_zero=0", True),
        ("least>0", True),
        ("below_i63=9223372036854775807", True),
        ("below_i63<9223372036854775807", False),
        ("huge>1e308", True),
    ],
)
def test_queries_compare_numbers_as_they_are(strange: ScratchRepository, query: str, *, fits: bool) -> None:
    said = call(strange.path, "ls", "--json", query)
    assert said.code == 0, said.err
    assert ("exp/model/wider" in {row["name"] for row in strict(said.out)}) is fits


def test_no_gate_passes_on_what_is_no_number(strange: ScratchRepository, tmp_path: Path) -> None:
    places = {kind: tmp_path / kind for kind in ("md", "junit", "openmetrics")}
    line = [word for kind, place in places.items() for word in (f"--{kind}", str(place))]
    gates = ["nan >= 0", "nan <= 0", "inf >= 1", "minus_inf <= 1", "huge >= 1"]
    wanted = [word for gate in gates for word in ("--gate", gate)]
    said = call(strange.path, "ci", "--base", "main", "--json", *wanted, *line)
    assert said.code == 1, said.err
    judged = {gate["rule"]: gate["passed"] for gate in strict(said.out)["gates"] if gate["metric"] in KEPT}
    assert len(judged) == 4
    assert not any(judged.values()), judged
    assert all(place.read_text() for place in places.values())


def test_a_run_that_logs_them_all_goes_the_whole_way(tmp_path: Path, dvc_template: Path) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    shown = ", ".join(f'"{name}": float("{value}")' for name, value in KEPT.items() if isinstance(value, float))
    script = f"import branchlab\nwith branchlab.start_run() as run:\n    run.log({{{shown}}})\n"
    script += '    run.summary["loss"] = 10 ** 400\n'
    repository.write("train.py", script)
    said = branchlab(repository.path, "run", "--quiet", "-n", "exp/model/all", "--", "python", "train.py")
    assert said.code == 0, said.err
    made = parse_record(repository.git("show", "exp/model/all:metrics.toml").encode())
    floats = {name: value for name, value in KEPT.items() if isinstance(value, float)}
    all_same(dict(made.metrics), {**floats, "loss": math.inf})
    assert "loss" not in made.best  # an infinity is never the best
    message = repository.git("log", "-1", "--format=%(trailers:only,unfold)", "exp/model/all")
    trailers = dict(line.split(": ", 1) for line in message.splitlines())
    assert float(trailers["Metric-loss"]) == math.inf
    assert all(same(float(trailers[f"Metric-{name.replace('_', '-')}"]), value) for name, value in floats.items())
    read = parse_history(repository.git("show", "exp/model/all:metrics/history.csv").encode() + b"\n")
    all_same({name: values[-1] for name, values in read.columns.items()}, floats)


def test_frames_hold_every_number(strange: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    import branchlab as library

    monkeypatch.chdir(strange.path)
    frame = library.experiments("type:model").to_frame()
    row = frame.set_index("name").loc["exp/model/wider"]
    assert [name for name in KEPT if not same(float(str(row[f"metrics.{name}"])), float(KEPT[name]))] == []
    assert operator.index(len(frame)) == 1
