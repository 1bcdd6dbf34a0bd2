"""A run that writes files which git tracks: they come with its record and are no code that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tracking.state import update_state
from hooked_project import hooked

if TYPE_CHECKING:
    from hooked_project import HookedProject

__all__ = ["hooked"]  # a fixture that pytest finds here

WRITES = 'import os\nos.makedirs("report", exist_ok=True)\nopen("report/{0}", "a").write("made by the run")\n'
WAITS = 'import glob, time\nwhile not glob.glob(".git/branchlab/runs/*/capture.json"):\n    time.sleep(0.01)\n'


def commit(hooked: HookedProject) -> None:
    hooked.does("add", "--all")
    hooked.does("commit", "-q", "-m", "wider")


def test_what_the_run_wrote_is_committed_with_it_and_the_code_is_what_ran(hooked: HookedProject) -> None:
    code = (hooked.path / "train.py").read_text()
    hooked.write("train.py", code + WRITES.format("page.md"))
    hooked.train()
    commit(hooked)
    assert "report/page.md" in hooked.git("ls-tree", "-r", "--name-only", "HEAD")
    assert "exact" not in hooked.record()["run"]


def test_source_code_that_came_meanwhile_is_named(hooked: HookedProject) -> None:
    code = (hooked.path / "train.py").read_text()
    hooked.write("train.py", code + WAITS + WRITES.format("generated.py"))
    hooked.train()
    commit(hooked)
    assert hooked.record()["run"]["differs"] == ["report/generated.py"]


def test_what_came_before_or_after_the_run_is_named(hooked: HookedProject) -> None:
    hooked.write("ignored/data.csv", "was there, and is forced into the commit\n")
    hooked.train()
    hooked.does("add", "--force", "ignored/data.csv")
    commit(hooked)
    assert hooked.record()["run"]["differs"] == ["ignored/data.csv"]
    hooked.train()
    (folder,) = hooked.runs()
    state = update_state(str(folder))
    assert state is not None
    update_state(str(folder), ended=state.ended.replace("20", "19", 1))  # long ago
    hooked.write("later.md", "")
    commit(hooked)
    assert hooked.record()["run"]["differs"] == ["later.md"]


def test_what_the_run_changed_is_named_for_it_may_have_read_it(hooked: HookedProject) -> None:
    code = (hooked.path / "train.py").read_text()
    hooked.commit("page", **{"report/page.md": "before\n"})
    hooked.write("train.py", code + WRITES.format("page.md"))
    hooked.train()
    commit(hooked)
    assert hooked.record()["run"]["differs"] == ["report/page.md"]
