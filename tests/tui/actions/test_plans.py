"""What an action comes to before anything runs, and what a form says while one types."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.experiment import Experiment
from branchlab.parameters.overrides import parse_override
from branchlab.report.formats import to_markdown
from branchlab.report.table import Cell, Column, Table
from branchlab.running.parameters import set_parameters
from branchlab.workspace import open_workspace
from branchlab_tui.model.snapshot import Snapshot, row_key
from branchlab_tui.model.state import TableState
from branchlab_tui.performing.asking.copy import copyable
from branchlab_tui.performing.asking.edit import _file_of, _own_file
from branchlab_tui.performing.asking.export import list_arguments
from branchlab_tui.performing.asking.new import check_new
from branchlab_tui.performing.asking.rename import begin as begin_rename
from branchlab_tui.performing.asking.rename import check_rename
from branchlab_tui.performing.asking.run_again_plan import Again, check_again
from branchlab_tui.performing.editor import editor_command
from branchlab_tui.performing.names import NameCheck
from branchlab_tui.performing.parameters import count_of, problem_of, read_parameter_files
from branchlab_tui.performing.plain_report import plain_report
from branchlab_tui.performing.plan import RefusedError
from branchlab_tui.performing.simple import PLANS
from branchlab_tui.performing.undoing import Step, Undoing
from in_process import call

if TYPE_CHECKING:
    from branchlab_tui.performing.performer import Performer
    from scratch_repository import ScratchRepository


def one(name: str, status: str = "finished", **fields: object) -> Experiment:
    recorded = status in ("finished", "failed")
    return Experiment(name, "c" * 40 if recorded else None, status, run=f"run-of-{name}", **fields)  # type: ignore[arg-type]


def snapshot(lab: ScratchRepository, *ones: Experiment) -> Snapshot:
    places = {row_key(each): place for place, each in enumerate(ones)}
    return Snapshot(1, open_workspace(str(lab.path)), ones, places, head="main")


def test_a_name_that_looks_like_an_option_stays_a_name(project: ScratchRepository) -> None:
    seen = snapshot(project)
    for action in ("archive", "delete", "apply", "checkout", "push", "pull"):
        arguments = PLANS[action]([one("--all")], seen).command.arguments
        assert arguments[-2:] == ("--", "--all"), action


@pytest.mark.parametrize("action", ["archive", "apply", "checkout", "push"])
def test_a_run_that_goes_on_is_not_told_to_be_recorded(project: ScratchRepository, action: str) -> None:
    live = one("exp/model/live", "running")
    with pytest.raises(RefusedError, match="while it goes on") as refused:
        PLANS[action]([live], snapshot(project, live))
    assert refused.value.hint == "wait for its end, or ! stops it"
    with pytest.raises(RefusedError, match="cannot be renamed while it goes on"):
        begin_rename(cast("Performer", None), [live], {})


def test_many_are_deleted_only_when_their_number_is_typed(project: ScratchRepository) -> None:
    many = [one(f"exp/model/n{number}") for number in range(11)]
    plan = PLANS["delete"](many, snapshot(project))
    assert (plan.typed, plan.command.arguments[:2]) == ("11", ("rm", "--"))
    assert "11 branches" in plan.meaning[0]
    assert "and 6 more" in plan.meaning[1]
    assert PLANS["delete"](many[:10], snapshot(project)).typed == ""


@pytest.mark.parametrize(("action", "status"), [("archive", "unrecorded"), ("push", "running"), ("delete", "running")])
def test_what_has_no_branch_or_goes_on_is_refused_with_a_way_out(
    project: ScratchRepository, action: str, status: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        PLANS[action]([one("exp/model/a"), one("exp/model/b", status)], snapshot(project))
    assert refused.value.hint


def test_a_new_name_is_shown_in_full_or_its_problem(project: ScratchRepository) -> None:
    names = NameCheck(snapshot(project, one("exp/model/taken")))
    assert names.types[0] == "model"
    checked = check_new(names, {"type": "tune", "slug": "low", "why": "it's worth a try"})
    assert checked.says == "→ exp/tune/low"
    assert checked.command == "branchlab new --why 'it'\"'\"'s worth a try' -- exp/tune/low"
    for slug in ("", "Upper", "taken", "a b", "x" * 300, "../up", "a.lock"):
        assert check_new(names, {"type": "model", "slug": slug, "why": ""}).problem, slug


def test_a_rename_keeps_the_type_where_none_is_typed(project: ScratchRepository) -> None:
    names = NameCheck(snapshot(project, one("exp/tune/old")), own="exp/tune/old")
    assert check_rename(names, "exp/tune/old", {"name": "new"}).says == "→ exp/tune/new"
    assert check_rename(names, "exp/tune/old", {"name": "model/new"}).says == "→ exp/model/new"
    assert check_rename(names, "exp/tune/old", {"name": "exp/tune/old"}).problem


def test_what_was_undone_can_be_redone_until_something_else_is_done() -> None:
    undoing = Undoing()
    first, second = Step("first"), Step("second")
    undoing.did(first)
    assert undoing.next_undo() == first
    undoing.undone(first)
    assert undoing.next_redo() == first
    undoing.redone(first)
    assert undoing.next_undo() == first
    undoing.undone(first)
    undoing.did(second)
    assert undoing.next_redo() is None
    assert undoing.next_undo() == second


PARAMS = '[model]\ndepth = 3\n"odd.key" = 1\nlayers = [1, 2]\n[model.adam]\nlr = 1e-3\non = true\nname = "a, b"\n'


def test_each_parameter_has_the_key_that_sets_it_and_values_are_checked(project: ScratchRepository) -> None:
    project.commit("params", **{"params.toml": PARAMS})
    assert call(project.path, "run", "-q", "-n", "first", "--", "true").code == 0
    found = read_parameter_files(open_workspace(str(project.path)), "first")
    assert [one.key for one in found.parameters] == [
        "model.depth",
        'model."odd.key"',
        "model.layers",
        "model.adam.lr",
        "model.adam.on",
        "model.adam.name",
    ]
    for parameter in found.parameters:
        if parameter.key != "model.adam.name":  # its comma makes a list of two
            assert problem_of(found.files, parameter.key, parameter.value) == "", parameter
    assert "whole number" in problem_of(found.files, "model.depth", "deep")
    assert problem_of(found.files, "model.depth", "1,2") == ""
    assert count_of({"model.depth": "1,2", "model.adam.lr": "1,2,3"}) == 6
    changed = set_parameters(tuple(found.files), found.files.get, [])
    assert changed == {}


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.integers(), max_size=4))
def test_a_key_that_is_offered_is_one_that_can_be_set(table: dict[str, int]) -> None:
    from branchlab_tui.performing.parameters import _leaves

    for key, value in _leaves(table, ()):
        override = parse_override(f"{key}={value}")
        assert override.values == (str(value),)
        assert not override.add


def test_running_again_says_the_command_and_how_many_runs_it_makes(project: ScratchRepository) -> None:
    names = NameCheck(snapshot(project))
    checked = check_again(names, Again("wide", {"lr": "1,2", "depth": "3"}, "slow", "why not"), {})
    assert checked.says == "→ exp/model/slow  2 runs, one after the other"
    assert checked.command == ("branchlab reproduce --quiet --name slow --note 'why not' -S lr=1,2 -S depth=3 -- wide")
    assert check_again(names, Again("wide", {"lr": "x"}), {"lr": "no"}).problem == "no"
    assert check_again(names, Again("wide", {}, "Not Good"), {}).problem


def test_what_is_copied_is_what_the_commands_print(project: ScratchRepository) -> None:
    wide = one("exp/model/wide", metrics={"accuracy": 0.5}, params={"=1+1": "@x"}, started="2026-01-01T00:00:00Z")
    state = TableState(columns=("metrics.accuracy", "params.=1+1"), column="metrics.accuracy")
    seen = snapshot(project, wide)
    texts = {what: make([wide]) for what, make in copyable(seen, state, [wide]).items()}
    assert texts["name"] == "exp/model/wide"
    assert texts["commit"] == "c" * 40
    assert texts["value"] == "0.5"
    assert texts["rows as Markdown"].splitlines()[0] == "| experiment | accuracy ↑ | =1+1 |"
    assert texts["rows for a spreadsheet"] == "experiment\taccuracy ↑\t'=1+1\nexp/model/wide\t0.5\t'@x\n"
    assert texts["command line"] == "branchlab show exp/model/wide"
    both = copyable(seen, state, [wide, one("-f")])
    assert both["command line"]([wide, one("-f")]) == "branchlab compare -- exp/model/wide -f"


def test_the_report_of_the_gates_is_readable_without_markup() -> None:
    table = Table(
        (Column("a|b *c*"), Column("n", "right")), [[Cell("www.x.org #1 @y <b>"), Cell("1")], [Cell("z"), Cell("-20")]]
    )
    head = "## ✅ done\n\n> ⚠️ main has no record"
    markdown = f"{head}\n\n<details><summary>More (2)</summary>\n\n{to_markdown(table)}\n</details>\n"
    assert plain_report(markdown) == (
        "✓ done\n\n> ! main has no record\n\nMore (2)\n\n"
        "  a|b *c*                n\n  www.x.org #1 @y <b>    1\n  z                    -20\n"
    )


def test_the_exported_table_is_asked_for_as_it_is_shown(project: ScratchRepository) -> None:
    state = TableState(
        query="lr>0.1 -x", sort=(("metrics.accuracy", False),), columns=("curve:loss", "params.lr"), only_changed=True
    )
    arguments = list_arguments(state, open_workspace(str(project.path)).settings, "md")
    assert arguments == [
        "ls",
        "--md",
        "--sort=-metrics.accuracy",
        "--columns=params.lr",
        "--only-changed",
        "--",
        "lr>0.1 -x",
    ]
    failed = list_arguments(TableState(query="status:failed"), open_workspace(str(project.path)).settings, "csv")
    assert call(project.path, *failed).code == 0


def test_the_editor_is_split_like_a_command_line_and_no_shell_sees_it() -> None:
    assert editor_command({"VISUAL": "code --wait 'a b'", "EDITOR": "vi"}) == ["code", "--wait", "a b"]
    assert editor_command({"EDITOR": "vi; rm -rf x"}) == ["vi;", "rm", "-rf", "x"]
    for said in ({}, {"PATH": "/nonexistent"}, {"EDITOR": "'open"}):
        with pytest.raises(RefusedError):
            editor_command(said)


def test_without_one_that_is_set_the_editor_is_one_that_is_there(tmp_path: Path) -> None:
    vi = tmp_path / "vi"
    vi.touch(0o755)
    assert editor_command({"VISUAL": " ", "PATH": str(tmp_path)}) == [str(vi)]


def test_the_real_file_is_edited_where_the_branch_is_checked_out_else_its_own(project: ScratchRepository) -> None:
    assert call(project.path, "run", "-q", "-n", "first", "-S", "lr=0.25", "--", "true").code == 0
    seen = snapshot(project)
    assert Path(_own_file(seen)) == project.path / "params.toml"
    tip = project.git("rev-parse", "exp/model/first")
    name, content = _file_of(seen, Experiment("exp/model/first", tip, "finished"))
    assert (name, b"lr = 0.25" in content) == ("params.toml", True)
    assert stat.S_ISREG((project.path / "params.toml").stat().st_mode)
