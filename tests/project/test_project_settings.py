"""branchlab.toml is read with defaults, and each mistake in it is named with its place and its remedy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.errors import BranchlabError, DamagedError, UsageError
from branchlab.project import (
    SETTINGS_BYTES,
    CiSettings,
    HookSettings,
    MetricRule,
    Naming,
    RecordSettings,
    Settings,
    SweepSettings,
    goal_of,
    parse_settings,
)
from branchlab.table_reader import LINE_BYTES

FULL = b"""
[project]
command = "python train.py --name 'two words'"
params = ["params.toml", "./configs//model.yaml"]
artifacts = ["model.skops", "out/"]
collect = ["dvclive/*.json"]
link = [".venv", "data/raw"]
data = ["/mnt/data"]
not_code = ["./README.md", "/docs/"]
baseline = "trunk"
max_file_bytes = 1000

[naming]
pattern = "exp/{user}/{slug}"
types = []
exempt = ["trunk"]
strict = true

[record]
metrics = "./results/run.toml"
directory = "results/"
history_bytes = 10

[hooks]
record = false
push_data = false
checkout_data = true

[ci]
front = ["accuracy", "latency ms"]
confidence = 0.9
min_slice_rows = 30
max_age = { "./data//valid.csv" = "30d" }

[sweep]
price_per_hour = 1.5

[metrics.accuracy]
goal = "maximize"
strategy = "optimize"
max_regression = "1%"
unit = "%"
why = "agreed"
measured_on = ["data/test.csv"]
required = true
max_regression_from_best = "2%"
slices = ["region"]
slice_thresholds = { "region=eu" = ">= 0.9" }
worst_slice = ">= 0.8"
max_slice_regression = "0.02"
max_slice_gap = "10%"

