"""Commands of trials that damage what they find: the sweep goes on, and each trial is recorded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from in_process import call
from swept_project import HOW, alive_in, make_swept, runs, trials

if TYPE_CHECKING:
    from branchlab.record.model import Record
    from scratch_repository import ScratchRepository

DAMAGE = r"""
how=$(sed -n 's/^how = //p' params.toml | tr -d '"')
log() { printf '{"k":"log","s":%s,"t":0.0,"m":{"loss":%s}}\n' "$1" "$2" >> "$BRANCHLAB_RUN_DIR/journal.jsonl"; }
log 0 0.5
case $how in
tree) rm -rf "$PWD"; exit;;
git) rm .git; echo new > new.txt;;
folder) rm -rf "$BRANCHLAB_RUN_DIR"; exit;;
state) echo '{"id": "' > "$BRANCHLAB_RUN_DIR/state.json";;
torn) printf '{"k":"log","s":1,"t":0.0,"m":{"lo' >> "$BRANCHLAB_RUN_DIR/journal.jsonl"; exit;;
binary) head -c 4000 /dev/urandom >> "$BRANCHLAB_RUN_DIR/journal.jsonl"; exit;;
nothing) rm "$BRANCHLAB_RUN_DIR/journal.jsonl"; exit;;
nan) log 1 NaN; exec sleep 60;;
long) exec sleep 60;;
loud) head -c 50000000 /dev/zero | tr '\0' x;;
daemon) (setsid sleep 60 < /dev/null > /dev/null 2>&1 &); sleep 0.1;;
esac
log 2 0.4
"""
KINDS = ("tree", "git", "folder", "state", "torn", "binary", "nothing", "nan", "long", "loud", "daemon", "well")
LEFT = {"tree": 0.5, "git": 0.4, "state": 0.4, "torn": 0.5, "loud": 0.4, "daemon": 0.4, "well": 0.4}


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> tuple[ScratchRepository, dict[str, Record], str]:
    """A sweep of which each trial does one kind of damage: the repository, the records by kind, what was said."""
    from scratch_repository import ScratchRepository

    folder = tmp_path_factory.mktemp("damaged")
    repository = ScratchRepository(folder)
    repository.git("init", "-q")
    sweep = HOW % ", ".join(f'"{kind}"' for kind in KINDS)
    sweep = sweep.replace("batch = 8", "batch = 12\nseconds = 1")
    make_swept(repository, sweep, **{"train.sh": DAMAGE, "params.toml": 'how = "well"\n'})
    said = call(repository.path, "sweep", "run", "-j", "2")
    assert said.code == 0, said.err
    found = trials(repository)
    assert len(found) == len(KINDS)
    return repository, {str(record.params["how"]): record for record in found.values()}, said.err


Damaged = tuple["ScratchRepository", "dict[str, Record]", str]


def test_every_trial_is_recorded_once_whatever_it_deleted(damaged: Damaged) -> None:
    repository, records, _ = damaged
    assert sorted(record.sweep["trial"] for record in records.values()) == list(range(len(KINDS)))
    assert runs(repository) == []


def test_what_a_trial_logged_before_the_damage_is_kept(damaged: Damaged) -> None:
    _, records, _ = damaged
    assert {kind: records[kind].metrics.get("loss") for kind in LEFT} == LEFT
    assert records["folder"].metrics == {}
    assert records["nothing"].metrics == {}


def test_a_trial_that_deleted_its_run_folder_is_named(damaged: Damaged) -> None:
    _, records, said = damaged
    for kind in ("folder", "state"):
        assert f"the command of trial {records[kind].sweep['trial']} removed its run folder or state.json" in said


def test_a_trial_that_is_too_slow_or_not_a_number_is_ended_with_its_reason(damaged: Damaged) -> None:
    _, records, _ = damaged
    assert str(records["nan"].sweep["reason"]).startswith("nan: ")
    assert str(records["long"].sweep["reason"]).startswith("wall time: ")


def test_a_daemon_of_a_trial_ends_with_the_sweep(damaged: Damaged) -> None:
    repository, _, _ = damaged
    assert alive_in(repository) == []


def test_the_repository_is_sound_and_one_fix_leaves_nothing_to_mend(damaged: Damaged) -> None:
    repository, _, _ = damaged
    assert repository.git("fsck", "--full", "--strict", "--no-dangling") == ""
    call(repository.path, "doctor", "--fix")
    assert "+ " not in call(repository.path, "doctor").out
