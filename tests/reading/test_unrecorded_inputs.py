"""What a run read is known before it is recorded: from the pointers in the commit of its code."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from branchlab.tracking.state import update_state
from in_process import call

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

POINTER = "outs:\n- md5: {}\n  size: 3\n  hash: md5\n  path: data.csv\n"
LOGS = """printf '{"k":"log","t":0,"s":1,"m":{"loss":0.5}}\\n' > "$BRANCHLAB_RUN_DIR/journal.jsonl"; exit $1"""


@pytest.fixture
def unrecorded(dvc_project: ScratchRepository) -> str:
    """The name of a run that finished and is not recorded, beside two experiments with the same data."""
    dvc_project.commit("data", **{"data.csv.dvc": POINTER.format("a" * 32), ".gitignore": "/data.csv\n"})
    for name in ("one", "two"):
        assert call(dvc_project.path, "run", "-n", name, "--", "sh", "-c", LOGS, "sh", "0").code == 0
    assert call(dvc_project.path, "run", "-n", "open", "--", "sh", "-c", LOGS, "sh", "1").code == 1
    (folder,) = (dvc_project.path / ".git/branchlab/runs").iterdir()
    update_state(os.fspath(folder), status="finished", exit_code=0)
    return folder.name


def test_it_is_shown_and_compared_by_them(dvc_project: ScratchRepository, unrecorded: str) -> None:
    shown = json.loads(call(dvc_project.path, "show", unrecorded, "--json").out)
    assert shown["data"]["data.csv"]["md5"] == "a" * 32
    found = json.loads(call(dvc_project.path, "diff", "one", unrecorded, "--json").out)
    assert [metric["verdict"] for metric in found["metrics"]] == ["same"]
    dvc_project.commit("other", **{"data.csv.dvc": POINTER.format("b" * 32)})
    assert call(dvc_project.path, "run", "-n", "other", "--", "sh", "-c", LOGS, "sh", "0").code == 0
    found = json.loads(call(dvc_project.path, "diff", "other", unrecorded, "--json").out)
    assert [metric["verdict"] for metric in found["metrics"]] == ["incomparable"]


def test_the_table_does_not_call_its_data_other_data(dvc_project: ScratchRepository, unrecorded: str) -> None:
    said = call(dvc_project.path, "ls")
    assert "exp/model/open" in said.out or unrecorded in said.out
    assert "≠" not in said.out + said.err
