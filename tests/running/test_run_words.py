"""The line that says how a run ended."""

from __future__ import annotations

from branchlab.cli.progress import with_metrics
from branchlab.running.execute import Outcome
from branchlab.running.recording import Recorded
from sample_records import record


def test_a_line_takes_as_many_metrics_as_the_terminal_has_room_for() -> None:
    recorded = Recorded("exp/model/a", "c" * 40, record(metrics={"accuracy": 0.9, "latency": 1.5, "loss": 2.0}))
    outcome = Outcome("r", "exp/model/a", "finished", 0, 1.0, "", recorded)
    assert with_metrics("recorded a in 1s", outcome, 4, 0) == "recorded a in 1s  accuracy 0.9  latency 1.5  loss 2"
    assert with_metrics("recorded a in 1s", outcome, 2, 0) == "recorded a in 1s  accuracy 0.9  latency 1.5"
    assert with_metrics("recorded a in 1s", outcome, 4, 40) == "recorded a in 1s  accuracy 0.9"
    assert with_metrics("recorded a in 1s", outcome._replace(recorded=None), 4, 40) == "recorded a in 1s"
