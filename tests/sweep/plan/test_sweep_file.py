"""A sweep file is read against the parameter files, and each mistake in it is named with its place and its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.errors import NotFoundError, UsageError
from branchlab.project import Settings, SweepSettings
from branchlab.sweep.file import cautions, load_plan, parse_plan
from branchlab.sweep.plan import Budget, Fidelity, Parameter, Plan, Population, Pruning, Repeats, Resources
from branchlab.workspace import open_workspace
from sweep_files import END, PARAMS, parse

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

FULL = b"""
[sweep]
name = "rates-2"
method = "tpe"
seed = 7
mode = "async"
batch = 8
command = "python train.py --fast 'two words'"
metrics = ["accuracy", "latency"]
value = "best"
reference = false
seconds = 600
checkpoint = "./out//model.pt"
second_chance = 3

[budget]
trials = 50
hours = 1.5
cost = 20
patience = 10
min_gain = 0
price_per_hour = 2

[resources]
jobs = 2
cpus = 4
memory = "1.5 GB"
gpus = 1

[[pruning]]
rule = "median"
metric = "accuracy"
warmup = 3
every = 2
min_trials = 5

[[pruning]]
rule = "threshold"
upper = 100

[fidelity]
parameter = "epochs"
low = 1
high = 27
factor = 3
scheme = "hyperband"

