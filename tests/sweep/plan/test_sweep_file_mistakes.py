"""Each mistake in a sweep file is named with its place and its remedy, whatever the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from branchlab.errors import BranchlabError, DamagedError, UsageError
from branchlab.project import Settings
from branchlab.sweep.file import parse_plan
from sweep_files import END, PARAMS, parse

if TYPE_CHECKING:
    from branchlab.sweep.plan import Plan

LR = "space.lr = { low = 0.1, high = 1.0 }\n"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("zzz = 1", "unknown key zzz", "known keys: sweep, space"),
        ("sweep.methd = 'tpe'", "unknown key sweep.methd", "did you mean method?"),
        ("sweep.method = 'best'", "sweep.method is 'best'", "use one of auto, grid"),
        ("sweep.mode = 'fast'", "sweep.mode is 'fast'", "use one of batch, async"),
        ("sweep.seed = -1", "sweep.seed must be a whole number from 0 to 4294967295, not -1", ""),
        ("sweep.seconds = inf", "sweep.seconds must be a number above 0, not inf", ""),
        ("sweep.name = 'A b'", "sweep.name is 'A b', and it becomes part of branch names", "write it as a-b:"),
        ("sweep.name = ''", "sweep.name is '', and it becomes part of branch names", "write it as sweep:"),
        ("sweep.metrics = ['test.x']", "sweep.metrics names test.x, a metric of the test split", "a search never"),
        ("sweep.checkpoint = '../x'", "'../x' leads out of the project", "use a path below"),
        ('sweep.command = "a \'"', "sweep.command cannot be split: No closing quotation", "close"),
        ("space = 1", "space must be a table", "write it as [space]"),
        (END, "[space] is empty", "add a parameter"),
        ("space.lr = 1", "space.lr must be a range or a list of choices, not 1", "write it as"),
        ("space.lr = {}", "space.lr has no low", "a range is"),
        ("space.lr = { low = 1 }", "space.lr has no high", "a range is"),
        ("space.lr = { lo = 1 }", "unknown key space.lr.lo", "did you mean low?"),
        ("space.lr = { low = nan, high = 1 }", "space.lr.low must be a number, not nan", ""),
        ("space.lr = { low = 1, high = 1 }", "space.lr goes from 1 to 1", "low must be below high"),
        ("space.lr = { low = 0, high = 1, log = true }", "space.lr is logarithmic from 0", "low must be above 0"),
        ("space.lr = { low = 1, high = 2, step = 3 }", "space.lr has a step of 3", "use one above 0 and at most 1"),
        ("space.lr = { low = 1, high = 2, step = 1, log = true }", "space.lr has log and step", "leave out one"),
        ("space.lr = { low = 1, high = 2, points = 1 }", "space.lr.points is 1", "use 2 to 1000"),
        (
            "space.depth = { low = 1, high = 2, points = 2 }",
            "space.depth has points, which are for a float",
            "use step",
        ),
        ("space.depth = { low = 1, high = 9007199254740993 }", "space.depth has a whole number beyond 2^53", "search"),
        ("space.depth = { low = 1.0, high = 2 }", "space.depth has fractions, but depth is the whole number 3", "use"),
        ("space.optimizer = { low = 1, high = 2 }", "space.optimizer is a range, but optimizer is 'sgd'", "list its"),
        ("space.bias = { low = 0, high = 1 }", "space.bias is a range, but bias is true or false", "list its values"),
        ("space.lr = { choices = [1], low = 1 }", "space.lr has choices and low", "keep one of them"),
        ("space.lr = []", "space.lr must have 1 to 1000 choices, not 0", ""),
        ("space.lr = [inf]", "space.lr has the choice inf, which is no number to search", "remove it"),
        ("space.lr = [1, 1.0]", "space.lr has the choice 1.0 twice", "remove one"),
        ("space.lr = ['a']", "space.lr, choice 1, must be a number, not '\"a\"'", "change the value's type"),
        (
            "space.depth = [1, 1.5]",
            "space.depth, choice 2, must be a whole number, not '1.5'",
            "change the value's type",
        ),
        ("space.optimizer = ['a', 1]", "space.optimizer, choice 2, must be a string", "put it in quotes"),
        ("space.born = [2000-01-01]", "space.born, choice 1, must be a number, string, true, false or a list", "name"),
        ("space.lr2 = [1]", "space.lr2: no parameter file has parameter lr2", "did you mean lr?"),
        ("space.act = ['relu']", "space.act: no parameter file has parameter act", "did you mean model.act?"),
        ("space.model = ['x']", "space.model: model is a table of parameters", "search one of them: depth, act"),
        ("space.model = { low = 1, high = 2 }", "space.model: model is a table of parameters", "search"),
        ("space.model = { high = 2 }", "space.model: model is a table of parameters", "search one of them: depth"),
        ("space.layers = { low = 1, high = 2 }", "space.layers is a range, but layers is [64]", "list its values"),
        ("space.layers.5 = [1]", "space.layers.5: no parameter file has parameter layers.5", ""),
        ("space = { model.depth = [1], 'model.depth' = [2] }", "space.model.depth is there twice", "remove one"),
        (
            LR + "space.depth = { choices = [1], when = { opt = 1 } }",
            "space.depth.when names opt, which is not",
            "a con",
        ),
        (
            LR + "space.depth = { choices = [1], when = { lr = 1 } }",
            "space.depth.when names lr, which may be any",
            "use",
        ),
        (
            "space = { depth = { choices = [1], when = { bias = 1 } }, bias = [true] }",
            "space.depth.when: bias is 1, which is not among its choices",
            "name values",
        ),
        (
            "space = { depth = { choices = [1], when = { bias = [] } }, bias = [true] }",
            "space.depth.when.bias is an empty list",
            "name the values",
        ),
        (
            "space.depth = { choices = [1], when = { depth = 1 } }",
            "conditions go round in a circle: depth",
            "remove one of them",
        ),
        ("space.lr = { choices = [1], file = '../p.toml' }", "'../p.toml' leads out of the project", "use a path"),
        (LR, "the sweep would never end", "add [budget] with trials = 50"),
        ("space.depth = { low = 1, high = 20000 }", "the space has 20000 combinations", "add [budget]"),
        (LR + "sweep.method = 'grid'", "method grid cannot take every value of space.lr", "give it points = 5"),
        (LR + "sweep.method = 'pbt'", "method pbt goes on from checkpoints", "name the file"),
        (LR + "sweep.second_chance = 1", "second_chance goes on from checkpoints", "name the file"),
        (LR + "population.size = 4", "[population] is for population based training", 'set method = "pbt"'),
        (LR + "budget.trials = 0", "budget.trials must be a number above 0, not 0", ""),
        (LR + "budget.cost = 1", "budget.cost needs a price", "set price_per_hour"),
        (LR + "resources.jobs = 'all'", "resources.jobs must be a number above 0, or \"auto\", not 'all'", ""),
        (LR + "resources.memory = '4 gigs'", 'resources.memory must be a size in quotes, such as "4 GB"', ""),
        (LR + "pruning = 1", "pruning must be a table", "write it as [pruning]"),
        (LR + "pruning = {}", "pruning has no rule", "rule is one of median"),
        (LR + "pruning.rule = 'x'", "pruning.rule is 'x'", "use one of median"),
        (
            LR + "pruning = { rule = 'median', patience = 1 }",
            "unknown key pruning.patience",
            "known keys: rule, metric",
        ),
        (LR + "pruning.rule = 'threshold'", "pruning by threshold has no bound", "add lower or upper"),
        (LR + "pruning = { rule = 'median', metric = 'test/x' }", "pruning.metric names test/x, a metric of the", ""),
        (LR + "fidelity.parameter = 'epochs'", "[fidelity] has no low", "add low"),
        (LR + "fidelity = { parameter = 'epoch', low = 1, high = 2 }", "fidelity.parameter: no parameter file", "did"),
        (LR + "fidelity = { parameter = 'lr', low = 1, high = 2 }", "fidelity.parameter names lr, which is in", "take"),
        (LR + "fidelity = { parameter = 'bias', low = 1, high = 2 }", "fidelity.parameter bias is no number", "name"),
        (LR + "fidelity = { parameter = 'epochs', low = 2, high = 2 }", "fidelity goes from 2 to 2", "low must be"),
        (LR + "repeats = { parameter = 'seed', values = [1] }", "repeats.values must be 2 to 1000 different", "as in"),
        (LR + "repeats = { parameter = 'seed', values = [1, 'a'] }", "repeats.values must be a whole number", "change"),
        (
            LR + "repeats = { parameter = 'seed', values = [-1, 1] }",
            "repeats.values has two values that would have one name",
            "use others",
        ),
        ('"\\u001b]0;x" = 1', "unknown key \\x1b]0;x", "known keys"),
        ('space."\\u202e" = [1]', "space.\\u202e: no parameter file has parameter \\u202e", ""),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, message: str, hint: str) -> None:
    lines = sorted(text.splitlines(), key=lambda line: line.startswith("["))
    with pytest.raises(UsageError) as caught:
        parse("\n".join(lines))
    assert caught.value.message.startswith(f"sweep.toml: {message}")
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    "text",
    [
        "sweep = { method = 'pbt', checkpoint = 'm' }\nfidelity = { parameter = 'epochs', low = 1, high = 2 }",
        "sweep = { method = 'pbt', checkpoint = 'm' }\nrepeats = { parameter = 'seed', values = [1, 2] }",
        "fidelity = { parameter = 'epochs', low = 1, high = 2 }\nrepeats = { parameter = 'seed', values = [1, 2] }",
    ],
)
def test_rungs_repeats_and_populations_exclude_each_other(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(f"{LR}{text}")
    assert caught.value.hint.startswith("remove [")


_words = st.sampled_from(
    [*PARAMS, "model", "low", "high", "log", "step", "points", "choices", "when", "file", "sweep", "space", "budget",
     "trials", "method", "grid", "pruning", "rule", "median", "fidelity", "parameter", "repeats", "values"]
)  # fmt: skip
_leaves = st.one_of(
    st.integers(-3, 10), st.just(2**63), st.floats(-10, 10), st.sampled_from(["nan", "inf", "true", "'sgd'", "[]"]),
    st.lists(st.integers(0, 3), max_size=3), st.dictionaries(_words, st.integers(0, 3), max_size=3).map(str),
)  # fmt: skip


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    """Files of keys that exist, in places where most of them should not be."""
    lines = [draw(st.sampled_from(["", END, "[space]"]))]
    for _ in range(draw(st.integers(0, 6))):
        key = ".".join(draw(st.lists(_words, min_size=1, max_size=3)))
        inner = ", ".join(f"{draw(_words)} = {draw(_leaves)}" for _ in range(draw(st.integers(0, 3))))
        value = draw(st.sampled_from([f"{{ {inner} }}", "{ low = 1, high = 2 }", "[1, 2]", str(draw(_leaves))]))
        lines.append(draw(st.sampled_from([f"{key} = {value}", f"[{key}]", f"[[{key}]]"])))
    return "\n".join(lines).encode()


@given(
    st.one_of(st.binary(max_size=200), _files(), st.text(max_size=200).map(lambda text: text.encode(errors="replace")))
)
@example(b"space" + b".a" * 1500 + b" = 1")
@example(b"space.lr = " + b"[" * 2000)
@example(b"space.lr = [" + b"[1]," * 1000 + b"]")
@example(b"space.model.low.low.low = 1")
@settings(deadline=None)
def test_any_bytes_give_a_plan_or_an_error_of_ours(text: bytes) -> None:
    plan, error = _read(text)
    if error is not None:
        assert error.message.startswith("sweep.toml")
        assert (error.message + error.hint).isprintable()
    if plan is not None:
        assert plan.space
        assert plan.defaults.keys() == {parameter.name for parameter in plan.space}


def _read(text: bytes) -> tuple[Plan | None, BranchlabError | None]:
    try:
        return parse_plan(text, "sweep.toml", Settings(), PARAMS), None
    except BranchlabError as error:
        return None, error


@given(st.text(max_size=20).map(lambda name: name.encode(errors="replace").decode()), st.integers(1, 100))
def test_any_name_of_a_parameter_can_be_searched_or_is_refused(name: str, value: int) -> None:
    import tomli_w

    text = END.encode() + tomli_w.dumps({"space": {name: {"low": 0, "high": 200}}}).encode()
    try:
        plan = parse_plan(text, "sweep.toml", Settings(), {name: value})
    except UsageError:
        return
    assert plan.defaults == {plan.space[0].name: value}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff", "sweep.toml is not valid TOML"),
        (b"a = 1\n<<<<<<< ours\n", "sweep.toml is not valid TOML: it has conflict markers"),
        (b"#" * (1 << 17) + b"#", "sweep.toml is larger than 128 KiB"),
        (b"a = '" + b"x" * 5000, "sweep.toml has a line longer than 4 KiB"),
        (b"space.a = " + b"{ a = " * 100 + b"1" + b" }" * 100, "sweep.toml is nested more than 16 deep"),
    ],
)
def test_what_is_no_settings_file_is_damaged(text: bytes, message: str) -> None:
    with pytest.raises(DamagedError) as caught:
        parse(text)
    assert caught.value.message.startswith(message)
