"""What one row does not hold is read by its commit, or from its run folder, by any number of threads."""

from __future__ import annotations

import json
import math
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import BranchlabError, DamagedError, NotFoundError
from branchlab.experiment import Experiment
from branchlab.git.object_reader import ObjectReader
from branchlab.record.model import DataFile
from branchlab.tracking.state import update_state
from branchlab_tui.model.curves import Sparks, read_sparks
from branchlab_tui.model.kept import Kept
from branchlab_tui.model.library import Library
from branchlab_tui.model.points import read_samples
from branchlab_tui.model.store import open_store
from experiment_branches import put_experiment
from reading_project import answer, make_project, record_branch, start_run
from sample_records import record
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab_tui.model.snapshot import Snapshot

WIDER, MORE = "exp/model/wider", "exp/data/more-rows"
RUN = "20261122T000000-abc123"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a few experiments, made once; each test has a copy."""
    made = ScratchRepository(tmp_path_factory.mktemp("template"))
    made.git("init", "--quiet")
    return make_project(made).path


@pytest.fixture
def repository(template: Path, tmp_path: Path) -> ScratchRepository:
    return ScratchRepository(Path(shutil.copytree(template, tmp_path / "project", symlinks=True)))


@pytest.fixture
def opened(repository: ScratchRepository) -> Iterator[tuple[Snapshot, Library]]:
    snapshot = open_store(str(repository.path)).complete()
    library = Library(snapshot.workspace)
    yield snapshot, library
    library.close()


def row(snapshot: Snapshot, key: str) -> Experiment:
    found = snapshot.find(key)
    assert found is not None
    return found


def live(repository: ScratchRepository) -> tuple[Experiment, Path]:
    folder = start_run(repository, RUN, "exp/model/live")
    found = open_store(str(repository.path)).complete().find(f"run:{RUN}")
    assert found is not None
    return found, folder


def test_everything_about_an_experiment_is_read_once(
    opened: tuple[Snapshot, Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot, library = opened
    exhibit = library.exhibit(row(snapshot, WIDER))
    assert (exhibit.name, exhibit.commit, exhibit.plots) == (
        WIDER,
        row(snapshot, WIDER).commit,
        ["metrics/plots/roc.csv"],
    )
    monkeypatch.setattr(ObjectReader, "read", None)
    assert library.exhibit(row(snapshot, WIDER)) is exhibit


def test_curves_leave_out_the_steps_that_were_not_logged(opened: tuple[Snapshot, Library]) -> None:
    snapshot, library = opened
    (points,) = library.curves(row(snapshot, WIDER)).series.values()
    assert [list(column) for column in points] == [[0.0], [0.5], [2.0]]


def test_damaged_curves_cost_the_curves_alone(repository: ScratchRepository, opened: tuple[Snapshot, Library]) -> None:
    _, library = opened
    repository.git("switch", "--quiet", WIDER)
    repository.write("metrics/history.csv", "garbage\n")
    tip = repository.commit("spoil")
    one = Experiment(WIDER, tip, "finished")
    assert "history.csv" in library.curves(one).problem
    assert library.exhibit(one).record.metrics


def test_a_difference_is_what_the_command_line_says(
    repository: ScratchRepository, opened: tuple[Snapshot, Library]
) -> None:
    snapshot, library = opened
    read = library.difference(row(snapshot, WIDER), row(snapshot, MORE))
    said = answer(repository, "diff", WIDER, MORE)
    assert [change._asdict() for change in read.difference.metrics] == said["metrics"]
    assert [file._asdict() for file in read.difference.code] == said["code"]["files"]
    assert "+print" in read.patch
    assert not read.at_merge_base


def test_against_the_baseline_means_from_where_it_was_left(
    repository: ScratchRepository, opened: tuple[Snapshot, Library]
) -> None:
    snapshot, library = opened
    before = library.difference(row(snapshot, WIDER), None)
    assert before.at_merge_base
    assert [file.path for file in before.difference.code] == ["train.py"]
    repository.commit("main goes on", **{"other.py": "1\n"})
    assert library.difference(row(snapshot, WIDER), None).difference == before.difference


def test_the_lines_of_code_can_be_left_out(opened: tuple[Snapshot, Library]) -> None:
    snapshot, library = opened
    read = library.difference(row(snapshot, WIDER), None, patch=False)
    assert (read.patch, read.problem) == ("", "")
    assert library.difference(row(snapshot, WIDER), None).patch


def test_several_are_compared_as_the_command_line_compares_them(
    repository: ScratchRepository, opened: tuple[Snapshot, Library]
) -> None:
    snapshot, library = opened
    comparison = library.comparison([row(snapshot, WIDER), row(snapshot, MORE)])
    said = answer(repository, "compare", WIDER, MORE)
    assert [one.name for one in comparison.rows] == [one["name"] for one in said["rows"]]


def test_a_live_run_is_read_on(repository: ScratchRepository, opened: tuple[Snapshot, Library]) -> None:
    _, library = opened
    one, folder = live(repository)
    before = library.curves(one).series["accuracy"]
    with (folder / "journal.jsonl").open("a") as file:
        file.write('{"k":"log","s":1,"t":2.0,"m":{"accuracy":NaN}}\n{"k":"log","s":2,"t":3.0,"m":{"acc')
    after = library.curves(one).series["accuracy"]
    assert (len(before.values), len(after.values)) == (1, 2)
    assert math.isnan(after.values[1])
    assert library.exhibit(one).record.metrics["accuracy"] is not None


def test_a_live_run_has_two_sides_too(repository: ScratchRepository, opened: tuple[Snapshot, Library]) -> None:
    snapshot, library = opened
    one, folder = live(repository)
    code = repository.git("rev-parse", WIDER)
    update_state(str(folder), code=code)
    against = library.difference(one, row(snapshot, MORE))
    assert against.difference.a.name == "exp/model/live"
    assert against.patch
    assert [side.name for side in library.comparison([one, row(snapshot, WIDER)]).sides] == [one.name, WIDER]


def test_a_live_run_without_known_code_still_has_metrics_to_compare(
    repository: ScratchRepository, opened: tuple[Snapshot, Library]
) -> None:
    _, library = opened
    one, _ = live(repository)
    read = library.difference(one, None)
    assert read.problem
    assert "accuracy" in [change.name for change in read.difference.metrics]


def test_a_live_run_shows_its_output_and_its_artifacts(
    repository: ScratchRepository, opened: tuple[Snapshot, Library]
) -> None:
    _, library = opened
    one, folder = live(repository)
    (folder / "output.log").write_text("one\ntwo\n\x1b[31mred\n")
    (folder / "plots").mkdir()
    (folder / "plots/roc.csv").write_text("fpr,tpr\n")
    repository.write("sample.png", b"bytes")
    with (folder / "journal.jsonl").open("a") as file:
        for path in ("sample.png", "../secret", "gone.png"):
            file.write(json.dumps({"k": "artifact", "t": 1, "path": path}) + "\n")
        file.write('{"k":"plot","t":1,"path":"plots/roc.csv"}\n')
    assert library.output(one, 2) == ["two", "red"]
    assert library.files(one) == {"sample.png": DataFile("", 5, output=True)}
    assert library.artifact_path(one, "sample.png") == str(repository.path / "sample.png")
    assert library.artifact_path(one, "../secret") is None
    assert library.plot(one, library.plots(one)[0]) == b"fpr,tpr\n"
    with pytest.raises(NotFoundError):
        library.plot(one, "plots/../journal.jsonl")


def test_a_live_run_that_was_discarded_is_told(repository: ScratchRepository, opened: tuple[Snapshot, Library]) -> None:
    _, library = opened
    one, folder = live(repository)
    library.exhibit(one)
    (folder / "state.json").unlink()
    with pytest.raises(NotFoundError):
        library.exhibit(one)


def test_what_a_run_used_is_read_without_the_line_that_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "system.csv"
    path.write_text("seconds,cpu_percent,gpu_percent\n0.5,90.0,\n1.0,95.5,\n1.5,9")
    assert {name: [list(column) for column in points] for name, points in read_samples(str(path)).items()} == {
        "cpu_percent": [[0.5, 1.0], [0.5, 1.0], [90.0, 95.5]]
    }
    assert read_samples(str(tmp_path / "none")) == {}


def test_plots_and_files_of_a_record(opened: tuple[Snapshot, Library]) -> None:
    snapshot, library = opened
    one = row(snapshot, WIDER)
    assert library.plots(one) == ("metrics/plots/roc.csv",)
    assert library.plot(one, "metrics/plots/roc.csv") == b"fpr,tpr\n0,0\n"
    assert "data/train.csv" in library.files(one)
    with pytest.raises(NotFoundError):
        library.plot(one, "metrics/plots/none.csv")


def test_bytes_are_found_in_the_working_tree_where_they_are_the_same(
    repository: ScratchRepository, opened: tuple[Snapshot, Library]
) -> None:
    _, library = opened
    same = DataFile("900150983cd24fb0d6963f7d28e17f72", 3)  # md5 of abc
    tip = record_branch(repository, "exp/model/data", record(data={"same.txt": same, "other.txt": same, "../x": same}))
    repository.write("same.txt", "abc")
    repository.write("other.txt", "abd")
    one = Experiment("exp/model/data", tip, "finished")
    found = {path: library.artifact_path(one, path) for path in ("same.txt", "other.txt", "../x", "none")}
    assert found == {"same.txt": str(repository.path / "same.txt"), "other.txt": None, "../x": None, "none": None}


def test_a_record_cannot_name_a_run_folder_elsewhere(opened: tuple[Snapshot, Library], tmp_path: Path) -> None:
    _, library = opened
    (tmp_path / "system.csv").write_text("seconds,cpu_percent\n1,2\n")
    for run in (str(tmp_path), "../../..", "", "."):
        assert library.resources(Experiment("a", "c" * 40, "finished", run=run)) == {}


def test_the_commits_of_a_branch_are_those_since_the_baseline(opened: tuple[Snapshot, Library]) -> None:
    snapshot, library = opened
    assert [commit.subject for commit in library.commits(row(snapshot, WIDER))] == [WIDER, "code"]


def test_what_is_gone_or_damaged_is_told(repository: ScratchRepository, opened: tuple[Snapshot, Library]) -> None:
    _, library = opened
    with pytest.raises(NotFoundError):
        library.exhibit(Experiment("gone", "f" * 40, "finished"))
    with pytest.raises(NotFoundError):
        library.comparison([Experiment("main", repository.git("rev-parse", "main"), "finished")])
    broken = put_experiment(repository, "exp/fix/broken", b"no = record")
    with pytest.raises(DamagedError):
        library.exhibit(Experiment("exp/fix/broken", broken, "damaged"))


def test_many_threads_read_side_by_side(opened: tuple[Snapshot, Library]) -> None:
    snapshot, library = opened

    def read(number: int) -> str:
        one = snapshot.experiments[number % len(snapshot.experiments)]
        library.curves(one)
        library.difference(one, None)
        return library.exhibit(one).name if number % 3 else library.comparison([one]).sides[0].name

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, range(40)))
    assert found == [snapshot.experiments[number % 4].name for number in range(40)]


def test_a_git_that_was_killed_is_started_again(opened: tuple[Snapshot, Library]) -> None:
    snapshot, library = opened
    library.exhibit(row(snapshot, WIDER))
    process = library._readers._idle[0]._process
    process.kill()
    process.wait()
    assert library.exhibit(row(snapshot, MORE)).name == MORE


def test_other_settings_judge_anew(opened: tuple[Snapshot, Library]) -> None:
    snapshot, library = opened
    pair = row(snapshot, WIDER), row(snapshot, MORE)
    goals = [change.goal for change in library.difference(*pair).difference.metrics if change.name == "accuracy"]
    library.use(snapshot.workspace._replace(settings=snapshot.workspace.settings._replace(metrics={})))
    others = [change.goal for change in library.difference(*pair).difference.metrics if change.name == "accuracy"]
    assert (goals, others) == (["maximize"], [None])


def test_small_curves_are_read_for_many_and_what_fails_is_empty(opened: tuple[Snapshot, Library]) -> None:
    snapshot, library = opened
    sparks = Sparks()
    gone = Experiment("gone", "f" * 40, "finished")
    read_sparks(library, sparks, [*snapshot.experiments, gone], ["loss"])
    assert [sparks.text(one, "loss") for one in (row(snapshot, WIDER), gone)] == ["▄", ""]
    assert sparks.missing([gone, *snapshot.experiments], ["loss"]) == []


def test_a_live_curve_is_read_again_when_it_has_grown() -> None:
    sparks = Sparks()
    run = Experiment("live", None, "running", seconds=1.0, run="r1")
    sparks.add(run, "loss", [1.0])
    assert sparks.missing([run], ["loss"]) == []
    grown = run._replace(seconds=2.0)
    assert sparks.missing([grown], ["loss"]) == [grown]
    assert sparks.text(grown, "loss") == "▄"


def test_what_is_kept_has_a_bound_and_the_last_used_stay() -> None:
    kept: Kept[str] = Kept(10, len)
    for text in ("aaaa", "bbbb"):
        kept.get(text, lambda text=text: text)  # type: ignore[misc]
    kept.get("aaaa", lambda: "unused")
    kept.get("cccc", lambda: "cccc")
    assert kept.get("aaaa", lambda: "read again") == "aaaa"
    assert kept.get("bbbb", lambda: "read again") == "read again"


def test_errors_are_those_a_person_can_act_on(repository: ScratchRepository, opened: tuple[Snapshot, Library]) -> None:
    snapshot, library = opened
    one = row(snapshot, WIDER)
    os.rename(repository.path / ".git", repository.path / "away")
    with pytest.raises(BranchlabError):
        library.difference(one, None)
    os.rename(repository.path / "away", repository.path / ".git")
