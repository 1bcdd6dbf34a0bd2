"""`branchlab run`: what it records and what it leaves alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from branchlab.git.repository import find_repository
from branchlab.record.format import parse_record
from branchlab.running.recording import forget_run
from command_line import branchlab, fingerprint, names, rows, start

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.record.model import Record
    from scratch_repository import ScratchRepository


def record_of(repository: ScratchRepository, name: str, path: str = "metrics.toml") -> Record:
    return parse_record(repository.git("show", f"{name}:{path}").encode())


def test_a_clean_tree_gets_one_commit_on_top_of_head(project: ScratchRepository) -> None:
    said = branchlab(project.path, "run", "-n", "first")
    assert said.code == 0, said.err
    assert project.git("rev-list", "--count", "main..exp/model/first") == "1"
    record = record_of(project, "exp/model/first")
    assert record.run.code == project.git("rev-parse", "main")
    assert record.metrics == {"loss": 0.5 / 3, "accuracy": 0.8 + 2 / 100}
    assert record.params == {"depth": 3, "lr": 0.5}
    assert record.run.seed == 7
    assert record.best["accuracy"].step == 2
    assert project.git("show", "exp/model/first:metrics/history.csv").startswith("step,seconds,accuracy,loss\n0,")


def test_modified_staged_and_new_files_run_and_land_in_a_code_commit(project: ScratchRepository) -> None:
    project.write("staged.txt", "staged")
    project.git("add", "staged.txt")
    project.write("new folder/new.txt", "new")
    project.write("ignored/secret.txt", "secret")
    project.write("train.py", (project.path / "train.py").read_text() + "print(open('new folder/new.txt').read())\n")
    said = branchlab(project.path, "run", "-n", "dirty")
    assert said.code == 0, said.err
    assert "new" in said.out
    assert project.git("rev-list", "--count", "main..exp/model/dirty") == "2"
    code = record_of(project, "exp/model/dirty").run.code
    assert project.git("diff", "--name-only", "-z", "main", code).split("\0")[:-1] == [
        "new folder/new.txt",
        "staged.txt",
        "train.py",
    ]


def test_the_users_tree_index_head_and_stash_stay_bit_for_bit(project: ScratchRepository) -> None:
    project.write("train.py", (project.path / "train.py").read_text() + "# stashed\n")
    project.git("stash")
    project.write("train.py", (project.path / "train.py").read_text() + "# changed\n")
    project.write("staged.txt", "staged")
    project.git("add", "staged.txt")
    project.write("staged.txt", "changed after staging")
    project.write("new.txt", "new")
    project.git("rm", "-q", "--cached", ".gitignore")
    before = fingerprint(project)
    assert branchlab(project.path, "run", "-S", "lr=0.1").code == 0
    assert branchlab(project.path, "run", "--", "false").code == 1
    assert fingerprint(project) == before


def test_a_user_can_commit_right_after_a_run(project: ScratchRepository) -> None:
    project.write("new.txt", "new")
    assert branchlab(project.path, "run").code == 0
    project.commit("own work")
    assert project.git("status", "--porcelain") == ""


def test_a_new_file_beyond_the_limit_stops_the_run_before_anything_happens(project: ScratchRepository) -> None:
    project.write("big.csv", b"x" * 10_000_001)
    said = branchlab(project.path, "run")
    assert said.code == 2
    assert "big.csv is new" in said.err
    assert "dvc add" in said.err
    assert project.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert rows(project.path) == []


def test_set_changes_the_run_and_neither_the_users_file_nor_its_comments(project: ScratchRepository) -> None:
    said = branchlab(project.path, "run", "-S", "lr=0.25")
    assert said.code == 0, said.err
    assert names(project.path) == ["exp/tune/lr-0.25"]
    assert project.git("show", "exp/tune/lr-0.25:params.toml") == "# the rate\nlr = 0.25  # keep me\ndepth = 3"
    assert "lr = 0.5" in (project.path / "params.toml").read_text()
    assert record_of(project, "exp/tune/lr-0.25").params["lr"] == 0.25


def test_a_comma_list_makes_a_grid(project: ScratchRepository) -> None:
    said = branchlab(project.path, "run", "-S", "lr=0.1,0.2", "-S", "depth=1,2", "--jobs", "2", "--json")
    assert said.code == 0, said.err
    assert len(json.loads(said.out)) == 4
    assert names(project.path) == [f"exp/tune/lr-{lr}-depth-{depth}" for lr in ("0.1", "0.2") for depth in (1, 2)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-S", "lr=abc"), "lr"),
        (("-S", "rate=1"), "rate"),
        (("-S", "lr"), "lr"),
        (("-S", "nowhere.toml:lr=1"), "nowhere.toml"),
        (("-n", "Bad Name"), "not a good experiment name"),
        (("-n", "release/1"), "use exp/model/release-1"),
        (("--jobs", "0"), "above 0"),
        (("--", "no-such-program-anywhere"), "cannot be started"),
        (("--here", "-S", "lr=1.0,2.0"), "one experiment at a time"),
        (("--here", "-n", "other"), "records on the current branch"),
    ],
)
def test_bad_arguments_get_one_line_and_change_nothing(
    project: ScratchRepository, arguments: tuple[str, ...], words: str
) -> None:
    before = fingerprint(project)
    said = branchlab(project.path, "run", *arguments)
    assert said.code in (2, 3)
    assert words in said.err
    assert said.err.count("\n") == 1
    assert fingerprint(project) == before
    assert project.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert rows(project.path) == []


def test_a_name_that_is_taken_is_refused_and_a_chosen_one_gets_a_number(project: ScratchRepository) -> None:
    assert branchlab(project.path, "run", "-n", "same").code == 0
    said = branchlab(project.path, "run", "-n", "same")
    assert said.code == 2
    assert "exp/model/same-2 is free" in said.err
    assert branchlab(project.path, "run", "-S", "lr=0.1").code == 0
    assert branchlab(project.path, "run", "-S", "lr=0.1").code == 0
    assert names(project.path) == ["exp/model/same", "exp/tune/lr-0.1", "exp/tune/lr-0.1-2"]


def test_a_run_whose_name_was_taken_meanwhile_says_how_to_record_it(project: ScratchRepository) -> None:
    taken_meanwhile = ["--", "git", "branch", "exp/model/slow"]
    said = branchlab(project.path, "run", "-n", "slow", *taken_meanwhile)
    command = said.err.partition("the run is kept: branchlab ")[2].split()
    assert (said.code, command[-1]) == (2, "exp/model/slow-2")
    assert branchlab(project.path, *command).out == "exp/model/slow-2\n"


def test_a_branch_where_git_needs_a_folder_is_named_before_the_run(project: ScratchRepository) -> None:
    project.git("branch", "exp/model")
    said = branchlab(project.path, "run", "-n", "wider", "--", "touch", str(project.path / "ran"))
    assert said.code == 2
    assert "the branch exp/model stands in the way" in said.err
    assert not (project.path / "ran").exists()
    assert rows(project.path) == []


def test_runs_started_at_once_are_all_recorded(project: ScratchRepository) -> None:
    processes = [start(project.path, "run", "-q", "-S", "lr=0.1") for _ in range(4)]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()
    assert names(project.path) == ["exp/tune/lr-0.1", *(f"exp/tune/lr-0.1-{number}" for number in (2, 3, 4))]
    assert project.git("fsck", "--full", "--strict", "--no-dangling") == ""


def test_what_a_run_writes_outside_gitignore_is_kept_with_the_record(project: ScratchRepository) -> None:
    command = "echo a,b > predictions.csv; echo changed >> params.toml; mkdir -p ignored; echo x > ignored/x"
    said = branchlab(project.path, "run", "-n", "writes", "--", "sh", "-c", command)
    assert said.code == 0, said.err
    assert project.git("show", "exp/model/writes:predictions.csv") == "a,b"
    assert "changed" in project.git("show", "exp/model/writes:params.toml")
    assert "ignored" not in project.git("ls-tree", "-r", "--name-only", "exp/model/writes")


def test_metrics_files_of_other_tools_are_collected(project: ScratchRepository) -> None:
    project.commit("settings", **{"branchlab.toml": '[project]\ncollect = ["out/*.json"]\n'})
    command = 'mkdir out; echo \'{"accuracy": 0.9, "nested": {"f1": 0.5}}\' > out/metrics.json'
    assert branchlab(project.path, "run", "-n", "other", "--", "sh", "-c", command).code == 0
    assert record_of(project, "exp/model/other").metrics == {"accuracy": 0.9, "nested.f1": 0.5}


def test_a_file_of_another_tool_in_the_records_place_is_never_replaced(project: ScratchRepository) -> None:
    project.commit("taken", **{"metrics.toml": "[their]\nown = 1\n"})
    said = branchlab(project.path, "run")
    assert said.code == 2
    assert "metrics.toml belongs to something else" in said.err
    settings = (project.path / "branchlab.toml").read_text() + '[record]\nmetrics = "run.toml"\ndirectory = "run"\n'
    project.commit("elsewhere", **{"branchlab.toml": settings})
    said = branchlab(project.path, "run", "-n", "elsewhere")
    assert said.code == 0, said.err
    assert record_of(project, "exp/model/elsewhere", "run.toml").run.status == "finished"
    assert project.git("show", "exp/model/elsewhere:metrics.toml") == "[their]\nown = 1"
    assert names(project.path) == ["exp/model/elsewhere"]


def test_files_of_the_user_in_the_metrics_folder_survive(project: ScratchRepository) -> None:
    project.commit("package", **{"metrics/__init__.py": "# mine\n"})
    assert branchlab(project.path, "run", "-n", "mine").code == 0
    assert project.git("show", "exp/model/mine:metrics/__init__.py") == "# mine"


def test_linked_paths_and_programs_of_the_users_tree_are_found(project: ScratchRepository) -> None:
    project.write("ignored/tool", "#!/bin/sh\ncat ignored/data.txt\n").chmod(0o755)
    project.write("ignored/data.txt", "from the user's tree")
    said = branchlab(project.path, "run", "-n", "tool", "--", "ignored/tool")
    assert said.code == 1
    settings = (project.path / "branchlab.toml").read_text().replace("[project]", '[project]\nlink = ["ignored"]')
    project.commit("link", **{"branchlab.toml": settings})
    said = branchlab(project.path, "run", "-n", "linked", "--", "ignored/tool")
    assert said.code == 0, said.err
    assert "from the user's tree" in said.out
    assert "ignored" not in project.git("ls-tree", "-r", "--name-only", "exp/model/linked")
    assert "nothing is there" not in said.err
    shutil.rmtree(project.path / "ignored")
    said = branchlab(project.path, "run", "-n", "unlinked", "--", "true")
    assert (said.code, "project.link names ignored, and nothing is there" in said.err) == (0, True)


def test_the_note_and_the_hypothesis_of_the_branch_are_kept(project: ScratchRepository) -> None:
    assert branchlab(project.path, "new", "wider", "--why", "more units see more").code == 0
    assert branchlab(project.path, "run").code == 0
    assert record_of(project, "exp/model/wider-2").run.note == "more units see more"
    assert branchlab(project.path, "run", "--note", "another").code == 0
    assert record_of(project, "exp/model/wider-3").run.note == "another"


def test_a_long_curve_is_thinned_in_git(project: ScratchRepository) -> None:
    settings = (project.path / "branchlab.toml").read_text() + "[record]\nhistory_bytes = 2000\n"
    script = (
        "import branchlab\nwith branchlab.start_run() as run:\n    for i in range(2000): run.log(loss=1 / (i + 1))\n"
    )
    project.commit("long", **{"branchlab.toml": settings, "train.py": script})
    said = branchlab(project.path, "run", "-n", "long")
    assert said.code == 0, said.err
    assert "is not kept in full" in said.err
    history = project.git("show", "exp/model/long:metrics/history.csv")
    assert len(history) <= 2000
    assert history.splitlines()[1].startswith("0,")
    assert history.splitlines()[-1].startswith("1999,")


def test_the_result_is_one_json_document_on_stdout(project: ScratchRepository) -> None:
    said = branchlab(project.path, "run", "-n", "json", "--json", "--", "sh", "-c", "echo noise")
    assert said.code == 0, said.err
    result = json.loads(said.out)[0]
    assert result["name"] == "exp/model/json"
    assert result["commit"] == project.git("rev-parse", "exp/model/json")
    assert "noise" in said.err


def test_a_run_knows_where_it_lives(project: ScratchRepository, tmp_path: Path) -> None:
    folder = project.path / "deep" / "inside"
    folder.mkdir(parents=True)
    assert branchlab(folder, "run", "-n", "deep").code == 0
    project.git("checkout", "-q", "--detach")
    assert branchlab(project.path, "run", "-n", "detached").code == 0
    project.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "other", "main")
    assert branchlab(tmp_path / "linked", "run", "-n", "linked").code == 0
    assert names(tmp_path / "linked") == ["exp/model/deep", "exp/model/detached", "exp/model/linked"]


def test_two_projects_of_one_repository_keep_apart(repository: ScratchRepository) -> None:
    for name in ("a", "b"):
        settings = f'[naming]\npattern = "{name}/{{slug}}"\n'
        repository.commit(
            name, **{f"ml/{name}/branchlab.toml": settings, f"ml/{name}/params.toml": f'who = "{name}"\n'}
        )
    for name in ("a", "b"):
        said = branchlab(repository.path / "ml" / name, "run", "-n", f"{name}/run", "--", "grep", name, "params.toml")
        assert said.code == 0, said.err
        assert "metrics.toml" in repository.git("ls-tree", "--name-only", f"{name}/run:ml/{name}")
    assert names(repository.path / "ml" / "a") == ["a/run"]
    assert names(repository.path / "ml" / "b") == ["b/run"]


def test_submodules_are_there_and_a_dirty_one_is_refused(
    project: ScratchRepository, make_repository: type[ScratchRepository]
) -> None:
    library = make_repository("library")  # type: ignore[arg-type]
    library.commit("library", **{"code.txt": "library code"})
    project.git("submodule", "add", "-q", str(library.path), "lib")
    project.commit("submodule")
    for name in ("sub", "again"):  # the second one reuses the worktree
        said = branchlab(project.path, "run", "-n", name, "--", "cat", "lib/code.txt")
        assert said.code == 0, said.err
        assert "library code" in said.out
    project.write("lib/code.txt", "changed")
    said = branchlab(project.path, "run", "-n", "dirty")
    assert said.code == 1
    assert "submodule lib holds uncommitted work" in said.err


def test_no_commit_yet_and_conflicts_are_named(
    project: ScratchRepository, make_repository: type[ScratchRepository]
) -> None:
    unborn = make_repository("unborn", commit=False)  # type: ignore[call-arg, arg-type]
    said = branchlab(unborn.path, "run", "--", "true")
    assert said.code == 3
    assert "no commit yet" in said.err
    project.git("switch", "-q", "-c", "other")
    project.commit("one", **{"params.toml": "lr = 1.0\n"})
    project.git("switch", "-q", "main")
    project.commit("two", **{"params.toml": "lr = 2.0\n"})
    subprocess.run(["git", "merge", "other"], cwd=project.path, capture_output=True, check=False)
    said = branchlab(project.path, "run")
    assert said.code == 1
    assert "params.toml is in conflict" in said.err


def test_a_run_too_short_for_samples_has_figures(project: ScratchRepository) -> None:
    busy = "data = bytearray(100_000_000); sum(range(1_000_000))"
    assert branchlab(project.path, "run", "-n", "short", "--", sys.executable, "-c", busy).code == 0
    resources = parse_record(project.git("show", "exp/model/short:metrics.toml").encode()).resources
    assert 100_000_000 < resources["peak_memory"] < 200_000_000
    assert 10 < resources["mean_cpu"] < 300


def test_arguments_that_a_results_file_names_are_parameters_of_the_record(project: ScratchRepository) -> None:
    script = "import json\njson.dump({'mse': 0.5, 'args': {'lr': 0.25, 'net': {'depth': 2}}}, open('r.json', 'w'))\n"
    project.write("train.py", script)
    project.write("branchlab.toml", '[project]\ncommand = "python train.py"\ncollect = ["r.json"]\n')
    assert branchlab(project.path, "run", "-n", "told").code == 0
    record = record_of(project, "exp/model/told")
    assert record.metrics == {"mse": 0.5}
    assert record.params == {"depth": 3, "lr": 0.25, "net": {"depth": 2}}


def test_a_run_folder_goes_with_all_in_it_and_nothing_that_its_links_lead_to(project: ScratchRepository) -> None:
    repository = find_repository(str(project.path))
    folder = project.path / ".git" / "branchlab" / "runs" / "one"
    (folder / "plots" / "deeper").mkdir(parents=True)
    (folder / "plots" / "deeper" / "a.csv").write_text("1")
    for name in ("kept", "plots/kept"):
        (folder / name).symlink_to(project.path, target_is_directory=True)
    (folder / "file").symlink_to(project.path / "train.py")
    before = fingerprint(project)
    forget_run(repository, str(folder), "one")
    assert not folder.exists()
    assert fingerprint(project) == before
