"""Rules of the recording protocol, each broken on purpose: the same fault that is harmless otherwise must be noticed.

So it is shown that the checks of these tests can fail. A case is a rule, a fault, and what the check says when the
rule is broken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from command_line import branchlab
from half_done_prune import half_done_prune
from oracle import assert_sound, remember
from protocol_breaker import broken
from quick_runs import assert_each_once, make_quick, recordings, run_folders
from synced_objects import needs_strace, watch

if TYPE_CHECKING:
    from pathlib import Path

    from command_line import Said
    from oracle import Before
    from scratch_repository import ScratchRepository

NAME = "exp/model/asked"
NUMBER = 42
RUN = ("run", "--quiet", "-n", NAME, "-S", f"number={NUMBER}")
SWEEP = ("sweep", "run", "--quiet", "--jobs", "1", "sweep.toml")  # one slot: no ref moves for another trial meanwhile
SPACE = '[sweep]\nmethod = "grid"\n[space]\nnumber = { choices = [2, 3, 4] }\n'


class Case(NamedTuple):
    """A rule that is broken, its fault, the fault that is as near to it with no rule broken, and what is noticed."""

    rule: str
    fault: str
    sound_fault: str
    noticed: str


CASES = (
    Case("folder-first", "kill-before", "kill-before", "the run is lost"),
    Case("early-words", "kill-before", "kill-before", "acknowledged and lost"),
    Case("early-release", "record-as-well", "record-as-well", "recorded twice"),
    Case("overwrite", "take-name", "take-name", "the branch of somebody else"),
    Case("two-refs", "kill-middle", "kill-after", "an experiment without a record"),
    Case("skip-read-back", "lose-record", "lose-record", "acknowledged and not there"),
)
CHEAP = {"folder-first", "early-words", "two-refs"}
QUICK = [case if case.rule in CHEAP else pytest.param(case, marks=pytest.mark.prove) for case in CASES]


def run_into(repository: ScratchRepository, rule: str, fault: str) -> None:
    """Records a run with a rule broken and a fault, and holds what is there afterwards against what is promised."""
    repository.write("new-code.txt", "not committed")
    before = remember(repository)
    said = broken(repository.path, rule, fault, *RUN)
    names = [line for line in said.out.splitlines() if line.startswith("exp/")] + ([NAME] if said.code == 0 else [])
    if fault == "lose-record":
        hold_damaged(repository, said)
        return
    if fault == "take-name":
        theirs = repository.git("rev-parse", NAME)
        assert theirs == repository.git("rev-parse", "main"), "the branch of somebody else was moved"
        repository.git("branch", "--quiet", "-D", NAME)
    hold(repository, before, names)


def hold(repository: ScratchRepository, before: Before, acknowledged: list[str]) -> None:
    """What a kill or another recorder may leave: all, or nothing that is seen and a run that can be recorded."""
    branches = repository.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/exp/").split()
    bare = [name for name in branches if not repository.git("ls-tree", name, "metrics.toml")]
    assert not bare, f"an experiment without a record: {bare}"
    assert_each_once(repository, acknowledged)
    for folder in run_folders(repository):
        said = branchlab(repository.path, "record", folder.name)
        assert said.code == 0 or "is recorded already" in said.err, said.err
    numbers = [recording.number for recording in recordings(repository).values()]
    assert NUMBER in numbers, "the run is lost"
    assert_each_once(repository, acknowledged)
    assert_sound(repository, before, acknowledged=acknowledged)


def hold_damaged(repository: ScratchRepository, said: Said) -> None:
    """Where the disk or a collection takes what was just written, nobody is told that it is there."""
    if said.code == 0:
        shown = branchlab(repository.path, "show", NAME)
        assert shown.code == 0, f"acknowledged and not there: {shown.err}"
    else:
        assert "does not hold what was written. hint: " in said.err
        assert len(run_folders(repository)) == 1


@pytest.mark.parametrize("case", QUICK)
def test_a_broken_rule_is_noticed(tmp_path: Path, dvc_template: Path, case: Case) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    with pytest.raises(AssertionError, match=case.noticed):
        run_into(repository, case.rule, case.fault)


@pytest.mark.parametrize("case", [pytest.param(case, marks=pytest.mark.prove) for case in CASES])
def test_the_whole_protocol_stands_the_same_fault(tmp_path: Path, dvc_template: Path, case: Case) -> None:
    run_into(make_quick(tmp_path / "project", dvc_template), "none", case.sound_fault)


@pytest.mark.prove
def test_it_is_noticed_when_objects_stay_loose_beside_a_collection(tmp_path: Path, dvc_template: Path) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    names = [f"exp/model/loose-{number}" for number in range(3)]
    with half_done_prune(repository):
        for name in names:
            said = broken(repository.path, "loose-beside-gc", "none", "run", "--quiet", "-n", name)
            assert said.code == 0, said.err
    with pytest.raises(AssertionError):
        assert_each_once(repository, names)


@needs_strace
@pytest.mark.parametrize(("line", "least"), [(RUN, 4), (SWEEP, 3 * 6)])
def test_every_object_and_ref_is_on_the_disk_before_a_ref_leads_to_it(
    tmp_path: Path, dvc_template: Path, line: tuple[str, ...], least: int
) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    repository.write("new-code.txt", "not committed")
    repository.write("sweep.toml", SPACE)
    seen = watch(repository.path, tmp_path / "log", "none", *line)
    assert seen.code == 0, seen.words
    assert seen.objects >= least
    assert seen.unsynced == ()


@needs_strace
@pytest.mark.prove
@pytest.mark.parametrize(("rule", "line"), [("mktree", RUN), ("not-synced", RUN), ("session-not-synced", SWEEP)])
def test_it_is_noticed_when_something_is_not_synced(
    tmp_path: Path, dvc_template: Path, rule: str, line: tuple[str, ...]
) -> None:
    repository = make_quick(tmp_path / "project", dvc_template)
    repository.write("sweep.toml", SPACE)
    seen = watch(repository.path, tmp_path / "log", rule, *line)
    assert seen.code == 0, seen.words
    assert seen.unsynced != ()
