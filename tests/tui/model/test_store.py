"""The store shows what the repository holds, and sees every change at its next look."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchlab.catalog.following import is_settled
from branchlab.errors import BranchlabError
from branchlab.git.repository import find_repository
from branchlab.record.format import dump_record
from branchlab.tracking.state import hold_lock, release_lock, update_state
from branchlab_tui.model import follow
from branchlab_tui.model.store import Store, open_store
from experiment_branches import numbered, put_experiment, read
from reading_project import branchlab, start_run

if TYPE_CHECKING:
    from branchlab_tui.model.snapshot import Snapshot
    from scratch_repository import ScratchRepository

WIDER, ROWS = "exp/model/wider", "exp/data/rows"
SETTLED = 0.06  # seconds after which a file that stays the same can be told from one that is being written
RUN = "20261122T000000-abc123"


@pytest.fixture
def store(repository: ScratchRepository) -> Store:
    """A store that has read two experiments."""
    repository.write("branchlab.toml", '[metrics.accuracy]\ngoal = "maximize"\nstrategy = "optimize"\n')
    put_experiment(repository, WIDER, numbered(1))
    put_experiment(repository, ROWS, numbered(2))
    opened = open_store(str(repository.path))
    opened.first()
    opened.complete()
    return opened


def names(snapshot: Snapshot | None) -> list[str]:
    """Returns the names of what a look found; it must have found something new."""
    assert snapshot is not None
    assert not snapshot.problem
    return [one.name for one in snapshot.experiments]


def log(repository: ScratchRepository, run: str, step: int, **values: float) -> None:
    """Appends a step to the journal of a run."""
    path = repository.path / ".git/branchlab/runs" / run / "journal.jsonl"
    with path.open("a") as file:
        file.write(json.dumps({"k": "log", "s": step, "t": float(step), "m": values}) + "\n")


def test_everything_is_read_as_the_catalog_reads_it(repository: ScratchRepository, store: Store) -> None:
    snapshot = store.complete()
    assert snapshot.complete
    assert tuple(snapshot.experiments) == read(repository).experiments
    assert [snapshot.find(name) for name in (WIDER, "gone")] == [snapshot.experiments[1], None]
    assert snapshot.head == "main"


def test_the_first_look_shows_what_was_answered_last_time(repository: ScratchRepository, store: Store) -> None:
    put_experiment(repository, "exp/fix/new", numbered(3))
    again = open_store(str(repository.path))
    first = again.first()
    assert not first.complete
    assert [one.name for one in first.experiments] == [ROWS, WIDER]
    assert first.find(WIDER) == store.complete().find(WIDER)
    assert names(again.complete()) == ["exp/fix/new", ROWS, WIDER]


def test_the_first_look_at_a_repository_nobody_listed_is_empty(repository: ScratchRepository) -> None:
    put_experiment(repository, WIDER)
    store = open_store(str(repository.path))
    assert (len(store.first().experiments), len(store.complete().experiments)) == (0, 1)


def test_a_look_at_what_stayed_finds_nothing_and_asks_git_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(SETTLED)
    assert store.refresh() is None
    monkeypatch.setattr(subprocess, "Popen", None)
    assert store.refresh() is None


def test_a_new_branch_is_seen_and_the_others_stay_the_same_objects(repository: ScratchRepository, store: Store) -> None:
    before = store.complete()
    put_experiment(repository, "exp/fix/new", numbered(3))
    after = store.refresh()
    assert names(after) == ["exp/fix/new", ROWS, WIDER]
    assert after is not None
    assert after.experiments[1] is before.experiments[0]
    assert store.refresh() is None


def test_a_branch_in_a_new_folder_is_seen(repository: ScratchRepository, store: Store) -> None:
    put_experiment(repository, "exp/feature/pca", numbered(3))
    assert "exp/feature/pca" in names(store.refresh())
    put_experiment(repository, "exp/feature/lda", numbered(4))
    assert "exp/feature/lda" in names(store.refresh())


def test_a_branch_that_moves_is_seen(repository: ScratchRepository, store: Store) -> None:
    put_experiment(repository, WIDER, numbered(9))
    found = store.refresh()
    assert names(found) == [WIDER, ROWS]
    assert found is not None
    assert found.experiments[0].run == "run-9"


def test_a_deleted_branch_is_gone(repository: ScratchRepository, store: Store) -> None:
    repository.git("branch", "-D", WIDER)
    assert names(store.refresh()) == [ROWS]


def test_packed_refs_change_nothing_and_a_branch_deleted_from_them_is_gone(
    repository: ScratchRepository, store: Store
) -> None:
    repository.git("pack-refs", "--all", "--prune")
    assert store.refresh() is None
    repository.git("update-ref", "-d", f"refs/heads/{WIDER}")
    assert names(store.refresh()) == [ROWS]


def test_the_branch_that_is_checked_out_is_told(repository: ScratchRepository, store: Store) -> None:
    repository.git("switch", "--quiet", "--detach", WIDER)
    found = store.refresh()
    assert found is not None
    assert found.head == ""
    repository.git("switch", "--quiet", WIDER)
    found = store.refresh()
    assert found is not None
    assert found.head == WIDER


def test_the_baseline_is_an_experiment_once_it_recorded_something(repository: ScratchRepository, store: Store) -> None:
    assert store.complete().baseline is None
    repository.write("metrics.toml", dump_record(numbered(7)))
    repository.commit("main\n\nBranchlab-Run: run-7")
    found = store.refresh()
    assert found is not None
    assert found.baseline is not None
    assert (found.baseline.name, found.baseline.run) == ("main", "run-7")
    assert found.find("main") is found.baseline


def test_a_damaged_record_stands_among_the_others(repository: ScratchRepository, store: Store) -> None:
    put_experiment(repository, "exp/fix/broken", b"no = record")
    found = store.refresh()
    assert sorted(names(found)) == [ROWS, "exp/fix/broken", WIDER]
    assert found is not None
    one = found.find("exp/fix/broken")
    assert one is not None
    assert one.status == "damaged"


def test_other_settings_hold_at_the_next_look(repository: ScratchRepository, store: Store) -> None:
    repository.write("branchlab.toml", '[naming]\npattern = "exp/model/{slug}"\n')
    assert names(store.refresh()) == [WIDER]
    (repository.path / "branchlab.toml").unlink()
    assert sorted(names(store.refresh())) == [ROWS, WIDER]


def test_broken_settings_are_told_once_and_until_they_are_mended(repository: ScratchRepository, store: Store) -> None:
    mended = (repository.path / "branchlab.toml").read_text()
    repository.write("branchlab.toml", "[metrics")
    told = []
    for _ in range(3):
        with pytest.raises(BranchlabError) as caught:
            store.refresh()
        told.append(store.failed(caught.value))
    assert told[1:] == [None, None]
    assert told[0] is not None
    assert "not valid TOML" in told[0].problem
    assert len(told[0].experiments) == 2
    repository.write("branchlab.toml", mended)
    assert len(names(store.refresh())) == 2


def test_a_repository_that_vanished_is_told_and_its_return_is_seen(repository: ScratchRepository, store: Store) -> None:
    away = Path(f"{repository.path}-away")
    shutil.move(repository.path, away)
    with pytest.raises(BranchlabError) as caught:
        store.refresh()
    assert "not there any more" in caught.value.message
    assert store.failed(caught.value) is not None
    shutil.move(away, repository.path)
    assert len(names(store.refresh())) == 2


def test_what_git_could_not_tell_is_asked_again(
    repository: ScratchRepository, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_experiment(repository, "exp/fix/new", numbered(3))
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        with pytest.raises(BranchlabError):
            store.refresh()
    assert "exp/fix/new" in names(store.refresh())


def test_everything_can_be_read_anew(store: Store) -> None:
    before = store.complete()
    found = store.refresh(everything=True)
    assert found is not None
    assert found.generation > before.generation
    assert list(found.experiments) == list(before.experiments)


def test_a_live_run_grows_in_its_place(repository: ScratchRepository, store: Store) -> None:
    folder = start_run(repository, RUN, "exp/model/live")
    held = hold_lock(str(folder))
    assert held is not None
    begun = store.refresh()
    assert names(begun) == ["exp/model/live", ROWS, WIDER]
    assert begun is not None
    assert begun.experiments[0].status == "running"
    log(repository, RUN, 1, accuracy=0.7)
    grown = store.refresh()
    assert grown is not None
    assert grown.experiments[0].metrics == {"accuracy": 0.7}
    assert grown.experiments[0].best == {"accuracy": 0.7}
    assert grown.layout == begun.layout
    assert grown.experiments[1] is begun.experiments[1]
    assert grown.live[f"run:{RUN}"].done == 2
    assert store.refresh() is None
    release_lock(held)
    ended = store.refresh()
    assert ended is not None
    assert (ended.experiments[0].status, ended.live) == ("failed", {})


def test_progress_is_told_where_a_parameter_names_the_steps(repository: ScratchRepository, store: Store) -> None:
    folder = start_run(repository, RUN, "exp/model/live")
    held = hold_lock(str(folder))
    with (folder / "journal.jsonl").open("a") as file:
        file.write('{"k":"params","t":0,"params":{"train":{"max_steps":40},"epochs":3}}\n')
    log(repository, RUN, 10, accuracy=0.7)
    found = store.refresh()
    assert found is not None
    live = found.live[f"run:{RUN}"]
    assert (live.done, live.total, live.fraction) == (11, 40, 0.275)
    assert live.quiet_for(live.heard + 10) is None
    assert live.quiet_for(live.heard + 1000) == 1000
    assert held is not None
    release_lock(held)


def test_a_run_that_is_recorded_moves_to_its_branch(repository: ScratchRepository, store: Store) -> None:
    start_run(repository, "run-5", "exp/model/live")
    update_state(str(repository.path / ".git/branchlab/runs/run-5"), status="finished")
    found = store.refresh()
    assert found is not None
    assert [one.status for one in found.experiments] == ["unrecorded", "finished", "finished"]
    put_experiment(repository, "exp/model/live", numbered(5))
    found = store.refresh()
    assert found is not None
    assert sorted(one.name for one in found.experiments) == [ROWS, "exp/model/live", WIDER]
    assert [one.commit is None for one in found.experiments] == [False] * 3


def test_a_torn_journal_and_a_state_nobody_understands_cost_nothing_else(
    repository: ScratchRepository, store: Store
) -> None:
    folder = start_run(repository, RUN, "exp/model/live")
    (folder / "journal.jsonl").write_text('garbage\n{"k":"log","s":0,"t":1.0,"m":{"accu')
    other = start_run(repository, "20261122T000000-def456", "exp/model/other")
    (other / "state.json").write_text("[")
    found = store.refresh()
    assert names(found) == ["exp/model/live", ROWS, WIDER]
    assert found is not None
    assert found.experiments[0].metrics == {}


def test_a_run_folder_that_is_deleted_is_gone(repository: ScratchRepository, store: Store) -> None:
    folder = start_run(repository, RUN, "exp/model/live")
    assert len(names(store.refresh())) == 3
    shutil.rmtree(folder)
    assert len(names(store.refresh())) == 2


def test_live_runs_read_as_the_command_line_reads_them(repository: ScratchRepository, store: Store) -> None:
    start_run(repository, RUN, "exp/model/live")
    log(repository, RUN, 1, accuracy=float("nan"), loss=2)
    log(repository, RUN, 2, accuracy=0.9)
    found = store.refresh()
    assert found is not None
    assert tuple(found.experiments) == read(repository).experiments


def test_a_linked_working_tree_shows_the_same(repository: ScratchRepository, store: Store, tmp_path: Path) -> None:
    repository.git("worktree", "add", "--quiet", str(tmp_path / "linked"), WIDER)
    linked = open_store(str(tmp_path / "linked"))
    assert names(linked.complete()) == names(store.complete())
    assert linked.complete().head == WIDER


def test_an_empty_repository_shows_nothing(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "empty")], check=True)
    store = open_store(str(tmp_path / "empty"))
    assert list(store.first().experiments) == []
    snapshot = store.complete()
    assert (list(snapshot.experiments), snapshot.baseline, snapshot.head) == ([], None, "main")


def test_a_stamp_of_whole_seconds_is_trusted_only_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1000.3)
    assert is_settled((1, 999_100_000_001, 0))
    assert not is_settled((1, 999_000_000_000, 0))
    assert is_settled((0, 0, 0))


def test_refs_kept_in_tables_are_watched(repository: ScratchRepository, tmp_path: Path) -> None:
    tables = tmp_path / "reftable"
    tables.mkdir()
    watch = follow.RefWatch(find_repository(str(repository.path))._replace(common_dir=str(tmp_path)))
    (tables / "tables.list").write_text("a\n")
    os.utime(tables / "tables.list", ns=(1, 1_000_000_001))
    time.sleep(SETTLED)
    assert watch.changed()
    assert not watch.changed()
    (tables / "tables.list").write_text("a\nb\n")
    os.utime(tables / "tables.list", ns=(1, 2_000_000_001))
    assert watch.changed()


def test_the_json_of_the_command_line_says_the_same(repository: ScratchRepository, store: Store) -> None:
    said = json.loads(branchlab(repository, "ls", "--json").out)
    assert [row["name"] for row in said] == names(store.complete())


def test_a_run_that_only_prints_is_heard(repository: ScratchRepository, store: Store) -> None:
    folder = start_run(repository, RUN, "exp/model/live")
    held = hold_lock(str(folder))
    assert held is not None
    begun = store.refresh()
    assert begun is not None
    later = begun.live[f"run:{RUN}"].heard + 100
    (folder / "output.log").write_text("step 1\n")
    os.utime(folder / "output.log", (later, later))
    found = store.refresh()
    assert found is not None
    assert found.live[f"run:{RUN}"].heard == pytest.approx(later)
    assert found.experiments[0] is begun.experiments[0]
    release_lock(held)
