"""The line that says how a run ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.cli.progress import with_metrics
from branchlab.project import MetricRule
from branchlab.running.execute import Outcome
from branchlab.running.recording import Recorded
from command_line import branchlab
from sample_records import record

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


def test_a_line_takes_as_many_metrics_as_the_terminal_has_room_for() -> None:
    recorded = Recorded("exp/model/a", "c" * 40, record(metrics={"accuracy": 0.9, "latency": 1.5, "loss": 2.0}))
    outcome = Outcome("r", "exp/model/a", "finished", 0, 1.0, "", recorded)
    assert with_metrics("recorded a in 1s", outcome, {}, 4, 0) == "recorded a in 1s  accuracy 0.9  latency 1.5  loss 2"
    assert with_metrics("recorded a in 1s", outcome, {}, 2, 0) == "recorded a in 1s  accuracy 0.9  latency 1.5"
    assert with_metrics("recorded a in 1s", outcome, {}, 4, 40) == "recorded a in 1s  accuracy 0.9"
    assert with_metrics("recorded a in 1s", outcome._replace(recorded=None), {}, 4, 40) == "recorded a in 1s"


def test_the_metric_that_the_project_judges_is_named_first() -> None:
    recorded = Recorded("exp/model/a", "c" * 40, record(metrics={"args.lr": 0.1, "epoch": 3, "val/loss": 2.0}))
    outcome = Outcome("r", "exp/model/a", "finished", 0, 1.0, "", recorded)
    rules = {"other": MetricRule(goal="minimize"), "val/loss": MetricRule(goal="minimize")}
    assert with_metrics("a", outcome, rules, 2, 0) == "a  val/loss 2  args.lr 0.1"


def test_a_run_without_any_metric_says_how_to_get_them(repository: ScratchRepository) -> None:
    repository.commit("script", **{"train.py": "open('r.json', 'w').write('{\"mse\": 0.5}')\n", "branchlab.toml": ""})
    said = branchlab(repository.path, "run", "--", "python", "train.py")
    assert "no metric was recorded. hint: name the files that the command writes" in said.err
    repository.write("branchlab.toml", '[project]\ncollect = ["r.json"]\n')
    said = branchlab(repository.path, "run", "--", "python", "train.py")
    assert ("no metric" in said.err, "mse 0.5" in said.err) == (False, True)


def test_setting_a_parameter_without_a_parameter_file_tells_what_to_do(repository: ScratchRepository) -> None:
    repository.commit("script", **{"train.py": "", "branchlab.toml": ""})
    for values in ("lr=0.1", "lr=0.1,0.2"):
        said = branchlab(repository.path, "run", "-S", values, "--", "python", "train.py")
        assert said.code == 2
        assert "-S changes a file such as params.toml" in said.err
        assert "branchlab run -- python train.py --lr 0.1" in said.err