[metrics."latency ms"]
goal = "minimize"
strategy = "constraint"
threshold = "<= 20"
"""


def test_an_empty_file_means_the_defaults() -> None:
    assert parse_settings(b"") == Settings()
    assert parse_settings(b"[project]\n[naming]\n[record]\n[metrics]\n") == Settings()


def test_everything_that_may_stand_there_is_read() -> None:
    assert parse_settings(FULL) == Settings(
        command=("python", "train.py", "--name", "two words"),
        params=("params.toml", "configs/model.yaml"),
        artifacts=("model.skops", "out"),
        collect=("dvclive/*.json",),
        link=(".venv", "data/raw"),
        data=("/mnt/data",),
        not_code=("README.md", "/docs"),
        baseline="trunk",
        max_file_bytes=1000,
        naming=Naming("exp/{user}/{slug}", (), ("trunk",), strict=True),
        record=RecordSettings("results/run.toml", "results", 10),
        hooks=HookSettings(record=False, push_data=False, checkout_data=True),
        ci=CiSettings(("accuracy", "latency ms"), 0.9, 30, {"data/valid.csv": "30d"}),
        sweep=SweepSettings(1.5),
        metrics={
            "accuracy": MetricRule(
                "maximize",
                "optimize",
                max_regression="1%",
                unit="%",
                why="agreed",
                measured_on=("data/test.csv",),
                required=True,
                max_regression_from_best="2%",
                slices=("region",),
                slice_thresholds={"region=eu": ">= 0.9"},
                worst_slice=">= 0.8",
                max_slice_regression="0.02",
                max_slice_gap="10%",
            ),
            "latency ms": MetricRule("minimize", "constraint", threshold="<= 20"),
        },
    )


def test_metrics_keep_the_order_in_which_the_team_wrote_them() -> None:
    assert list(parse_settings(b"[metrics.loss]\n[metrics.accuracy]\n").metrics) == ["loss", "accuracy"]


def test_a_command_may_be_a_list_and_is_then_taken_as_it_is() -> None:
    assert parse_settings(b'project.command = ["sh", "-c", "a \'b"]').command == ("sh", "-c", "a 'b")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("projct = 1", "branchlab.toml: unknown key projct", "did you mean project?"),
        ("zzz = 1", "branchlab.toml: unknown key zzz", "known keys: project, naming, record, hooks, ci, metrics"),
        ("project = 1", "branchlab.toml: project must be a table", "write it as [project]"),
        ("project.comand = ''", "branchlab.toml: unknown key project.comand", "did you mean command?"),
        ("metrics.a = 1", "branchlab.toml: metrics.a must be a table", "write it as [metrics.a]"),
        ("metrics.a.gaol = ''", "branchlab.toml: unknown key metrics.a.gaol", "did you mean goal?"),
        ("project.params = 'x'", "branchlab.toml: project.params must be a list of strings, not 'x'", ""),
        ("project.params = [1]", "branchlab.toml: project.params must be a list of strings, not [1]", ""),
        ("project.command = 1", "branchlab.toml: project.command must be a string or a list of strings, not 1", ""),
        ("project.baseline = []", "branchlab.toml: project.baseline must be a string, not []", ""),
        ('project.command = "a \'"', "branchlab.toml: project.command cannot be split: No closing quotation", "close"),
        ("metrics.a.goal = 'more'", "branchlab.toml: metrics.a.goal is 'more'", "use one of maximize, minimize"),
        ("metrics.a.strategy = ''", "branchlab.toml: metrics.a.strategy is ''", "use one of optimize, constraint"),
        ("metrics.a.strategy = 'constraint'", "branchlab.toml: metrics.a is a constraint without a threshold", "add"),
        ("metrics.a.worst_slice = '> 1'", "branchlab.toml: metrics.a.worst_slice needs a goal", "add goal"),
        (
            "metrics.a.slice_thresholds = { x = 1 }",
            'branchlab.toml: metrics.a.slice_thresholds.x must be a comparison in quotes, such as ">= 0.90", not 1',
            "",
        ),
        (
            "metrics.a.slice_thresholds = 1",
            (
                "branchlab.toml: metrics.a.slice_thresholds must be a table of "
                """comparisons, such as { "region=eu" = ">= 0.90" }, not 1"""
            ),
            "",
        ),
        ("naming.strict = 1", "branchlab.toml: naming.strict must be true or false, not 1", ""),
        (
            "ci.confidence = 1.0",
            "branchlab.toml: ci.confidence must be a number from 0.5 up to, and without, 1, not 1.0",
            "",
        ),
        (
            "ci.max_age = { x = '3 years' }",
            (
                "branchlab.toml: ci.max_age.x must be a number of hours, days or weeks in "
                """quotes, such as "30d", not '3 years'"""
            ),
            "",
        ),
        ("ci.front = ['a', 'b']", "branchlab.toml: ci.front names 'a', which has no goal", "add [metrics.a]"),
        ("ci.front = ['a']\nmetrics.a.goal = 'maximize'", "branchlab.toml: ci.front names one metric", "a front takes"),
        ("metrics.a.strategy = 'optimize'", "branchlab.toml: metrics.a is optimised without a goal", "add goal"),
        ('"\\u001b]0;x" = 1', "branchlab.toml: unknown key \\x1b]0;x", "known keys"),
        ('metrics."\\u202e".x = 1', "branchlab.toml: unknown key metrics.\\u202e.x", "known keys"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_settings(text.encode())
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize("value", ["0", "-1", "true", "1.5", "'1'"])
@pytest.mark.parametrize("key", ["project.max_file_bytes", "record.history_bytes", "ci.min_slice_rows"])
def test_a_size_is_a_whole_number_above_zero(key: str, value: str) -> None:
    with pytest.raises(UsageError, match=rf"{key} must be a number above 0"):
        parse_settings(f"{key} = {value}".encode())


@pytest.mark.parametrize("value", ["-0.1", "inf", "nan", "true", "'1'"])
def test_a_price_is_a_number_of_0_or_more(value: str) -> None:
    with pytest.raises(UsageError, match=r"sweep.price_per_hour must be a price of 0 or more"):
        parse_settings(f"sweep.price_per_hour = {value}".encode())


@pytest.mark.parametrize("path", ["", "/", "//", "../x", "/../x", "/.git/hooks", "a\\u0000b"])
def test_what_is_no_code_lies_in_the_repository(path: str) -> None:
    with pytest.raises(UsageError, match="leads out of the project"):
        parse_settings(f'project.not_code = ["{path}"]'.encode())


@pytest.mark.parametrize(
    "path", ["", ".", "./", "/etc/x", "../x", "a/../../x", "..", ".git/hooks/x", "./.git/x", "a/.GIT/x", "a\\u0000b"]
)
@pytest.mark.parametrize(
    "key",
    [
        "record.metrics = {}",
        "record.directory = {}",
        "project.params = [{}]",
        "project.link = ['a', {}]",
    ],
)
def test_a_path_that_leads_out_of_the_project_is_refused(key: str, path: str) -> None:
    with pytest.raises(UsageError, match="leads out of the project") as caught:
        parse_settings(key.format(f'"{path}"').encode())
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff", "branchlab.toml is not valid TOML: 'utf-8' codec can't decode"),
        (b"a = ", "branchlab.toml is not valid TOML: Invalid value"),
        (b"<<<<<<< HEAD\n", "branchlab.toml is not valid TOML"),
        (b"naming.pattern" + b".a" * 1500 + b" = 1", "branchlab.toml has a key of too many parts at line 1"),
        (b"a = " + b"[" * 4000, "branchlab.toml is not valid TOML: nested too deeply"),
        (b"#" * (LINE_BYTES + 1), "branchlab.toml has a line longer than 4 KiB"),
        (b"a" + b".a" * 100_000 + b" = 1", "branchlab.toml is larger than 128 KiB"),
        (b"\n" * (SETTINGS_BYTES + 1), "branchlab.toml is larger than 128 KiB"),
    ],
)
def test_bytes_that_are_no_settings_are_damage(text: bytes, message: str) -> None:
    with pytest.raises(DamagedError) as caught:
        parse_settings(text)
    assert caught.value.message.startswith(message)
    assert caught.value.hint


def test_the_file_is_named_harmlessly() -> None:
    for text in (b"a = ", b"x = 1", b"\n" * (SETTINGS_BYTES + 1)):
        with pytest.raises(BranchlabError, match=r"^a\\x1bb/branchlab\.toml"):
            parse_settings(text, "a\x1bb/branchlab.toml")


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_settings_or_one_error_line(text: bytes) -> None:
    try:
        assert isinstance(parse_settings(text), Settings)
    except (UsageError, DamagedError) as error:
        assert error.message.isprintable()  # noqa: PT017 - both outcomes are right


def test_slices_and_splits_inherit_the_goal_of_their_metric() -> None:
    settings = parse_settings(b"metrics.accuracy.goal = 'maximize'\nmetrics.\"test.loss\".goal = 'minimize'")
    assert goal_of(settings, "accuracy") == "maximize"
    assert goal_of(settings, "slices.region=eu.accuracy") == "maximize"
    assert goal_of(settings, "test.loss") == "minimize"
    assert goal_of(settings, "loss") is None


@pytest.mark.parametrize("key", ["tolerance", "max_regression", "max_slice_gap"])
@pytest.mark.parametrize(
    ("text", "good"), [("1%", True), ("0.01", True), ("1e-3", True), ("-1", False), ("much", False)]
)
def test_an_allowance_is_a_number_or_a_percentage(key: str, text: str, good: bool) -> None:  # noqa: FBT001 - parametrized
    settings = f'[metrics.accuracy]\ngoal = "maximize"\n{key} = "{text}"\n'.encode()
    if good:
        assert getattr(parse_settings(settings).metrics["accuracy"], key) == text
    else:
        with pytest.raises(UsageError, match=f"metrics.accuracy.{key} must be a number or percentage"):
            parse_settings(settings)


@pytest.mark.parametrize("text", ["0.9", ">= much", "=> 1", "== 1"])
def test_a_threshold_is_a_comparison(text: str) -> None:
    with pytest.raises(UsageError, match="must be a comparison"):
        parse_settings(f'[metrics.accuracy]\nthreshold = "{text}"\n'.encode())


@pytest.mark.parametrize("line", ['threshold = ">= 1e400"', 'tolerance = "1e400%"', 'max_regression = "1e999"'])
def test_a_number_beyond_every_number_is_refused(line: str) -> None:
    with pytest.raises(UsageError, match="is beyond every number"):
        parse_settings(f"[metrics.accuracy]\n{line}\n".encode())
