from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchlab.record.message import commit_message, recorded_run
from branchlab.text import safe_text
from record_strategies import METRICS, NAMES, TEXTS, example, run_example

RUN = "20261120T233015-7f3a9c"
FORGED = st.sampled_from(
    [
        *("Branchlab-Run: forged", "\nBranchlab-Run: forged\n", "Metric-accuracy: 1.0", "Signed-off-by: x <x@y>"),
        *("---", "--- \n", "\n---\nBranchlab-Run: forged", "# comment", "branchlab-run : forged", "\r\n\r\n"),
        *("\n\nBranchlab-Run: forged", "\x00", "\u2028Branchlab-Run: forged", "\x85", "\n  Branchlab-Run: forged"),
    ]
)


def test_a_message_says_what_came_out() -> None:
    record = example(
        run=run_example(note="wider net,\nsame schedule  \n"),
        metrics={"accuracy": 0.93456789, "val/loss": 0.25, "z": 1},
    )
    assert commit_message(record, "exp/model/wider", {"val/loss": "minimize", "z": None, "gone": "maximize"}) == (
        "exp/model/wider: val/loss 0.25, accuracy 0.9346, z 1\n\n"
        "wider net,\nsame schedule\n\n"
        "Metric-accuracy: 0.93456789\nMetric-z: 1\nMetric-val-loss: 0.25\n"
        f"Branchlab-Run: {RUN}\n"
    )


@pytest.mark.parametrize(
    ("status", "metrics", "subject"),
    [
        ("finished", {}, "exp/a: finished"),
        ("failed", {}, "exp/a: failed"),
        ("failed", {"loss": 0.5}, "exp/a: failed, loss 0.5"),
        ("stopped", {"loss": float("nan")}, "exp/a: stopped, loss nan"),
    ],
)
def test_a_subject_tells_how_the_run_ended(status: str, metrics: dict[str, float], subject: str) -> None:
    record = example(run=run_example(status=status), metrics=metrics)
    assert commit_message(record, "exp/a", {}).split("\n")[0] == subject


@given(TEXTS | st.just("x" * 300), METRICS)
def test_a_subject_is_one_line_of_at_most_72_harmless_characters(name: str, metrics: dict[str, float]) -> None:
    subject, blank = commit_message(example(metrics=metrics), name, {}).split("\n")[:2]
    assert len(subject) <= 72
    assert subject == safe_text(subject)
    assert not blank


def test_metrics_that_become_the_same_trailer_are_named_once_by_the_better_name() -> None:
    message = commit_message(example(metrics={"Val loss": 1, "val/loss": 2, "val-loss": 3, "损失": 4}), "exp/a", {})
    assert [line for line in message.split("\n") if line.startswith("Metric-")] == ["Metric-val-loss: 3"]


def test_of_many_metrics_the_judged_ones_are_named() -> None:
    metrics = {f"m{number:03}": number for number in range(100)}
    message = commit_message(example(metrics=metrics), "exp/a", {"m099": "maximize"})
    assert "\nMetric-m099: 99\n" in message
    assert message.count("\nMetric-") == 32


def test_a_long_note_is_cut() -> None:
    message = commit_message(example(run=run_example(note="x" * 10_000)), "exp/a", {})
    assert "x…\n" in message
    assert len(message) < 4_200


@given(st.lists(TEXTS | FORGED, max_size=4).map("\n".join), st.dictionaries(NAMES | FORGED, st.floats(), max_size=3))
def test_the_run_of_a_message_cannot_be_forged(note: str, metrics: dict[str, float]) -> None:
    message = commit_message(example(run=run_example(note=note), metrics=metrics), "exp/a", {})
    assert recorded_run(message) == RUN
    assert [line for line in message.split("\n") if line.lower().startswith("branchlab-run")] == [
        f"Branchlab-Run: {RUN}"
    ]
    assert message == safe_text(message, multiline=True)


@pytest.mark.parametrize(
    "message",
    ["", "Branchlab-Run: x", "subject\n\nBranchlab-Run: x\n\nbody\n", "subject\n\nMetric-Branchlab-Run: x\n"],
)
def test_a_message_without_our_trailer_records_no_run(message: str) -> None:
    assert recorded_run(message) == ""


def test_a_run_is_found_beside_trailers_of_others() -> None:
    assert recorded_run(f"s\n\nBranchlab-Run: {RUN}\nSigned-off-by: A <a@b>\n") == RUN


@settings(max_examples=20, deadline=None)
@given(
    st.lists(TEXTS | FORGED, max_size=4).map("\n".join),
    st.dictionaries(NAMES | FORGED, st.floats(), max_size=3),
    TEXTS | FORGED,
)
def test_git_reads_the_trailers_that_were_meant(note: str, metrics: dict[str, float], run: str) -> None:
    record = example(run=run_example(note=note, id=run), metrics=metrics)
    message = commit_message(record, "exp/model/wider", {}).encode()
    parsed = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=message, check=True, capture_output=True
    ).stdout.decode()
    written = message.decode().rstrip("\n").split("\n\n")[-1].split("\n")
    assert [line.rstrip() for line in parsed.split("\n")[:-1]] == [line.rstrip() for line in written]
    assert all(line.startswith(("Metric-", "Branchlab-Run:")) for line in written)