[space]
momentum = { low = 0, high = 1, when = { optimizer = "sgd", model.act = ["relu"] } }
lr = { low = 1e-4, high = 1, log = true, points = 5 }
model.depth = { low = 1, high = 9, step = 2 }
optimizer = ["sgd", "adam"]
layers = [[64], [64, 32]]
model.rates.1 = { choices = [0.5, 1] }
model.act = { choices = ["relu", "tanh"] }
"""


def space(text: str) -> Parameter:
    """Returns the one parameter of a space."""
    (parameter,) = parse(f"{END}[space]\n{text}").space
    return parameter


def test_everything_that_may_stand_there_is_read() -> None:
    assert parse(FULL) == Plan(
        name="rates-2",
        space=(
            Parameter("lr", "float", 1e-4, 1.0, log=True, points=5),
            Parameter("model.depth", "int", 1, 9, step=2),
            Parameter("model.rates.1", "choice", choices=(0.5, 1.0)),
            Parameter("model.act", "choice", choices=("relu", "tanh")),
            Parameter("optimizer", "choice", choices=("sgd", "adam")),
            Parameter("momentum", "float", 0.0, 1.0, when={"optimizer": ("sgd",), "model.act": ("relu",)}),
            Parameter("layers", "choice", choices=("[64]", "[64, 32]"), lists=True),
        ),
        method="tpe",
        seed=7,
        mode="async",
        batch=8,
        command=("python", "train.py", "--fast", "two words"),
        metrics=("accuracy", "latency"),
        value="best",
        reference=False,
        seconds=600,
        checkpoint="out/model.pt",
        second_chance=3,
        budget=Budget(50, 1.5, 20, 10, 0, 2),
        resources=Resources(2, 4, 1_500_000_000, 1),
        pruning=(Pruning("median", "accuracy", 3, 2, 5), Pruning("threshold", upper=100)),
        fidelity=Fidelity("epochs", 1, 27, 3, "hyperband"),
        defaults={
            "lr": 0.5,
            "model.depth": 2,
            "model.rates.1": 0.1,
            "model.act": "relu",
            "optimizer": "sgd",
            "momentum": 0.9,
            "layers": "[64]",
        },
    )


def test_a_table_of_a_table_is_the_same_as_a_dotted_key() -> None:
    text = END + "[space.model]\ndepth = { low = 1, high = 9 }"
    assert parse(text) == parse(END + "space.model.depth = { low = 1, high = 9 }")


def test_repeats_and_populations_are_read() -> None:
    plan = parse(END + "repeats = { parameter = 'seed', values = [1, 2], label = 'fold' }\nspace.lr = [0.1]")
    assert plan.repeats == Repeats("seed", (1, 2), "fold")
    text = (
        "sweep = { method = 'pbt', checkpoint = 'm' }\npopulation = { size = 4, factors = [0.5, 2] }\nspace.lr = [0.1]"
    )
    assert parse(text).population == Population(4, factors=(0.5, 2.0))


def test_the_name_is_that_of_the_file() -> None:
    text = (END + "space.lr = [0.1]").encode()
    assert parse_plan(text, "sweeps/My rates_2.toml", Settings(), PARAMS).name == "my-rates-2"
    assert parse_plan(text, "\u202e.toml", Settings(), PARAMS).name == "sweep"


def test_the_price_of_the_project_holds_unless_the_sweep_has_its_own() -> None:
    settings = Settings(sweep=SweepSettings(3.0))
    text = "budget.cost = 5\nspace.lr = [0.1]"
    assert parse(text, settings).budget.price_per_hour == 3.0
    assert parse("budget = { cost = 5, price_per_hour = 1 }\nspace.lr = [0.1]", settings).budget.price_per_hour == 1


@pytest.mark.parametrize(
    ("text", "size"), [("512", 512), ("'1 B'", 1), ("'2kB'", 2000), ("'4 GiB'", 4 << 30), ("'0.5 TB'", 5 * 10**11)]
)
def test_memory_is_a_number_of_bytes_or_a_size(text: str, size: int) -> None:
    assert parse(f"{END}resources.memory = {text}\nspace.lr = [0.1]").resources.memory == size


def test_jobs_may_be_as_many_as_fit() -> None:
    assert parse(END + "resources.jobs = 'auto'\nspace.lr = [0.1]").resources.jobs is None


def test_whole_numbers_are_an_integer_range_where_the_file_has_one() -> None:
    assert space("depth = { low = 1, high = 8 }") == Parameter("depth", "int", 1, 8)
    assert space("dropout = { low = 0, high = 1 }") == Parameter("dropout", "float", 0.0, 1.0)


def test_null_may_become_anything() -> None:
    assert space("born = { low = 0, high = 1 }").kind == "int"
    assert space("born = [1, 'x', true]").choices == (1, "x", True)


def test_choices_take_the_type_of_the_parameter_file() -> None:
    assert [type(value) for value in space("lr = [1, 0.5]").choices] == [float, float]
    assert space("model.rates = [[1, 2]]").choices == ("[1.0, 2.0]",)


def test_a_parameter_may_have_the_name_of_a_key_of_ranges() -> None:
    assert space("model.low = { low = 1, high = 2 }").name == "model.low"


def test_an_entry_may_name_its_parameter_file() -> None:
    text = (END + "space.width = { low = 1, high = 8, file = './configs/net.yaml' }").encode()
    files = {"configs/net.yaml": b"width: 4\n"}
    plan = parse_plan(text, "sweep.toml", Settings(), PARAMS, files.get)
    assert plan.space == (Parameter("width", "int", 1, 8, file="configs/net.yaml"),)
    assert plan.defaults == {"width": 4}
    with pytest.raises(UsageError, match=r"no parameter file configs/net\.yaml"):
        parse_plan(text, "sweep.toml", Settings(), PARAMS, {"x": b""}.get)


@pytest.mark.parametrize("method", ["grid", "brute", "random", "auto"])
def test_a_space_that_ends_needs_no_budget(method: str) -> None:
    assert parse(f"sweep.method = '{method}'\nspace.depth = [1, 2]").budget == Budget()


def test_what_looks_unwanted_is_said() -> None:
    plan = parse(END + "resources.jobs = 5\nsweep.seconds = 0.5\nspace.depth = { low = 4, high = 8 }")
    outside, jobs, seconds = cautions(plan)
    assert outside.startswith("depth is 3, outside 4 to 8; trial 0")
    assert jobs.startswith("5 jobs share batches of 4 trials")
    assert seconds == "every trial is ended after 0.5 s"
    assert cautions(parse(END + "space.depth = { low = 1, high = 8 }")) == ()
    assert cautions(parse(END + "sweep.reference = false\nspace.depth = { low = 4, high = 8 }")) == ()


def test_the_file_of_a_project_is_read_with_its_parameter_files(project: ScratchRepository) -> None:
    project.write("sweep.toml", "[space]\ndepth = [1, 2]\n")
    project.write("sweeps/other.toml", "[space]\nlr = [1, 2]\n")
    workspace = open_workspace(str(project.path))
    assert load_plan(workspace).defaults == {"depth": 3}
    assert load_plan(workspace, "sweeps/other.toml").name == "other"
    with pytest.raises(NotFoundError, match="no sweep file nowhere"):
        load_plan(workspace, "nowhere.toml")
