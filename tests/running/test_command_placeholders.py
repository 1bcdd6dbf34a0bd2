"""`{lr}` in a command is the value of the parameter, so that a script with arguments needs no change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.errors import UsageError
from branchlab.parameters.placeholders import fill_command
from branchlab.record.format import parse_record
from command_line import branchlab

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

PRINT = "import json, sys; json.dump({'seen': float(sys.argv[1].split('=')[-1])}, open('out.json', 'w'))"


@pytest.fixture
def with_arguments(project: ScratchRepository) -> ScratchRepository:
    project.commit(
        "a script with arguments",
        **{
            "fit.py": PRINT,
            "branchlab.toml": '[project]\ncommand = "python fit.py --rate={lr}"\ncollect = ["out.json"]\n'
            '[metrics.seen]\ngoal = "maximize"\nstrategy = "optimize"\n',
            ".gitignore": "out.json\n",
            "sweep.toml": '[sweep]\nmethod = "grid"\n[space]\nlr = [0.1, 0.2]\n',
        },
    )
    return project


def test_the_values_of_the_parameter_files_stand_in_the_place_of_their_names() -> None:
    params = {"lr": 0.1, "model": {"depth": 3, "name": "a b"}, "bias": True, "sizes": [64, 32], "none": None}
    command = ["--lr={lr}", "{model.depth}", "{model.name}", "x={bias}", "{sizes}", "{none}"]
    assert fill_command(command, params) == ("--lr=0.1", "3", "a b", "x=true", "[64, 32]", "null")


@pytest.mark.parametrize("argument", ["{}", "${lr}", "{{lr}}", '{"lr": 1}', "{ print $1 }", "f'{lr}'", "lr {lr}"])
def test_other_braces_belong_to_the_command(argument: str) -> None:
    assert fill_command([argument], {"lr": 0.1}) == (argument,)


def test_a_name_that_is_no_parameter_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"\{rate\} in the command is no parameter") as refused:
        fill_command(["--lr={rate}"], {"lr": 0.1, "depth": 3})
    assert refused.value.hint == "the parameter files have lr, depth"


def test_a_run_passes_the_value_it_was_given_and_records_the_command_as_it_was_written(
    with_arguments: ScratchRepository,
) -> None:
    said = branchlab(with_arguments.path, "run", "-n", "first", "-S", "lr=0.25")
    assert said.code == 0, said.err
    record = parse_record(with_arguments.git("show", "exp/model/first:metrics.toml").encode())
    assert record.metrics == {"seen": 0.25}
    assert record.run.command == ("python", "fit.py", "--rate={lr}")
    again = branchlab(with_arguments.path, "reproduce", "first", "--verify")
    assert again.code == 0, again.err
    assert "reproduced: 1 value is the same" in again.err


def test_a_misspelt_name_starts_nothing(with_arguments: ScratchRepository) -> None:
    before = with_arguments.git("for-each-ref")
    said = branchlab(with_arguments.path, "run", "-S", "lr=0.1,0.2", "--", "python", "fit.py", "{rate}")
    assert said.code == 2
    assert "{rate} in the command is no parameter" in said.err
    assert with_arguments.git("for-each-ref") == before


def test_each_trial_of_a_sweep_gets_its_own_values(with_arguments: ScratchRepository) -> None:
    said = branchlab(with_arguments.path, "sweep", "run")
    assert said.code == 0, said.err
    assert "seen 0.1" in said.err
    assert "seen 0.2" in said.err
    with_arguments.write(
        "sweep.toml", '[sweep]\nmethod = "grid"\ncommand = "python fit.py {rate}"\n[space]\nlr = [1]\n'
    )
    refused = branchlab(with_arguments.path, "sweep", "run")
    assert refused.code == 2
    assert "{rate} in the command is no parameter" in refused.err
